// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/group_freshness.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros day = micros_per_day;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

CheckResult judged(std::vector<GroupFacts> groups, const FreshnessLimits& limits) {
    return check_groups({"public", "t"}, "at", "source", std::move(groups), limits, now);
}

} // namespace

TEST_CASE("a group that fell silent is named, whatever the others do") {
    const auto result =
        judged({{"web", 5, now}, {"shop", 9, now - 3 * day}, {Fact(), 1, {}}, {7, 2, now - day}},
               {day, {}});
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::critical);
    CHECK(result.message ==
          "2 of 4 groups fell silent for more than 1 d: NULL (no date), shop (3 d)");
    CHECK(result.observed == Observed{std::int64_t{2}, "groups"});
}

TEST_CASE("groups that are all recent pass, and without a limit none is judged") {
    CHECK(judged({{"web", 5, now}, {"shop", 9, now - day}}, {day, {}}).message ==
          "every one of 2 groups has a row of the last 1 d");
    CHECK(judged({{"web", 5, now - 9 * day}}, {{}, day}).severity == Severity::warning);
    CHECK(judged({{"web", 5, now}}, {}).status == Status::skipped);
    CHECK(judged({}, {day, {}}).status == Status::skipped);
}

TEST_CASE("of many silent groups the oldest are named") {
    std::vector<GroupFacts> groups;
    for (int i = 0; i < 8; ++i) {
        groups.push_back({"g" + std::to_string(i), 1, now - (i + 2) * day});
    }
    CHECK(judged(groups, {day, {}}).message ==
          "8 of 8 groups fell silent for more than 1 d: g7 (9 d), g6 (8 d), g5 (7 d), g4 (6 d), "
          "g3 (5 d) and 3 more");
}
