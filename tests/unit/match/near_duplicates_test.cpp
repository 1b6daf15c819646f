// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "people.hpp"

#include "assay/match/clusters.hpp"
#include "assay/match/near_duplicates.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

struct Found {
    Records records;
    NearResult result;
};

Found near(const Rows& rows, std::size_t width, unsigned threads = 2) {
    Found found{make_records(columns(rows, width), rows.size(), RowNumbers::leave_out), {}};
    found.result =
        find_near_duplicates(found.records, default_probability_in_table, {threads, [] {}});
    return found;
}

/// The group of every row, named by the rows themselves.
std::map<std::vector<std::string>, std::vector<std::string>> partners(const Rows& rows,
                                                                      const Found& found) {
    std::map<std::uint32_t, std::size_t> group_of;
    for (std::size_t i = 0; i < found.result.groups.size(); ++i) {
        for (const std::uint32_t record : found.result.groups[i].records) {
            group_of[record] = i + 1;
        }
    }
    std::map<std::size_t, std::vector<std::string>> members;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        members[group_of[found.records.of_row[row]]].push_back(rows[row][1] + rows[row][2]);
    }
    std::map<std::vector<std::string>, std::vector<std::string>> result;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::size_t group = group_of[found.records.of_row[row]];
        auto list = group == 0 ? std::vector<std::string>{} : members[group];
        std::sort(list.begin(), list.end());
        result[rows[row]] = list;
    }
    return result;
}

} // namespace

TEST_CASE("rows of one person are found, and nothing else") {
    const Rows rows = people(800);
    const auto found = near(rows, 5);
    CHECK(found.result.groups.size() == 200);
    CHECK(found.result.pairs == 200);
    std::size_t right = 0;
    for (std::size_t n = 0; n < 200; ++n) {
        const std::uint32_t a = found.records.of_row[4 * n];
        const std::uint32_t b = found.records.of_row[800 + n];
        right += static_cast<std::size_t>(std::count_if(
            found.result.groups.begin(), found.result.groups.end(), [&](const NearGroup& group) {
                return group.records == std::vector<std::uint32_t>{std::min(a, b), std::max(a, b)};
            }));
    }
    CHECK(right == 200);
    REQUIRE(found.result.predicted_precision.has_value());
    CHECK(*found.result.predicted_precision > .97);
}

TEST_CASE("what is found depends neither on the order of rows nor on threads") {
    Rows rows = people(400);
    const auto found = near(rows, 5, 1);
    const auto before = partners(rows, found);
    std::rotate(rows.begin(), rows.begin() + 137, rows.end());
    std::reverse(rows.begin(), rows.begin() + 200);
    const auto again = near(rows, 5, 4);
    CHECK(partners(rows, again) == before);
    CHECK(again.result.predicted_precision == found.result.predicted_precision);
}

TEST_CASE("rows that are equal once folded are a group, too") {
    Rows rows = people(200);
    rows.push_back(rows[1]);
    rows.push_back(rows[1]);
    rows.back()[0][0] = 'K';
    rows[1][0][0] = 'k';
    rows[rows.size() - 2][0][0] = 'k';
    const auto found = near(rows, 5);
    const std::uint32_t record = found.records.of_row[1];
    CHECK(found.records.weight[record] == 3);
    CHECK(std::any_of(found.result.groups.begin(), found.result.groups.end(),
                      [&](const NearGroup& group) {
                          return group.records == std::vector<std::uint32_t>{record};
                      }));
}

TEST_CASE("tables that are empty, of one row, all equal or all missing have no near duplicates") {
    CHECK(near({}, 3).result.groups.empty());
    CHECK(near({{"a", "b"}}, 2).result.groups.empty());
    CHECK(near(Rows(100, {"a", "b"}), 2).result.groups.empty());
    CHECK(near(Rows(100, {"", ""}), 2).result.groups.empty());
    CHECK_FALSE(near({}, 3).result.predicted_precision.has_value());
}

TEST_CASE("bytes that are no text, emoji and right-to-left names do no harm") {
    Rows rows = people(100);
    rows.push_back({"\xff\xfe\xc3", std::string(5000, '\x01'), "عمر خيام street", "5", ""});
    rows.push_back({"👩‍👩‍👧", "é\xcc\x81", "عمر خیام street", "", "\xf0\x9f"});
    const auto found = near(rows, 5);
    CHECK(found.result.groups.size() == 25);
}

TEST_CASE("a table is linked with another one, each row with one other at most") {
    const Rows all = people(400);
    Rows rows(all.begin(), all.begin() + 400);
    rows.insert(rows.end(), all.begin() + 400, all.end());
    const Records records = make_records(columns(rows, 5), 400, RowNumbers::leave_out);
    CHECK(records.links());
    const auto result = find_near_duplicates(records, default_probability_across, {});
    CHECK(result.groups.size() == 100);
    std::vector<std::uint32_t> seen;
    for (const auto& group : result.groups) {
        REQUIRE(group.records.size() == 2);
        CHECK(group.records[0] < records.split);
        CHECK(group.records[1] >= records.split);
        seen.insert(seen.end(), group.records.begin(), group.records.end());
    }
    std::sort(seen.begin(), seen.end());
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("a record has one partner at most, so candidates share what is certain") {
    Records records;
    records.size = 4;
    records.split = 2;
    std::vector<ComparedPair> pairs{{{0, 2}, 0, 0, .99}, {{0, 3}, 0, 0, .99}, {{1, 3}, 0, 0, .5}};
    share_certainty(records, pairs);
    CHECK(pairs[0].probability == Approx(99.0 / 199));
    CHECK(pairs[1].probability == Approx(99.0 / 200));
    CHECK(pairs[2].probability == Approx(1.0 / 101));
    std::vector<ComparedPair> alone{{{0, 2}, 0, 0, .9}};
    share_certainty(records, alone);
    CHECK(alone[0].probability == Approx(.9));
}

TEST_CASE("work that is cancelled ends with the error of whoever cancelled it") {
    const Records records = make_records(columns(people(100), 5), 125, RowNumbers::leave_out);
    const Effort effort{2, [] { throw std::runtime_error("enough"); }};
    CHECK_THROWS_WITH(find_near_duplicates(records, .9, effort), "enough");
}
