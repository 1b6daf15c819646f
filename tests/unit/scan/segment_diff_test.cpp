// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_segments.hpp"
#include "assay/scan/segment_diff.hpp"
#include "diff_support.hpp"

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

/// 6,000 rows; every 7th of v is NULL.
std::string rows_sql(StoreKind store) {
    return "CREATE TABLE t (\"the key\" INTEGER PRIMARY KEY, v TEXT, n NUMERIC(12,2), at "
           "TIMESTAMP);"
           "INSERT INTO t SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE 'value ' || i END, "
           "i / 4.0, '2024-01-01 00:00:00' FROM " +
           numbers_sql(store, 6'000) + ";";
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

void compare_ways(Opened& a, Opened& b) {
    RowDiffRequest request = request_by_key(a.table, b.table, 1);
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
        const std::string rows = rows_sql(StoreKind::sqlite);
        TwoFiles files(rows, rows + some_changes(12, a_change));
        compare_ways(files.a, files.b);
    });
}

TEST_CASE("segments find what a comparison row by row finds between stores", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_between_stores(rows_sql,
                           "UPDATE t SET v = 'x' WHERE \"the key\" % 1000 = 3; DELETE FROM t "
                           "WHERE \"the key\" = 6000;",
                           compare_ways);
}

TEST_CASE("keys that SQLite keeps as something else are compared row by row") {
    const std::string odd = "CREATE TABLE t (k INT PRIMARY KEY, v TEXT);"
                            "INSERT INTO t VALUES (1, 'a'), (9000, 'b'), (NULL, 'c'), ('x', 'd');";
    TwoFiles files(odd, odd + "UPDATE t SET v = 'e' WHERE k = 'x';");
    const DiffSide side_a{*files.a.session, files.a.table};
    const DiffSide side_b{*files.b.session, files.b.table};
    const RowDiff diff = diff_tables(side_a, side_b, request_by_key(side_a.table, side_b.table, 1));
    CHECK(diff.changed == 1);
    CHECK(diff.unchanged == 3);
    CHECK(diff.null_key_rows_a == 1);
}
