// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/scan/slice_diff.hpp"
#include "diff_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cstdint>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::int64_t few_rows = 400;

std::string rows_sql(StoreKind store) {
    return "CREATE TABLE t (k INTEGER PRIMARY KEY, v BIGINT, n NUMERIC(12,2));"
           "INSERT INTO t SELECT i * 3 - 9000, i, i / 4.0 FROM " +
           numbers_sql(store, 6'000) + ";";
}

std::string a_change() {
    const auto number = *rc::gen::inRange(1, 6001);
    const std::string where = " WHERE v = " + std::to_string(number) + ";";
    switch (*rc::gen::inRange(0, 4)) {
    case 0: return "DELETE FROM t" + where;
    case 1: return "UPDATE t SET n = n + 0.25" + where;
    case 2: return "DELETE FROM t WHERE v < " + std::to_string(number) + ";";
    default:
        return "INSERT INTO t VALUES (" + std::to_string(*rc::gen::arbitrary<std::int64_t>()) +
               ", 0, 1) ON CONFLICT DO NOTHING;";
    }
}

/// Of the slices up to the first in which rows differ.
void check_first(const DiffSide& a, const DiffSide& b, RowDiffRequest request, const RowDiff& all) {
    const auto different = [](const RowDiff& diff) {
        return diff.only_a + diff.only_b + diff.changed;
    };
    request.extent = Extent::first;
    SliceProgress progress;
    progress.next_rows = few_rows;
    const RowDiff first = diff_by_slices(a, b, request, progress);
    RC_ASSERT((first.extent == Extent::first) == (different(all) > 0));
    RC_ASSERT((different(first) > 0) == (different(all) > 0));
    RC_ASSERT(different(first) <= different(all));
    RC_ASSERT(first.unchanged <= all.unchanged);
}

void compare_ways(Opened& a, Opened& b) {
    RowDiffRequest request = request_by_key(a.table, b.table, 1);
    RC_ASSERT(has_slices(a.table, b.table, request));
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    for (const std::string where : {"", "v <> 77 -- or so"}) {
        request.where_a = request.where_b = where;
        SliceProgress progress;
        progress.next_rows = few_rows;
        const RowDiff all = diff_rows(side_a, side_b, request);
        check_same(diff_by_slices(side_a, side_b, request, progress), all);
        check_same(diff_by_slices(side_a, side_b, request, progress), all);
        check_first(side_a, side_b, request, all);
    }
}

/// A condition that fails at the row in which v is the smallest of all integers.
constexpr std::string_view failing = "abs(v) >= 0";
constexpr std::string_view spoil = "UPDATE t SET v = -9223372036854775807 - 1 WHERE k = 3000;";

bool is_sliced(const std::string& key) {
    const std::string sql = "CREATE TABLE t (k " + key + ", v BIGINT);";
    const TwoFiles files(sql, sql);
    return has_slices(files.a.table, files.b.table,
                      request_by_key(files.a.table, files.b.table, 1));
}

} // namespace

TEST_CASE("slices find what a comparison row by row finds in SQLite") {
    rc::prop("whatever differs", [] {
        const std::string rows = rows_sql(StoreKind::sqlite);
        TwoFiles files(rows + some_changes(3, a_change), rows + some_changes(12, a_change));
        compare_ways(files.a, files.b);
    });
}

TEST_CASE("slices find what a comparison row by row finds between stores", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_between_stores(rows_sql,
                           "UPDATE t SET n = 0 WHERE k % 1000 = 3; DELETE FROM t WHERE k > 8000;",
                           compare_ways);
}

TEST_CASE("slices find what a comparison row by row finds in Postgres", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    PostgresDatabase first;
    PostgresDatabase second;
    first.execute(rows_sql(StoreKind::postgresql));
    second.execute(rows_sql(StoreKind::postgresql) + "UPDATE t SET n = 0 WHERE k % 1000 = 3;");
    Opened a(postgres_location(first));
    Opened b(postgres_location(second));
    compare_ways(a, b);
}

TEST_CASE("slices that were compared before an error are not read again") {
    const TempDir dir;
    const std::string rows = rows_sql(StoreKind::sqlite);
    const Location file_a = make_sqlite(dir.file("a.db"), rows);
    const Location file_b = make_sqlite(
        dir.file("b.db"), rows + "UPDATE t SET n = 0 WHERE k = -6000;" + std::string(spoil));
    SliceProgress progress;
    progress.next_rows = few_rows;
    const auto run = [&](Opened& a, Opened& b) {
        RowDiffRequest request = request_by_key(a.table, b.table, 1);
        request.where_a = request.where_b = failing;
        return diff_by_slices({*a.session, a.table}, {*b.session, b.table}, request, progress);
    };
    {
        Opened a(file_a);
        Opened b(file_b);
        CHECK_THROWS_AS(run(a, b), Error);
    }
    REQUIRE(progress.last);
    CHECK(*progress.last > -6000);
    CHECK(*progress.last < 3000);
    CHECK(progress.sums.unequal.size() == 1);
    const auto compared = (*progress.last + 9000) / 3;

    // A row that was equal is not looked at any more; what differed is, as it is now.
    run_sqlite(dir.file("b.db"), "UPDATE t SET v = 3001 + 999 WHERE k = 3000;"
                                 "UPDATE t SET n = -1 WHERE k IN (-8997, -6000);");
    Opened a(file_a);
    Opened b(file_b);
    const RowDiff diff = run(a, b);
    CHECK(diff.changed == 1);
    CHECK(diff.changed_rows.at(0).key.at(0).integer == -6000);
    CHECK(diff.unchanged == 5'999);
    CHECK(a.session->cost().rows_read < 6'000 - compared + 1'000);
}

TEST_CASE("nothing behind the first difference is read where it is enough") {
    const TempDir dir;
    const std::string rows = rows_sql(StoreKind::sqlite);
    Opened a(make_sqlite(dir.file("a.db"), rows));
    Opened b(make_sqlite(dir.file("b.db"),
                         rows + "UPDATE t SET n = 0 WHERE k = -6000;" + std::string(spoil)));
    RowDiffRequest request = request_by_key(a.table, b.table, 1);
    request.where_a = request.where_b = failing;
    request.extent = Extent::first;
    SliceProgress progress;
    progress.next_rows = few_rows;
    const RowDiff diff =
        diff_by_slices({*a.session, a.table}, {*b.session, b.table}, request, progress);
    CHECK(diff.extent == Extent::first);
    CHECK(diff.changed == 1);
    CHECK(ends_at_first_slice({*a.session, a.table}, {*b.session, b.table}, request));
    request.extent = Extent::all;
    CHECK_FALSE(ends_at_first_slice({*a.session, a.table}, {*b.session, b.table}, request));
}

TEST_CASE("ranges that were read before an error are not read again") {
    const std::string rows = rows_sql(StoreKind::sqlite);
    TwoFiles files(rows, rows +
                             "UPDATE t SET n = -1 WHERE v % 100 = 0;"
                             "DELETE FROM t WHERE v % 1000 = 1; UPDATE t SET v = 0 WHERE k = 0;");
    const DiffSide a{*files.a.session, files.a.table};
    const DiffSide b{*files.b.session, files.b.table};
    RowDiffRequest request = request_by_key(files.a.table, files.b.table, 1);
    const RowDiff whole = diff_rows(a, b, request);
    SliceProgress progress;
    progress.next_rows = few_rows;
    std::int64_t read = 0;
    int runs = 0;
    for (bool is_ended = false; !is_ended && runs < 100; ++runs) {
        // A run is ended in the second statement for some ranges.
        int rows_of_run = 0;
        const std::int64_t before = progress.found.changed + progress.found.only_a;
        request.visit = [&](const RowChange&) {
            const bool is_first = progress.found.changed + progress.found.only_a == before;
            if (!is_first) {
                throw Error(ErrorKind::interrupted, "no more");
            }
            ++rows_of_run;
        };
        try {
            check_same(diff_by_slices(a, b, request, progress), whole);
            is_ended = true;
        } catch (const Error&) {
            CHECK(progress.ranges_read > read);
            read = progress.ranges_read;
            CHECK(rows_of_run > 0);
        }
        CHECK(progress.ranges() >= progress.ranges_read);
    }
    CHECK(runs > 2);
    CHECK(runs < 100);
    CHECK(progress.sums.unequal.empty());
}

TEST_CASE("a range with most rows of a slice is read in several steps") {
    const std::string rows = "CREATE TABLE t (k INTEGER PRIMARY KEY, v BIGINT);"
                             "INSERT INTO t SELECT i, i FROM " +
                             numbers_sql(StoreKind::sqlite, 70'000) +
                             "; INSERT INTO t VALUES (-9223372036854775807 - 1, 0),"
                             "(9223372036854775807, 0);";
    TwoFiles files(rows, rows + "UPDATE t SET v = -1 WHERE k % 1000 = 7;");
    const DiffSide a{*files.a.session, files.a.table};
    const DiffSide b{*files.b.session, files.b.table};
    RowDiffRequest request = request_by_key(files.a.table, files.b.table, 1);
    const RowDiff whole = diff_rows(a, b, request);
    SliceProgress progress;
    progress.next_rows = 100'000;
    check_same(diff_by_slices(a, b, request, progress), whole);
    CHECK(whole.changed == 70);
    CHECK(progress.ranges_read > 3);
}

TEST_CASE("slices find what a comparison row by row finds where much differs") {
    const auto compare_both = [](const std::string& rows, const std::string& changes) {
        TwoFiles files(rows, rows + changes);
        const DiffSide a{*files.a.session, files.a.table};
        const DiffSide b{*files.b.session, files.b.table};
        RowDiffRequest request = request_by_key(files.a.table, files.b.table, 1);
        request.limit = 100'000;
        SliceProgress progress;
        progress.next_rows = few_rows;
        check_same(diff_by_slices(a, b, request, progress), diff_rows(a, b, request));
        return progress.ranges_read;
    };
    const std::string rows = rows_sql(StoreKind::sqlite);
    CHECK(compare_both(rows, "UPDATE t SET n = -1 WHERE k % 5 <> 0;") > 0);
    CHECK(compare_both(rows, "UPDATE t SET n = -1 WHERE k = 0;") == 1);
    // So far apart that each key is a range of its own, more than are kept unread.
    const std::string apart = "CREATE TABLE t (k INTEGER PRIMARY KEY, v BIGINT);"
                              "INSERT INTO t SELECT i * 1000, i FROM " +
                              numbers_sql(StoreKind::sqlite, 280'000) + ";";
    CHECK(compare_both(apart, "UPDATE t SET v = -1 WHERE v % 4 = 0;") > 65'536);
}

TEST_CASE("only a key that holds nothing but integers is cut into slices") {
    CHECK(is_sliced("INTEGER PRIMARY KEY"));
    CHECK_FALSE(is_sliced("INT PRIMARY KEY"));
    CHECK_FALSE(is_sliced("INTEGER"));
    CHECK_FALSE(is_sliced("TEXT PRIMARY KEY"));
}
