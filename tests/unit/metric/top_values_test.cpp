// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/top_values.hpp"

#include "assay/base/hash.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <random>

using namespace assay;

namespace {

constexpr std::size_t listed = 10;

/// How often each number was added.
using Truth = std::map<std::int64_t, std::int64_t>;

void add(TopValues& values, const Column& column) {
    for (std::size_t row = 0; row < column.size(); ++row) {
        const auto number = static_cast<std::uint64_t>(column.integer(row));
        values.add(hash64_word(0, number), column, row);
    }
}

/// 256 values about equally frequent among thousands that occur once or twice.
Column many_alike(std::uint64_t seed, Truth& truth) {
    std::mt19937_64 random(seed);
    Column column(ColumnType::integer);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t drawn = random();
        const bool frequent = drawn % 6 == 0;
        const auto number = static_cast<std::int64_t>(drawn / 6 % (frequent ? 256 : 1 << 20));
        column.append_integer(frequent ? number : number + 256);
        ++truth[column.integer(column.size() - 1)];
    }
    return column;
}

} // namespace

TEST_CASE("of many values the listed ones occur as often as is told") {
    std::size_t some = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Truth truth;
        TopValues values;
        add(values, many_alike(seed, truth));
        const auto top = values.result(listed);
        some += top.size();
        for (const TopValue& each : top) {
            const std::int64_t count = truth.at(each.value.integer);
            CHECK((each.count <= count && count <= each.count_max));
        }
    }
    CHECK(some > 50); // or nothing was tested
}

TEST_CASE("of few values all are listed, ties by value") {
    Column column(ColumnType::integer);
    for (const std::int64_t number : {3, 1, 2, 3, 1, 4}) {
        column.append_integer(number);
    }
    TopValues values;
    add(values, column);
    const auto top = values.result(3);
    REQUIRE(top.size() == 3);
    CHECK(top[0].value.integer == 1);
    CHECK(top[1].value.integer == 3);
    CHECK(top[2].value.integer == 2);
    CHECK((top[0].count == 2 && top[1].count_max == 2 && top[2].count_max == 1));
}
