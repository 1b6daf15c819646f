// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/merge_sort.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace assay;

TEST_CASE("numbers are sorted as the standard library does it") {
    std::vector<std::int64_t> scratch;
    for (const std::vector<std::int64_t>& few :
         {std::vector<std::int64_t>{}, {3}, {2, 1}, {3, 1, 2}, {4, 3, 2, 1}, {5, 4, 3, 2, 1}}) {
        std::vector<std::int64_t> sorted = few;
        std::sort(sorted.begin(), sorted.end());
        std::vector<std::int64_t> ours = few;
        merge_sort(ours, scratch);
        CHECK(ours == sorted);
    }
    rc::prop("however many they are, with equal ones and the ends of what there is", [&] {
        const auto size = *rc::gen::inRange(0, 600);
        auto numbers = *rc::gen::container<std::vector<std::int64_t>>(
            static_cast<std::size_t>(size),
            rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(),
                           rc::gen::inRange<std::int64_t>(-3, 4),
                           rc::gen::element(std::numeric_limits<std::int64_t>::min(),
                                            std::numeric_limits<std::int64_t>::max())));
        std::vector<std::int64_t> sorted = numbers;
        std::sort(sorted.begin(), sorted.end());
        merge_sort(numbers, scratch);
        RC_ASSERT(numbers == sorted);
    });
}

TEST_CASE("sorted runs of any sizes become one") {
    rc::prop("as the standard library merges them", [] {
        auto left = *rc::gen::arbitrary<std::vector<std::int64_t>>();
        auto right = *rc::gen::arbitrary<std::vector<std::int64_t>>();
        std::sort(left.begin(), left.end());
        std::sort(right.begin(), right.end());
        std::vector<std::int64_t> expected(left.size() + right.size());
        std::merge(left.begin(), left.end(), right.begin(), right.end(), expected.begin());
        std::vector<std::int64_t> merged(expected.size());
        merge_runs(left, right, merged.data());
        RC_ASSERT(merged == expected);
    });
}

TEST_CASE("keys have the order of their numbers, and are these again") {
    const std::vector<double> ascending{-HUGE_VAL,
                                        std::numeric_limits<double>::lowest(),
                                        -1.5,
                                        -std::numeric_limits<double>::denorm_min(),
                                        -0.0,
                                        0.0,
                                        std::numeric_limits<double>::denorm_min(),
                                        1e-300,
                                        2.0,
                                        std::numeric_limits<double>::max(),
                                        HUGE_VAL};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        const double again = number_of_key<double>(order_key(ascending[i]));
        CHECK(again == ascending[i]);
        CHECK(std::signbit(again) == std::signbit(ascending[i]));
        CHECK((i == 0 || order_key(ascending[i - 1]) < order_key(ascending[i])));
    }
    CHECK(number_of_key<std::int64_t>(order_key(std::int64_t{-7})) == -7);
}
