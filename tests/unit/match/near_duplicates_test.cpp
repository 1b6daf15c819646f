// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "people.hpp"

#include "assay/base/error.hpp"
#include "assay/match/clusters.hpp"
#include "assay/match/near_duplicates.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

using namespace assay;
using namespace assay::test;

namespace {

struct Found {
    Records records;
    NearResult result;
};

Found near(const Rows& rows, std::size_t width, unsigned threads = 2,
           std::size_t bytes = ample_bytes) {
    NearMemory memory(bytes, "/tmp");
    Found found{make_records(columns(rows, width), rows.size(), RowNumbers::leave_out, memory), {}};
    found.result =
        find_near_duplicates(found.records, default_probability_in_table, {threads, [] {}}, memory);
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

TEST_CASE("of as many groups as somebody wants all pairs are told") {
    const Rows rows = people(800);
    NearMemory memory(ample_bytes, "/tmp");
    const Records records =
        make_records(columns(rows, 5), rows.size(), RowNumbers::leave_out, memory);
    const auto groups =
        find_near_duplicates(records, default_probability_in_table, {2, [] {}}, memory, 3).groups;
    REQUIRE(groups.size() > 3);
    for (std::size_t i = 0; i < 3; ++i) {
        REQUIRE(groups[i].pairs.size() == 1);
        CHECK(groups[i].pairs[0].records == Candidate{groups[i].records[0], groups[i].records[1]});
        CHECK(groups[i].pairs[0].probability == Approx(groups[i].probability));
    }
    CHECK(groups[3].pairs.empty());
}

TEST_CASE("however much speaks for a pair, it is not certain") {
    CHECK(probability_of(0) == .5);
    CHECK(probability_of(10) == Approx(1024.0 / 1025));
    CHECK(probability_of(1000) < 1);
    CHECK(probability_of(1000) > .999'999);
    CHECK(probability_of(-1000) >= 0);
}

TEST_CASE("pairs that are compared grow no faster than n log n") {
    const auto pairs_and_bound = [](std::uint32_t persons) {
        const auto rows = people(persons);
        const auto n = static_cast<double>(rows.size());
        return std::pair(static_cast<double>(near(rows, 5).result.candidates), n * std::log(n));
    };
    const auto [few, few_bound] = pairs_and_bound(800);
    const auto [many, many_bound] = pairs_and_bound(8000);
    CHECK(few > 800);
    CHECK(many / few < many_bound / few_bound);
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

TEST_CASE("what is found does not depend on memory, also where most of it goes through a file") {
    const Rows rows = people(1600);
    const auto held = near(rows, 5);
    CHECK(held.result.spilled_bytes == 0);
    for (const std::size_t bytes :
         {std::size_t{0}, std::size_t{64} << 10U, std::size_t{1} << 20U}) {
        const auto spilled = near(rows, 5, 2, bytes);
        CHECK(spilled.result.spilled_bytes > 0);
        CHECK(spilled.result.candidates == held.result.candidates);
        CHECK(spilled.result.predicted_precision == held.result.predicted_precision);
        CHECK(partners(rows, spilled) == partners(rows, held));
    }
}

TEST_CASE("two tables are linked alike whatever memory there is") {
    const Rows rows = people(800);
    const auto link = [&](std::size_t bytes) {
        NearMemory memory(bytes, "/tmp");
        const Records records = make_records(columns(rows, 5), 800, RowNumbers::leave_out, memory);
        return find_near_duplicates(records, default_probability_across, {}, memory);
    };
    const auto held = link(ample_bytes);
    const auto spilled = link(0);
    CHECK(spilled.spilled_bytes > 0);
    REQUIRE(spilled.groups.size() == held.groups.size());
    for (std::size_t i = 0; i < held.groups.size(); ++i) {
        CHECK(spilled.groups[i].records == held.groups[i].records);
        CHECK(spilled.groups[i].probability == held.groups[i].probability);
    }
}

TEST_CASE("what must be held and does not fit is an error that says how much would do") {
    NearMemory memory(std::size_t{20} << 20U, "/tmp");
    memory.expect({100'000, 5, 120'000, 4e6});
    memory.hold(NearMemory::least_held);
    CHECK(memory.fits(0));
    try {
        memory.hold(1);
        FAIL("it fits");
    } catch (const Error& error) {
        CHECK(error.what() ==
              std::string("near duplicates among 100,000 rows take more memory than --memory "
                          "allows"));
        CHECK(error.hint().substr(0, 28) == "about --memory 160MiB should");
    }
    memory.release(NearMemory::least_held);
    CHECK(memory.held() == 0);
}

TEST_CASE("texts are not compared where they take more memory than there is") {
    const Rows rows(2, {std::string(1000, 'a'), "b"});
    NearMemory memory(0, "/tmp");
    memory.hold(NearMemory::least_held - 1000);
    CHECK_THROWS_AS(make_records(columns(rows, 2), 2, RowNumbers::leave_out, memory), Error);
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
    NearMemory memory(ample_bytes, "/tmp");
    const Records records = make_records(columns(rows, 5), 400, RowNumbers::leave_out, memory);
    CHECK(records.links());
    const auto result = find_near_duplicates(records, default_probability_across, {}, memory);
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
    SharedCertainty certainty(records);
    certainty.add({0, 2}, .99);
    certainty.add({0, 3}, .99);
    certainty.add({1, 3}, .5);
    CHECK(certainty.share({0, 2}, .99) == Approx(99.0 / 199));
    CHECK(certainty.share({0, 3}, .99) == Approx(99.0 / 200));
    CHECK(certainty.share({1, 3}, .5) == Approx(1.0 / 101));
    SharedCertainty alone(records);
    alone.add({0, 2}, .9);
    CHECK(alone.share({0, 2}, .9) == Approx(.9));
}

TEST_CASE("work that is cancelled ends with the error of whoever cancelled it") {
    NearMemory memory(ample_bytes, "/tmp");
    const Records records =
        make_records(columns(people(100), 5), 125, RowNumbers::leave_out, memory);
    const Effort effort{2, [] { throw std::runtime_error("enough"); }};
    CHECK_THROWS_WITH(find_near_duplicates(records, .9, effort, memory), "enough");
}

TEST_CASE("folding texts is work that can be cancelled, and so is taking out repeated words") {
    Rows rows;
    for (std::uint32_t n = 0; n < 200; ++n) {
        rows.push_back({made_up_name(n), made_up_name(n) + std::to_string(number(n))});
    }
    NearMemory memory(ample_bytes, "/tmp");
    const auto texts = columns(rows, 2);
    std::size_t asked = 0;
    make_records(texts, rows.size(), RowNumbers::leave_out, memory, {1, [&] { ++asked; }});
    CHECK(asked == texts[0].texts().size() + texts[1].texts().size() + rows.size());
    const Effort cancelled{1, [] { throw std::runtime_error("enough"); }};
    CHECK_THROWS_WITH(make_records(texts, rows.size(), RowNumbers::leave_out, memory, cancelled),
                      "enough");
}
