// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/key_buckets.hpp"
#include "assay/scan/key_forms.hpp"
#include "assay/scan/segment_diff.hpp"
#include "diff_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// 3,000 rows whose key is a text and a number.
std::string rows_sql(StoreKind store) {
    return "CREATE TABLE t (\"the key\" TEXT, n INTEGER, v TEXT, UNIQUE (n, \"the key\"));"
           "INSERT INTO t SELECT 'key ' || (i / 3), i % 3, 'value ' || i FROM " +
           numbers_sql(store, 3'000) + ";";
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

std::string changed_rows_sql() { return rows_sql(StoreKind::sqlite) + some_changes(8, a_change); }

void compare_ways(Opened& a, Opened& b) {
    RowDiffRequest request = request_by_key(a.table, b.table, 2);
    RC_ASSERT(has_buckets(a.table, b.table, request));
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    const auto check = [&] {
        const auto found =
            diff_by_buckets(side_a, side_b, request, bucket_hash(side_a, side_b, request));
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
        TwoFiles files(changed_rows_sql(), changed_rows_sql());
        compare_ways(files.a, files.b);
    });
}

TEST_CASE("buckets find what a comparison row by row finds between stores", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_between_stores(rows_sql,
                           "UPDATE t SET v = 'other' WHERE \"the key\" LIKE 'key 77%'; DELETE "
                           "FROM t WHERE \"the key\" = 'key 6'; INSERT INTO t VALUES (NULL, 1, "
                           "'x'), (NULL, 1, 'x')",
                           compare_ways);
}

TEST_CASE("buckets of servers hold what a comparison row by row finds", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const std::string sql = rows_sql(StoreKind::postgresql);
    const PostgresDatabase first(sql);
    PostgresDatabase second(sql);
    const auto check = [&] {
        Opened a(postgres_location(first));
        Opened b(postgres_location(second));
        CHECK(bucket_hash({*a.session, a.table}, {*b.session, b.table},
                          request_by_key(a.table, b.table, 2)));
        compare_ways(a, b);
    };
    check();
    second.execute("UPDATE t SET v = 'other' WHERE \"the key\" LIKE 'key 77%'; DELETE FROM t WHERE "
                   "\"the key\" = 'key 6'; INSERT INTO t VALUES (NULL, 1, 'x'), (NULL, 1, 'x'), "
                   "('KEY 8', 1, 'y'), ('key 8 ', 1, 'other')");
    check();
}

TEST_CASE("the rows of buckets that are equal stay on the servers", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const std::string sql = rows_sql(StoreKind::postgresql);
    const PostgresDatabase first(sql);
    PostgresDatabase second(sql);
    second.execute("UPDATE t SET v = 'other' WHERE \"the key\" = 'key 7' AND n = 1");
    Opened a(postgres_location(first));
    Opened b(postgres_location(second));
    const RowDiffRequest request = request_by_key(a.table, b.table, 2);
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    const auto diff =
        diff_by_buckets(side_a, side_b, request, bucket_hash(side_a, side_b, request));
    REQUIRE(diff);
    CHECK(diff->changed == 1);
    CHECK(diff->unchanged == 2'999);
    // One line for each bucket that has rows, and two readings of a few.
    CHECK(a.session->cost().rows_read < 3'100);
}

TEST_CASE("keys that SQLite keeps as something else are all looked at") {
    const std::string rows =
        "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);"
        "INSERT INTO t WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < "
        "500) SELECT 'k' || i, 'v' FROM g; INSERT INTO t VALUES (NULL, 'c'), (x'41', 'd'), "
        "('A', 'd'), (NULL, 'c');";
    TwoFiles files(rows, rows + "UPDATE t SET v = 'e' WHERE k = x'41';");
    const DiffSide side_a{*files.a.session, files.a.table};
    const DiffSide side_b{*files.b.session, files.b.table};
    const RowDiffRequest request = request_by_key(side_a.table, side_b.table, 1);
    REQUIRE(has_buckets(side_a.table, side_b.table, request));
    const RowDiff diff = diff_tables(side_a, side_b, request);
    CHECK(diff.changed == 1);
    CHECK(diff.unchanged == 503);
    CHECK(diff.null_key_rows_a == 2);
    CHECK(diff.duplicate_key_rows_a == 1);
    CHECK(diff.rows_a == 504);
}

namespace {

/// 1,000 rows whose key is of a type that SQLite does not enforce, and a few that are written in
/// another way, so that two of them may be compared as one.
std::string loose_rows_sql(const std::string& type, const std::string& usual,
                           const std::string& others) {
    return "CREATE TABLE t (k " + type +
           " PRIMARY KEY, v TEXT); INSERT INTO t WITH RECURSIVE g(i) "
           "AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 1000) SELECT " +
           usual + ", 'v' || i FROM g; INSERT INTO t VALUES " + others +
           ", (NULL, 'n'), (NULL, 'n');";
}

struct LooseKey {
    std::string type;
    std::string usual;  ///< SQL of the i-th key
    std::string others; ///< rows
};

const std::vector<LooseKey> loose_keys{
    {"DATE", "date('2020-01-01', i || ' days')",
     "('2020-01-02 00:00', 'x'), ('2020-01-03T00:00:00Z', 'v2'), ('soon', 'x'), (7, 'x'), (7.5, "
     "'x'), ('7.50x', 'x')"},
    {"TIMESTAMP", "datetime('2020-01-01', i || ' minutes')",
     "('2020-01-01 00:01', 'x'), ('2020-01-01 00:02:00.0', 'v2'), ('2020-01-01 01:03:00+01:00', "
     "'x'), ('2020-02-30 00:00:00', 'x'), (x'41', 'x')"},
    {"TIMESTAMP", "strftime('%Y-%m-%dT%H:%M:%S.000+00:00', '2020-01-01', i || ' minutes')",
     "('2020-01-01 00:01', 'x'), ('2020-01-01T00:03:00.000+00:01', 'x')"},
    {"TIMESTAMP", "1577836800 + i",
     "(1577836801.5, 'x'), ('1577836801.50x', 'x'), ('1970-01-01 00:26:17.836801', 'x')"},
    {"DECIMAL(20,2)", "i / 4.0",
     "(9007199254740993, 'x'), (4611686018427388000, 'x'), (4.611686018427388e18, 'y'), (1e300, "
     "'x'), ('1e400x', 'x'), ('text', 'x')"},
    {"DECIMAL(20,0)", "9007199254740993 + i", "(1.8014398509481984e16, 'x'), (0.5, 'x')"},
    {"REAL", "i * 0.1", "(9007199254740994, 'x'), (-1e15, 'x'), ('0.1x', 'x'), ('', 'x')"},
    {"BOOLEAN", "i", "('true', 'x'), (0.5, 'x')"}};

} // namespace

TEST_CASE("buckets find what a comparison row by row finds where SQLite takes any key") {
    for (const LooseKey& key : loose_keys) {
        INFO(key.type + " " + key.usual);
        const std::string rows = loose_rows_sql(key.type, key.usual, key.others);
        for (const std::string change :
             {"", "UPDATE t SET v = 'other' WHERE v = 'v77'; DELETE FROM t WHERE v = 'v78';",
              "UPDATE t SET v = 'other' WHERE v = 'x'", "DELETE FROM t WHERE v = 'x'"}) {
            INFO(change);
            TwoFiles files(rows, rows + change);
            const DiffSide side_a{*files.a.session, files.a.table};
            const DiffSide side_b{*files.b.session, files.b.table};
            const RowDiffRequest request = request_by_key(side_a.table, side_b.table, 1);
            REQUIRE(has_buckets(side_a.table, side_b.table, request));
            const auto found =
                diff_by_buckets(side_a, side_b, request, bucket_hash(side_a, side_b, request));
            REQUIRE(found);
            check_same(*found, diff_rows(side_a, side_b, request));
        }
    }
}

TEST_CASE("equal tables with a key of dates are read once in SQLite") {
    const std::string rows =
        "CREATE TABLE t (k DATE PRIMARY KEY, v TEXT); INSERT INTO t WITH RECURSIVE g(i) AS (SELECT "
        "1 UNION ALL SELECT i + 1 FROM g WHERE i < 1000) SELECT date('2020-01-01', i || ' days'), "
        "'v' || i FROM g; INSERT INTO t VALUES ('soon', 'x')";
    TwoFiles files(rows, rows);
    const DiffSide side_a{*files.a.session, files.a.table};
    const DiffSide side_b{*files.b.session, files.b.table};
    const RowDiff diff = diff_tables(side_a, side_b, request_by_key(side_a.table, side_b.table, 1));
    CHECK(diff.unchanged == 1001);
    CHECK(files.a.session->cost().rows_read == 1001);
}

TEST_CASE("keys in as many ways as there are rows are compared row by row") {
    const std::string rows =
        loose_rows_sql("TIMESTAMP",
                       "datetime('2020-01-01', i || ' minutes', (i % 9) || ' seconds') || "
                       "printf('+%02d:00', i % 12)",
                       "('soon', 'x')");
    TwoFiles files(rows, rows);
    const DiffSide side_a{*files.a.session, files.a.table};
    const DiffSide side_b{*files.b.session, files.b.table};
    const RowDiffRequest request = request_by_key(side_a.table, side_b.table, 1);
    CHECK_FALSE(diff_by_buckets(side_a, side_b, request, bucket_hash(side_a, side_b, request)));
    CHECK(diff_tables(side_a, side_b, request).unchanged == 1003);
}

TEST_CASE("a form of times is one in which two texts are two moments") {
    CHECK(time_form("2024-01-31") == "9999-99-99");
    CHECK(time_form("2024-01-31 12:00") == "9999-99-99 99:99");
    CHECK(time_form("2024-01-31T12:00:00Z") == "9999-99-99T99:99:99Z");
    CHECK(time_form("2024-01-31 12:00:00.123456+02:00") == "9999-99-99 99:99:99.999999+02:00");
    for (const char* text : {"", "soon", "2024-01-31 12", "2024-01-31 12:00:00.",
                             "2024-01-31 12:00:00.1234567", "20240131", "2024-01-31x12:00"}) {
        INFO(text);
        CHECK_FALSE(time_form(text));
    }
}

TEST_CASE("tables that have little in common, or no rows, are told from each other") {
    const std::string empty = "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);";
    TwoFiles files(empty, empty + "INSERT INTO t VALUES ('a', 'b');");
    const DiffSide side_a{*files.a.session, files.a.table};
    const DiffSide side_b{*files.b.session, files.b.table};
    const RowDiffRequest request = request_by_key(side_a.table, side_b.table, 1);
    CHECK_FALSE(diff_by_buckets(side_a, side_b, request, bucket_hash(side_a, side_b, request)));
    CHECK(diff_tables(side_a, side_b, request).only_b == 1);
    TwoFiles nothing(empty, empty);
    const auto none = diff_by_buckets({*nothing.a.session, nothing.a.table},
                                      {*nothing.b.session, nothing.b.table}, request, std::nullopt);
    REQUIRE(none);
    CHECK(none->rows_a == 0);
    CHECK(none->changed_cells == std::vector<std::int64_t>{0});
}

TEST_CASE("keys stay apart where the comparison keeps apart what the store does") {
    TableSchema table = table_of(ColumnType::text);
    CHECK(keeps(table, Comparison::text));
    CHECK_FALSE(keeps(table, Comparison::padded_text));
    CHECK(keeps(table, Comparison::time));
    CHECK_FALSE(keeps_keys_apart(table, {}));
    CHECK_FALSE(keeps_keys_apart(table, {{1, Comparison::text}}));
    CHECK(reason_keys_are_not_apart(table, {{0, Comparison::padded_text}}) ==
          "texts of the key are compared without trailing blanks");
    CHECK(reason_keys_are_not_apart(table, {{1, Comparison::text}}) ==
          "nothing declares the key unique on both sides");
    CHECK(keeps_keys_apart(table, {{1, Comparison::text}, {0, Comparison::text}}));
    CHECK(keeps(table_of(ColumnType::uuid), Comparison::text));
    CHECK(keeps(table_of(ColumnType::timestamptz), Comparison::time));
    CHECK(keeps(table_of(ColumnType::decimal), Comparison::number));
    CHECK_FALSE(keeps(table_of(ColumnType::other), Comparison::text));
    for (const ColumnType type : {ColumnType::timestamp, ColumnType::decimal, ColumnType::real}) {
        TableSchema loose = table_of(type);
        loose.columns[0].enforced = false;
        CHECK(keeps(loose, is_temporal(type) ? Comparison::time : Comparison::number));
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
    CHECK(reason_without_buckets(table, table, request) == "both tables are small");
    const TableSchema unknown = table_of(ColumnType::text);
    CHECK(has_buckets(table, unknown, request));
    table.stats.row_estimate = 100'000;
    CHECK(has_buckets(table, table, request));
    request.key.clear();
    CHECK_FALSE(has_buckets(table, table, request));
    CHECK(reason_without_buckets(table, table, request) == "whole rows are compared");
}
