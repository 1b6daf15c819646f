// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "people.hpp"

#include "assay/match/near_duplicates.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::uint32_t many = 50'000;
/// What --memory is by default.
constexpr std::size_t default_bytes = std::size_t{256} << 20U;

/// Find the near duplicates of rows that are all about different things.
NearResult near(const Rows& rows) {
    NearMemory memory(default_bytes, "/tmp");
    const Records records = make_records(columns(rows, rows.front().size()), rows.size(),
                                         RowNumbers::leave_out, memory);
    NearResult result =
        find_near_duplicates(records, default_probability_in_table, {2, [] {}}, memory);
    CHECK(result.candidates <= 40 * static_cast<std::int64_t>(rows.size()));
    return result;
}

template <typename MakeRow>
Rows rows_of(std::uint32_t count, const MakeRow& make_row) {
    Rows rows;
    for (std::uint32_t n = 0; n < count; ++n) {
        rows.push_back(make_row(n));
    }
    return rows;
}

std::string code_of(std::uint32_t n) { return std::to_string(1'000'000'000 + number(n)); }

/// Letters that few other words have one after the other.
std::string word_of(std::uint32_t n) {
    constexpr std::size_t letters = 12;
    std::string word;
    for (std::uint32_t i = 0; word.size() < letters; ++i) {
        word += static_cast<char>('a' + number(100 * n + i) % 26);
    }
    return word;
}

} // namespace

TEST_CASE("rows that are equal but for their number say nothing that could be compared") {
    const auto rows = rows_of(many, [](std::uint32_t n) {
        return std::vector<std::string>{std::to_string(n), "john smith", "berlin", "open"};
    });
    CHECK(near(rows).groups.empty());
}

TEST_CASE("rows of a few values each, in blocks of thousands, are not one thing") {
    const auto rows = rows_of(many, [](std::uint32_t n) {
        return std::vector<std::string>{number(n) % 2 == 0 ? "john smith" : "jane doe",
                                        number(n + 1) % 2 == 0 ? "berlin" : "bonn",
                                        number(n + 2) % 3 == 0 ? "open" : "shut"};
    });
    const NearResult result = near(rows);
    CHECK(result.groups.empty());
    CHECK(result.undecided_rows == many - 8);
}

TEST_CASE("rows that share only what too many rows share are known to be compared with none") {
    constexpr std::uint32_t names = 70; // more than a block may have
    const auto rows = rows_of(names * names, [](std::uint32_t n) {
        return std::vector<std::string>{word_of(n % names), word_of(1'000 + n / names)};
    });
    const NearResult result = near(rows);
    CHECK(result.blocking.passes.at(0).too_large == 2 * names);
    CHECK(result.blocking.uncompared_rows > 0);
    CHECK(result.undecided_rows == 0);
}

TEST_CASE("rows with a value in one column only are not one thing") {
    const auto rows = rows_of(many, [](std::uint32_t n) {
        return std::vector<std::string>{"", "", "", n % 2 == 0 ? "0301234567" : code_of(n)};
    });
    CHECK(near(rows).groups.empty());
}

TEST_CASE("a block of all rows is not compared pair by pair") {
    constexpr std::uint32_t fewer = 10'000;
    const auto rows = rows_of(fewer, [](std::uint32_t n) {
        return std::vector<std::string>{
            "john smith", n % 100 == 0 ? "bonn" : "berlin", n % 2 == 0 ? "open" : "shut",
            std::to_string(19'000'101 + number(n + 7) % 999'999), code_of(n + 9)};
    });
    CHECK(near(rows).groups.empty());
}
