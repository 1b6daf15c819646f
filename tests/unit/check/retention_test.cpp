// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/retention.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

constexpr Micros day = micros_per_day;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

} // namespace

TEST_CASE("rows that are kept too long are counted") {
    const auto result = check_retention({{"public", "t"}, "at", now - 120 * day, 3, now}, 90 * day);
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::critical);
    CHECK(result.message == "oldest row is 120 d old, rows are kept for 90 d; 3 rows are there "
                            "longer");
    CHECK(result.observed == Observed{120 * 86'400, "s"});
    CHECK(result.rows_failed == 3);
    CHECK(*find_fact(result.evidence, "keep_from") == Fact("2023-11-02T00:00:00Z"));
}

TEST_CASE("a table whose oldest row may be there passes") {
    const auto result = check_retention({{"public", "t"}, "at", now - 90 * day, 0, now}, 90 * day);
    CHECK(result.status == Status::pass);
    CHECK(result.message == "oldest row is 90 d old, rows are kept for 90 d");
    CHECK(check_retention({{"public", "t"}, "at", now + day, 0, now}, 90 * day).status ==
          Status::pass);
}

TEST_CASE("a table without any time has nothing to keep") {
    CHECK(check_retention({{"public", "t"}, "at", std::nullopt, 0, now}, day).status ==
          Status::skipped);
}
