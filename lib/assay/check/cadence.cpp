// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/cadence.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace assay {
namespace {

constexpr Micros hour = 3600 * micros_per_second;
constexpr Micros week = 7 * micros_per_day;
constexpr std::int64_t least_weeks = 3;
constexpr std::int64_t most_weeks = 8;

std::optional<Micros> age_at(std::span<const Micros> arrivals, Micros moment) {
    const auto next = std::upper_bound(arrivals.begin(), arrivals.end(), moment);
    return next == arrivals.begin() ? std::nullopt : std::optional(moment - *(next - 1));
}

/// Between two neighbours in proportion: a few ages are too few for a nearest rank.
double interpolated_quantile(std::vector<Micros> values, double rank) {
    std::sort(values.begin(), values.end());
    const double place = rank * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    const double share = place - static_cast<double>(below);
    return static_cast<double>(values[below]) * (1 - share) +
           static_cast<double>(values[above]) * share;
}

Cadence from_gaps(std::span<const Micros> arrivals) {
    constexpr std::size_t least_gaps = 3;
    const auto gaps = sorted_gaps(arrivals);
    if (gaps.size() < least_gaps) {
        return {};
    }
    const auto gap = static_cast<double>(nearest_rank(gaps, 0.99).value_or(0));
    return {Cadence::Basis::gaps, std::llround(gap * 1.1), 0};
}

} // namespace

Cadence expected_age(std::span<const Micros> arrivals, Micros now) {
    // Of now itself: what came later is not the past.
    const auto end = std::upper_bound(arrivals.begin(), arrivals.end(), now);
    const auto past = arrivals.first(static_cast<std::size_t>(end - arrivals.begin()));
    std::vector<Micros> ages;
    std::int64_t weeks = 0;
    for (const Micros moment : cadence_moments(now)) {
        if (const auto age = age_at(past, moment)) {
            ages.push_back(*age);
            weeks = (now - moment + hour) / week;
        }
    }
    if (past.empty() || past.front() > now - least_weeks * week) {
        return from_gaps(past);
    }
    constexpr Micros slack = Micros{15} * 60 * micros_per_second;
    return {Cadence::Basis::weeks, std::llround(interpolated_quantile(ages, 0.95) * 1.25) + slack,
            weeks};
}

std::vector<Micros> cadence_moments(Micros now) {
    std::vector<Micros> moments;
    for (std::int64_t back = 1; back <= most_weeks; ++back) {
        for (const Micros shift : std::array{hour, Micros{0}, -hour}) {
            moments.push_back(now - back * week + shift);
        }
    }
    return moments;
}

} // namespace assay
