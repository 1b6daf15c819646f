// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/chi_square.hpp"

#include <cmath>
#include <numbers>

namespace assay {

/// For whole degrees of freedom the incomplete gamma function is a finite sum (Abramowitz and
/// Stegun 26.4.4 and 26.4.5).
double chi_square_probability(double value, int degrees) {
    if (value <= 0 || degrees <= 0) {
        return 1;
    }
    const double half = value / 2;
    const bool even = degrees % 2 == 0;
    double term = std::exp(-half) * (even ? 1 : 2 * std::sqrt(half) * std::numbers::inv_sqrtpi);
    double sum = even ? 0 : std::erfc(std::sqrt(half));
    const double first = even ? 1 : 1.5;
    for (int i = 0; i < degrees / 2; ++i) {
        sum += term;
        term *= half / (first + i);
    }
    return sum;
}

double chi_square_limit(int degrees) {
    constexpr double chance = 0.001;
    double low = 0;
    double high = 20 + 4.0 * degrees;
    constexpr int steps = 60; // as many as change a double
    for (int i = 0; i < steps; ++i) {
        const double middle = (low + high) / 2;
        (chi_square_probability(middle, degrees) > chance ? low : high) = middle;
    }
    return high;
}

} // namespace assay
