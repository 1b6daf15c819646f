// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_segments.hpp"
#include "assay/scan/segment_diff.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();

/// 6,000 rows in the SQL of both stores; every 7th of v is NULL.
std::string rows_sql(bool in_postgres) {
    const std::string number =
        in_postgres ? "generate_series(1, 6000) AS g(i)"
                    : "(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
                      "g WHERE i < 6000) SELECT i FROM g)";
    return "CREATE TABLE t (\"the key\" INTEGER PRIMARY KEY, v TEXT, n NUMERIC(12,2), at "
           "TIMESTAMP);"
           "INSERT INTO t SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE 'value ' || i END, "
           "i / 4.0, '2024-01-01 00:00:00' FROM " +
           number + ";";
}

/// What makes a copy differ from the original.
std::string a_change() {
    const auto key = std::to_string(*rc::gen::inRange(1, 6001));
    const std::string where = " WHERE \"the key\" = " + key + ";";
    switch (*rc::gen::inRange(0, 5)) {
    case 0: return "DELETE FROM t" + where;
    case 1: return "UPDATE t SET v = 'other'" + where;
    case 2: return "UPDATE t SET v = NULL" + where;
    case 3: return "UPDATE t SET n = n + 0.25, at = '2024-01-01 00:00:01'" + where;
    default:
        return "INSERT INTO t VALUES (" + std::to_string(6'000 + *rc::gen::inRange(1, 90'000)) +
               ", 'new', 1, NULL) ON CONFLICT DO NOTHING;";
    }
}

std::string some_changes() {
    std::string sql;
    const int count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
        sql += a_change();
    }
    return sql;
}

RowDiffRequest request_by_key(const TableSchema& a, const TableSchema& b) {
    RowDiffRequest request;
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
        const ColumnPair pair{i, i, comparison_for(a.columns[i].type, b.columns[i].type)};
        (i == 0 ? request.key : request.other).push_back(pair);
    }
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
    RC_ASSERT(found.only_a_rows.size() == expected.only_a_rows.size());
    RC_ASSERT(found.only_b_rows.size() == expected.only_b_rows.size());
    RC_ASSERT(found.changed_rows.size() == expected.changed_rows.size());
}

void compare_ways(Opened& a, Opened& b) {
    RowDiffRequest request = request_by_key(a.table, b.table);
    request.limit = 1'000;
    RC_ASSERT(has_segments(a.table, b.table, request));
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    check_same(diff_tables(side_a, side_b, request), diff_rows(side_a, side_b, request));
    request.where_a = request.where_b = "v <> 'value 77' -- or so";
    check_same(diff_tables(side_a, side_b, request), diff_rows(side_a, side_b, request));
}

} // namespace

TEST_CASE("segments cover their range of keys, each key in one of them") {
    rc::prop("of any width", [] {
        const auto one = *rc::gen::arbitrary<std::int64_t>();
        const auto other = *rc::gen::arbitrary<std::int64_t>();
        const KeyRange keys{std::min(one, other), std::max(one, other)};
        const auto limit = *rc::gen::inRange<std::size_t>(2, 5'000);
        const KeySegments segments(keys, limit);
        RC_ASSERT(segments.count() <= limit);
        RC_ASSERT(segments.of(keys.first) == 0U);
        RC_ASSERT(segments.range(0, segments.count() - 1) == keys);
        const auto segment = *rc::gen::inRange<std::size_t>(0, segments.count());
        const KeyRange part = segments.range(segment, segment);
        RC_ASSERT(segments.of(part.first) == segment);
        RC_ASSERT(segments.of(part.last) == segment);
        RC_ASSERT(
            (segment == 0 || segments.range(segment - 1, segment - 1).last + 1 == part.first));
    });
    CHECK(KeySegments({least, most}, 65'536).count() == 65'536);
    CHECK(KeySegments({least, most}, 2).range(0, 1) == KeyRange{least, most});
    CHECK(KeySegments({5, 5}, 10).count() == 1);
}

TEST_CASE("segments find what a comparison row by row finds in SQLite") {
    rc::prop("whatever differs", [] {
        const TempDir dir;
        run_sqlite((dir.path() / "a.db").string(), rows_sql(false));
        run_sqlite((dir.path() / "b.db").string(), rows_sql(false) + some_changes());
        Opened a(sqlite_location((dir.path() / "a.db").string()));
        Opened b(sqlite_location((dir.path() / "b.db").string()));
        compare_ways(a, b);
    });
}

TEST_CASE("segments find what a comparison row by row finds between stores", "[postgres]") {
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
    database.execute("UPDATE t SET v = 'x' WHERE \"the key\" % 1000 = 3; DELETE FROM t WHERE \"the "
                     "key\" = 6000;");
    check();
}

TEST_CASE("keys that SQLite keeps as something else are compared row by row") {
    const TempDir dir;
    const std::string odd = "CREATE TABLE t (k INT PRIMARY KEY, v TEXT);"
                            "INSERT INTO t VALUES (1, 'a'), (9000, 'b'), (NULL, 'c'), ('x', 'd');";
    run_sqlite((dir.path() / "a.db").string(), odd);
    run_sqlite((dir.path() / "b.db").string(), odd + "UPDATE t SET v = 'e' WHERE k = 'x';");
    Opened a(sqlite_location((dir.path() / "a.db").string()));
    Opened b(sqlite_location((dir.path() / "b.db").string()));
    const RowDiff diff =
        diff_tables({*a.session, a.table}, {*b.session, b.table}, request_by_key(a.table, b.table));
    CHECK(diff.changed == 1);
    CHECK(diff.unchanged == 3);
    CHECK(diff.null_key_rows_a == 1);
}
