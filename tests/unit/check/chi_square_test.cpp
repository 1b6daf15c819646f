// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/chi_square.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace assay;

TEST_CASE("chi square has the limits that tables print") {
    constexpr std::array to_ten{10.828, 13.816, 16.266, 18.467, 20.515,
                                22.458, 24.322, 26.124, 27.877, 29.588};
    for (std::size_t i = 0; i < to_ten.size(); ++i) {
        CHECK(chi_square_limit(static_cast<int>(i) + 1) == Approx(to_ten.at(i)).margin(0.0005));
    }
    CHECK(chi_square_limit(50) == Approx(86.661).margin(0.0005));
}

TEST_CASE("chi square has the probabilities that tables print") {
    CHECK(chi_square_probability(3.841, 1) == Approx(0.05).margin(0.00002));
    CHECK(chi_square_probability(5.991, 2) == Approx(0.05).margin(0.00002));
    CHECK(chi_square_probability(18.307, 10) == Approx(0.05).margin(0.00002));
    CHECK(chi_square_probability(36.415, 24) == Approx(0.05).margin(0.00002));
    CHECK(chi_square_probability(0, 3) == 1);
    CHECK(chi_square_probability(1e6, 3) == 0);
    CHECK(chi_square_probability(5, 0) == 1);
}
