// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

// Is a number what its own past leads one to expect? Level and season come from medians, so that
// what was odd in the past does not make odd things usual, and the number that is judged is never
// part of what it is judged by.

/// How the numbers of a series differ from each other.
enum class ValueScale : std::uint8_t {
    amount, ///< counts and sizes, never negative: in ratio, log1p
    change, ///< of either sign: in ratio, asinh
    measure ///< of either sign and any unit, not counted: asinh, see judge_measure()
};

/// One number of a series.
struct SeriesPoint {
    std::int64_t bucket = 0; ///< its number; what repeats every week has the same remainder
    double value = 0;
};

/// What is known of a series beforehand.
struct SeriesRules {
    ValueScale scale = ValueScale::amount;
    std::vector<std::int64_t> periods; ///< in buckets, ascending: after which it may repeat itself
    std::size_t level_points = 7;      ///< its level is the median of that many
    std::size_t most_points = 56;      ///< of the past that count
};
SeriesRules hourly_rules(ValueScale scale);
SeriesRules daily_rules(ValueScale scale);
SeriesRules weekly_rules(ValueScale scale);

/// Fewer numbers tell nothing.
inline constexpr std::size_t least_points = 7;

/// What the past leads one to expect. All values are in the unit of the series.
struct Expectation {
    std::size_t points = 0;  ///< of the past that it is from
    std::int64_t period = 0; ///< after which the series repeats itself; 0: it does not
    double expected = 0;
    double lower = 0; ///< what the usual noise explains
    double upper = 0;
    /// The smallest changes that are noticed: less than this, more than that. Further away than
    /// `lower` and `upper` where the series strays further from time to time; nullopt: no fall is
    /// noticed.
    std::optional<double> noticed_below;
    double noticed_above = 0;
};

enum class VolumeState : std::uint8_t {
    learning, ///< there is too little past
    usual,
    habit, ///< the noise does not explain it, but the series has done such things before
    unusual,
    missing ///< nothing, where there was always something
};

/// What came of a number.
struct Judgement {
    VolumeState state = VolumeState::learning;
    Expectation expectation; ///< without meaning while learning, but for `points`
    double score = 0;        ///< distance from what is expected, in usual deviations
    double threshold = 0;    ///< scores up to this one are noise
    double probability = 1;  ///< share of the past that was at least as far off, this one included
    bool is_bad() const noexcept {
        return state == VolumeState::unusual || state == VolumeState::missing;
    }
};

/// Judge a number by those before it.
///
/// y = the value on its scale; season s = median of y minus the centred running median, by place in
/// the period, if it takes 30 % off the deviations (each measured without its own point) and three
/// periods are known; level = median of the last y - s; expected = level + s + c with c the median
/// of the errors r that such forecasts made in the past; sigma = max(1.4826 MAD(r), 0.02, what
/// counting does to a number of that size); unusual beyond 4 (1 + 2/n) sigma, unless 2 % of the
/// past, or two separate excursions, were as far off to that side. A number that was unusual in its
/// own time counts as the edge of what was usual then. With 0 where everything was above 0 and at
/// least 5 are expected (or 3, and 5 are usual) the state is `missing`.
///
/// @param past ascending by bucket, without what is known to be bad; gaps are allowed
Judgement judge_point(std::span<const SeriesPoint> past, const SeriesPoint& tested,
                      const SeriesRules& rules);

/// The same of a number of any unit, such as a mean: in ratio where it is far from 0 as its past
/// spreads, and by the spread of its past near 0. What it is in, cents or millions, does not
/// matter. y = asinh(value / u), u = 14.826 MAD of the past, at least 1e-9 of its median and 1e-9.
/// @param rules of ValueScale::measure
Judgement judge_measure(std::span<const SeriesPoint> past, const SeriesPoint& tested,
                        const SeriesRules& rules);

} // namespace assay
