// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/snapshot_change.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

SnapshotChange change_of(std::int64_t least, std::int64_t most) {
    SnapshotChange change;
    change.table = {"main", "t"};
    change.key = {"id"};
    change.taken = 1'706'659'200'000'000;
    change.grain = "segments";
    change.placed_by = "value";
    change.rows_a = 1000;
    change.rows_b = 1010;
    change.unchanged = most == 0 ? 1010 : 900;
    change.least = least;
    change.most = most;
    change.segments = 15;
    change.changed_segments = most == 0 ? 0 : 2;
    return change;
}

} // namespace

TEST_CASE("segments that differ pass only if all of their rows may") {
    CHECK(check_snapshot(change_of(0, 0), {}).status == Status::pass);
    CHECK(check_snapshot(change_of(10, 210), {}).status == Status::fail);
    CHECK(check_snapshot(change_of(10, 210), {9, {}}).status == Status::fail);
    const CheckResult unknown = check_snapshot(change_of(10, 210), {100, {}});
    CHECK(unknown.status == Status::error);
    CHECK(unknown.remedy.find("--grain rows") != std::string::npos);
    CHECK(check_snapshot(change_of(10, 210), {209, {}}).status == Status::error);
    CHECK(check_snapshot(change_of(10, 210), {210, {}}).status == Status::pass);
    CHECK_FALSE(unknown.rows_failed.has_value());
}

TEST_CASE("the message of a snapshot tells what is known") {
    CHECK(check_snapshot(change_of(10, 210), {}).message ==
          "2 of 15 ranges of the key differ since 2024-01-31T00:00:00Z, with 100 rows then and 110 "
          "now; 900 the same");
    SnapshotChange change = change_of(4, 4);
    change.counts = SnapshotChange::Counts{1, 2, 1};
    change.unchanged = 998;
    const CheckResult result = check_snapshot(change, {});
    CHECK(result.message == "2 rows added, 1 row removed and 1 row changed since "
                            "2024-01-31T00:00:00Z, 998 the same");
    CHECK(result.rows_failed == 4);
    CHECK(*find_fact(result.evidence, "growth") == Fact(10));
    CHECK(check_snapshot(change, {4, {}}).status == Status::pass);
    CHECK(check_snapshot(change_of(0, 0), {}).message ==
          "all 1,010 rows are the same as at 2024-01-31T00:00:00Z");
    change = change_of(0, 0);
    change.rows_a = change.rows_b = change.unchanged = 0;
    CHECK(check_snapshot(change, {}).message ==
          "the table is empty, as it was at 2024-01-31T00:00:00Z");
}
