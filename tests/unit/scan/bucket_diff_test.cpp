// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/key_buckets.hpp"
#include "assay/scan/segment_diff.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// 3,000 rows whose key is a text and a number, in the SQL of both stores.
std::string rows_sql(bool in_postgres) {
    const std::string number =
        in_postgres ? "generate_series(1, 3000) AS g(i)"
                    : "(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < "
                      "3000) SELECT i FROM g)";
    return "CREATE TABLE t (\"the key\" TEXT, n INTEGER, v TEXT, UNIQUE (n, \"the key\"));"
           "INSERT INTO t SELECT 'key ' || (i / 3), i % 3, 'value ' || i FROM " +
           number + ";";
}

/// What makes a copy differ from the original. NULL in a key may be there many times.
std::string a_change() {
    const auto key = std::to_string(*rc::gen::inRange(0, 1001));
    const std::string where = " WHERE \"the key\" = 'key " + key + "' AND n = 1;";
    switch (*rc::gen::inRange(0, 6)) {
    case 0: return "DELETE FROM t" + where;
    case 1: return "UPDATE t SET v = 'other'" + where;
    case 2: return "UPDATE t SET v = NULL" + where;
    case 3: return "INSERT INTO t VALUES (NULL, 1, 'none'), (NULL, 1, 'none');";
    case 4: return "INSERT INTO t VALUES ('key " + key + "', NULL, 'none');";
    default: return "INSERT INTO t VALUES ('new', " + key + ", 'x') ON CONFLICT DO NOTHING;";
    }
}

std::string some_changes() {
    std::string sql;
    const int count = *rc::gen::inRange(0, 8);
    for (int i = 0; i < count; ++i) {
        sql += a_change();
    }
    return sql;
}

RowDiffRequest request_by_key(const TableSchema& a, const TableSchema& b, std::size_t key_columns) {
    RowDiffRequest request;
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
        const ColumnPair pair{i, i, comparison_for(a.columns[i].type, b.columns[i].type)};
        (i < key_columns ? request.key : request.other).push_back(pair);
    }
    request.limit = 1'000;
    return request;
}

void check_same(const RowDiff& found, const RowDiff& expected) {
    RC_ASSERT(found.rows_a == expected.rows_a);
    RC_ASSERT(found.rows_b == expected.rows_b);
    RC_ASSERT(found.only_a == expected.only_a);
    RC_ASSERT(found.only_b == expected.only_b);
    RC_ASSERT(found.changed == expected.changed);
    RC_ASSERT(found.unchanged == expected.unchanged);
    RC_ASSERT(found.changed_cells == expected.changed_cells);
    RC_ASSERT(found.null_key_rows_a == expected.null_key_rows_a);
    RC_ASSERT(found.null_key_rows_b == expected.null_key_rows_b);
    RC_ASSERT(found.duplicate_key_rows_a == expected.duplicate_key_rows_a);
    RC_ASSERT(found.duplicate_key_rows_b == expected.duplicate_key_rows_b);
    RC_ASSERT(found.only_a_rows.size() == expected.only_a_rows.size());
    RC_ASSERT(found.only_b_rows.size() == expected.only_b_rows.size());
    RC_ASSERT(found.changed_rows.size() == expected.changed_rows.size());
    for (std::size_t i = 0; i < found.changed_rows.size(); ++i) {
        RC_ASSERT(found.changed_rows[i].key == expected.changed_rows[i].key);
    }
}

void compare_ways(Opened& a, Opened& b) {
    RowDiffRequest request = request_by_key(a.table, b.table, 2);
    RC_ASSERT(has_buckets(a.table, b.table, request));
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    const auto check = [&] {
        const auto found = diff_by_buckets(side_a, side_b, request);
        RC_ASSERT(found.has_value());
        check_same(*found, diff_rows(side_a, side_b, request));
    };
    check();
    request.where_a = request.where_b = "v <> 'value 77' -- or so";
    check();
    request.young_a = request.young_b = "v = 'other'";
    request.where_a = request.where_b = "v IS NULL OR v <> 'other'";
    check();
}

TableSchema table_of(ColumnType type) {
    TableSchema table;
    table.ref = {"public", "t"};
    table.columns = {ColumnSpec{}, ColumnSpec{}};
    table.columns[0].name = "k";
    table.columns[0].type = type;
    table.columns[1].name = "v";
    table.columns[1].type = ColumnType::text;
    table.primary_key = Key{};
    table.primary_key->columns = {"k"};
    return table;
}

bool keeps(const TableSchema& table, Comparison comparison) {
    return keeps_keys_apart(table, {{0, comparison}});
}

} // namespace

TEST_CASE("buckets find what a comparison row by row finds in SQLite") {
    rc::prop("whatever differs", [] {
        const TempDir dir;
        run_sqlite((dir.path() / "a.db").string(), rows_sql(false) + some_changes());
        run_sqlite((dir.path() / "b.db").string(), rows_sql(false) + some_changes());
        Opened a(sqlite_location((dir.path() / "a.db").string()));
        Opened b(sqlite_location((dir.path() / "b.db").string()));
        compare_ways(a, b);
    });
}

TEST_CASE("buckets find what a comparison row by row finds between stores", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const TempDir dir;
    run_sqlite((dir.path() / "a.db").string(), rows_sql(false));
    PostgresDatabase database;
    database.execute(rows_sql(true));
    const auto check = [&] {
        Opened a(sqlite_location((dir.path() / "a.db").string()));
        Opened b(postgres_location(database));
        compare_ways(a, b);
    };
    check();
    database.execute("UPDATE t SET v = 'other' WHERE \"the key\" LIKE 'key 77%'; DELETE FROM t "
                     "WHERE \"the key\" = 'key 6'; INSERT INTO t VALUES (NULL, 1, 'x'), (NULL, 1, "
                     "'x')");
    check();
}

TEST_CASE("keys that SQLite keeps as something else are all looked at") {
    const TempDir dir;
    const std::string rows =
        "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);"
        "INSERT INTO t WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < "
        "500) SELECT 'k' || i, 'v' FROM g; INSERT INTO t VALUES (NULL, 'c'), (x'41', 'd'), "
        "('A', 'd'), (NULL, 'c');";
    run_sqlite((dir.path() / "a.db").string(), rows);
    run_sqlite((dir.path() / "b.db").string(), rows + "UPDATE t SET v = 'e' WHERE k = x'41';");
    Opened a(sqlite_location((dir.path() / "a.db").string()));
    Opened b(sqlite_location((dir.path() / "b.db").string()));
    const RowDiffRequest request = request_by_key(a.table, b.table, 1);
    REQUIRE(has_buckets(a.table, b.table, request));
    const RowDiff diff = diff_tables({*a.session, a.table}, {*b.session, b.table}, request);
    CHECK(diff.changed == 1);
    CHECK(diff.unchanged == 503);
    CHECK(diff.null_key_rows_a == 2);
    CHECK(diff.duplicate_key_rows_a == 1);
    CHECK(diff.rows_a == 504);
}

TEST_CASE("tables that have little in common, or no rows, are told from each other") {
    const TempDir dir;
    const std::string empty = "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);";
    run_sqlite((dir.path() / "a.db").string(), empty);
    run_sqlite((dir.path() / "b.db").string(), empty + "INSERT INTO t VALUES ('a', 'b');");
    Opened a(sqlite_location((dir.path() / "a.db").string()));
    Opened b(sqlite_location((dir.path() / "b.db").string()));
    const RowDiffRequest request = request_by_key(a.table, b.table, 1);
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    CHECK_FALSE(diff_by_buckets(side_a, side_b, request));
    CHECK(diff_tables(side_a, side_b, request).only_b == 1);
    const auto none = diff_by_buckets(side_a, side_a, request);
    REQUIRE(none);
    CHECK(none->rows_a == 0);
    CHECK(none->changed_cells == std::vector<std::int64_t>{0});
}

TEST_CASE("keys stay apart where the comparison keeps apart what the store does") {
    TableSchema table = table_of(ColumnType::text);
    CHECK(keeps(table, Comparison::text));
    CHECK_FALSE(keeps(table, Comparison::padded_text));
    CHECK_FALSE(keeps(table, Comparison::time));
    CHECK_FALSE(keeps_keys_apart(table, {}));
    CHECK_FALSE(keeps_keys_apart(table, {{1, Comparison::text}}));
    CHECK(keeps_keys_apart(table, {{1, Comparison::text}, {0, Comparison::text}}));
    CHECK(keeps(table_of(ColumnType::uuid), Comparison::text));
    CHECK(keeps(table_of(ColumnType::timestamptz), Comparison::time));
    CHECK(keeps(table_of(ColumnType::decimal), Comparison::number));
    CHECK_FALSE(keeps(table_of(ColumnType::other), Comparison::text));
    for (const ColumnType type : {ColumnType::timestamp, ColumnType::decimal, ColumnType::real}) {
        TableSchema loose = table_of(type);
        loose.columns[0].enforced = false;
        CHECK_FALSE(keeps(loose, is_temporal(type) ? Comparison::time : Comparison::number));
    }
    table.columns[0].enforced = false;
    CHECK(keeps(table, Comparison::text));
    table.has_children = true;
    CHECK_FALSE(keeps(table, Comparison::text));
    table.has_children = false;
    table.primary_key.reset();
    CHECK_FALSE(keeps(table, Comparison::text));
    Index index;
    index.columns = {"k"};
    index.unique = true;
    table.indexes = {index};
    CHECK(keeps(table, Comparison::text));
    table.indexes[0].columns = {"k", ""};
    CHECK_FALSE(keeps(table, Comparison::text));
    table.indexes[0].columns = {"k"};
    table.indexes[0].partial = true;
    CHECK_FALSE(keeps(table, Comparison::text));
}

TEST_CASE("tables known to be small are not read once more") {
    TableSchema table = table_of(ColumnType::text);
    RowDiffRequest request;
    request.key = {{0, 0, Comparison::text}};
    CHECK(has_buckets(table, table, request));
    table.stats.row_estimate = 99'999;
    CHECK_FALSE(has_buckets(table, table, request));
    const TableSchema unknown = table_of(ColumnType::text);
    CHECK(has_buckets(table, unknown, request));
    table.stats.row_estimate = 100'000;
    CHECK(has_buckets(table, table, request));
    request.key.clear();
    CHECK_FALSE(has_buckets(table, table, request));
}
