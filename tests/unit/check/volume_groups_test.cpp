// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/volume.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;

namespace {

/// The names of the groups that are shown, with how they changed.
std::string shown(const CheckResult& result) {
    std::string all;
    for (const auto& sample : std::get<Fact::List>(find_fact(result.evidence, "samples")->value)) {
        const auto& facts = std::get<Facts>(sample.value);
        const auto& key = std::get<Facts>(find_fact(facts, "key")->value);
        const auto* name = std::get_if<std::string>(&key.front().second.value);
        all += std::get<std::string>(find_fact(facts, "change")->value) +
               (name == nullptr ? "NULL" : *name) + " ";
    }
    return all;
}

} // namespace

TEST_CASE("every group is held to the tolerance, and the worst are shown in their order") {
    GroupDifference difference{{"main", "t"}, "at", "day", "day", "UTC", {}};
    difference.groups = {
        {Fact(), 0, 1}, {"d1", 100, 90}, {"d2", 5, 5}, {"d3", 50, 0}, {"d4", 0, 3}};
    auto result = check_group_counts(difference, {}, 10);
    CHECK(result.status == Status::fail);
    CHECK(result.observed.value == Fact(4));
    CHECK(result.message == "4 of 5 days have another number of rows");
    CHECK(shown(result) == "+NULL ~d1 -d3 +d4 ");
    CHECK(shown(check_group_counts(difference, {}, 2)) == "~d1 -d3 ");
    CHECK(shown(check_group_counts(difference, {3, {}}, 10)) == "~d1 -d3 ");
    CHECK(shown(check_group_counts(difference, {0, .1}, 10)) == "+NULL -d3 +d4 ");
    result = check_group_counts(difference, {50, {}}, 10);
    CHECK(result.status == Status::pass);
    CHECK(result.message == "4 of 5 days have another number of rows, within the tolerance");
    difference.groups.clear();
    CHECK(check_group_counts(difference, {}, 10).message ==
          "0 days on both sides, with as many rows in each");
}
