// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/anomaly.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

namespace assay {
namespace {

constexpr std::size_t least_for_level = 3;
constexpr std::size_t periods_for_season = 3;
constexpr double season_gain = 0.7;
constexpr double least_sigma = 0.02;
constexpr double habit_share = 0.02;
constexpr double least_to_miss = 5;
constexpr double mad_to_sigma = 1.4826;

/// What becomes of such a number stays finite.
double bounded(double value) noexcept {
    constexpr double most = 1e300;
    return std::clamp(value, -most, most);
}

double to_scale(double value, ValueScale scale) {
    return scale == ValueScale::amount ? std::log1p(std::max(value, 0.0))
                                       : std::asinh(bounded(value));
}

double from_scale(double y, ValueScale scale) {
    // Far beyond any number of rows, and still finite.
    const double near = std::clamp(y, -600.0, 600.0);
    return scale == ValueScale::amount ? std::expm1(near) : std::sinh(near);
}

/// No amount is below 0, whatever a forecast says.
double possible(double y, ValueScale scale) {
    return scale == ValueScale::amount ? std::max(y, 0.0) : y;
}

/// The deviation of a number that is counted: the root of the number, on the scale.
double counting_sigma(double y, ValueScale scale) {
    if (scale == ValueScale::measure) {
        return 0;
    }
    if (scale == ValueScale::amount) {
        return std::exp(-std::max(y, 0.0) / 2);
    }
    const double size = std::abs(from_scale(y, scale));
    return std::sqrt((1 + size) / (1 + size * size));
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return values.size() % 2 == 1 ? *middle
                                  : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::int64_t place_of(std::int64_t bucket, std::int64_t period) noexcept {
    const std::int64_t rest = bucket % period;
    return rest < 0 ? rest + period : rest;
}

/// By place in the period, what to add to the level there.
class Season {
public:
    Season() = default;
    Season(std::span<const SeriesPoint> past, const std::vector<double>& detrended,
           std::int64_t period)
        : m_period(period), m_own(past.size(), 0) {
        std::map<std::int64_t, std::vector<std::size_t>> places;
        for (std::size_t i = 0; i < past.size(); ++i) {
            places[place_of(past[i].bucket, period)].push_back(i);
        }
        for (const auto& [place, members] : places) {
            std::vector<double> values;
            for (const std::size_t i : members) {
                values.push_back(detrended[i]);
            }
            m_places[place] = median(values);
            for (std::size_t k = 0; k < members.size() && members.size() > 1; ++k) {
                std::vector<double> others = values;
                others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
                m_own[members[k]] = median(std::move(others));
            }
        }
    }

    std::int64_t period() const noexcept { return m_period; }
    double at(std::int64_t bucket) const {
        const auto found =
            m_period == 0 ? m_places.end() : m_places.find(place_of(bucket, m_period));
        return found == m_places.end() ? 0 : found->second;
    }
    /// For the i-th point of the past, from all of them but itself.
    double without(std::size_t i) const { return m_period == 0 ? 0 : m_own[i]; }

private:
    std::int64_t m_period = 0;
    std::map<std::int64_t, double> m_places;
    std::vector<double> m_own;
};

/// y minus the running median of one period around it; at the ends that of the nearest one.
std::vector<double> detrend(const std::vector<double>& y, std::size_t period) {
    const std::size_t width = std::min(period, y.size());
    std::vector<double> rest;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::size_t first = std::min(i < width / 2 ? 0 : i - width / 2, y.size() - width);
        const auto begin = y.begin() + static_cast<std::ptrdiff_t>(first);
        rest.push_back(y[i] - median({begin, begin + static_cast<std::ptrdiff_t>(width)}));
    }
    return rest;
}

/// The season that explains most, if any explains enough.
Season find_season(std::span<const SeriesPoint> past, const std::vector<double>& y,
                   const SeriesRules& rules) {
    Season best;
    double best_share = season_gain;
    for (const std::int64_t period : rules.periods) {
        if (past.size() < periods_for_season * static_cast<std::size_t>(period)) {
            continue;
        }
        const auto rest = detrend(y, static_cast<std::size_t>(period));
        const Season season(past, rest, period);
        double with = 0;
        double bare = 0;
        for (std::size_t i = 0; i < rest.size(); ++i) {
            with += std::abs(rest[i] - season.without(i));
            bare += std::abs(rest[i]);
        }
        if (bare > 0 && with / bare < best_share) {
            best_share = with / bare;
            best = season;
        }
    }
    return best;
}

/// What a forecast of the past was off by.
struct Miss {
    double error = 0;   ///< as it was
    double counted = 0; ///< no further than was usual then
    bool was_bad = false;
    bool was_zero = false;
};

/// How far off is too far, from how far off forecasts were.
struct Limits {
    double centre = 0;
    double sigma = 0;
    double threshold = 0;
    double fall = 0; ///< beyond this it is unusual
    double rise = 0;
    double reach(double error) const noexcept { return error < 0 ? fall : rise; }
};

/// The second highest of the peaks of excursions to one side: what came twice is a habit.
double habit(std::span<const Miss> misses, double centre, double side) {
    std::array<double, 2> peaks{0, 0};
    double peak = 0;
    for (std::size_t i = 0; i <= misses.size(); ++i) {
        const double distance =
            i < misses.size() && misses[i].was_bad ? side * (misses[i].error - centre) : 0;
        if (distance > 0) {
            peak = std::max(peak, distance);
            continue;
        }
        peaks[1] = std::max(peaks[1], std::min(peak, peaks[0]));
        peaks[0] = std::max(peaks[0], peak);
        peak = 0;
    }
    return peaks[1];
}

/// How far off to one side the 2 % of the past were that were furthest, and at least one point.
double usual_reach(std::span<const Miss> misses, double centre, double side) {
    std::vector<double> distances;
    for (const Miss& miss : misses) {
        if (!miss.was_bad) {
            distances.push_back(std::max(side * (miss.error - centre), 0.0));
        }
    }
    const auto rank = static_cast<std::size_t>(
        std::max(1.0, std::ceil(habit_share * static_cast<double>(misses.size()))));
    if (distances.size() < rank) {
        return 0;
    }
    const auto found = distances.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(distances.begin(), found, distances.end(), std::greater<>());
    return *found;
}

Limits limits_of(std::span<const Miss> misses, double forecast, ValueScale scale) {
    std::vector<double> errors;
    for (const Miss& miss : misses) {
        errors.push_back(miss.counted);
    }
    Limits limits;
    limits.centre = median(errors);
    for (double& error : errors) {
        error = std::abs(error - limits.centre);
    }
    limits.sigma = std::max(
        {mad_to_sigma * median(std::move(errors)), least_sigma, counting_sigma(forecast, scale)});
    limits.threshold = 4 * (1 + 2 / static_cast<double>(misses.size()));
    const auto reach = [&](double side) {
        return std::max({limits.threshold * limits.sigma, habit(misses, limits.centre, side),
                         usual_reach(misses, limits.centre, side)});
    };
    limits.fall = reach(-1);
    limits.rise = reach(1);
    return limits;
}

/// Was there always something, but for up to one time without anything that was unusual then?
bool never_empty(std::span<const Miss> misses, std::span<const SeriesPoint> before) {
    int times = 0;
    bool is_inside = false;
    for (const Miss& miss : misses) {
        times += miss.was_zero && miss.was_bad && !is_inside ? 1 : 0;
        is_inside = miss.was_zero && miss.was_bad;
        if (miss.was_zero && !miss.was_bad) {
            return false;
        }
    }
    return times < 2 && std::all_of(before.begin(), before.end(),
                                    [](const SeriesPoint& point) { return point.value > 0; });
}

/// A series, and how its forecasts did.
class Past {
public:
    Past(std::span<const SeriesPoint> points, const SeriesRules& rules)
        : m_points(points), m_rules(rules) {
        for (const auto& point : points) {
            m_y.push_back(to_scale(point.value, rules.scale));
        }
        m_median = median(m_y);
        m_season = find_season(points, m_y, rules);
        for (std::size_t i = least_for_level; i < m_y.size(); ++i) {
            add(i);
        }
    }

    const Season& season() const noexcept { return m_season; }
    std::span<const Miss> misses() const noexcept { return m_misses; }
    double forecast(std::int64_t bucket) const { return level(m_y.size()) + m_season.at(bucket); }

    Limits limits(double forecast) const { return limits_of(m_misses, forecast, m_rules.scale); }
    /// The last few numbers make an expectation uncertain: the median of all counts as well.
    bool is_missing(double value, double expected) const {
        return m_rules.scale == ValueScale::amount && value == 0 && expected >= least_to_miss / 2 &&
               std::max(expected, from_scale(m_median, m_rules.scale)) >= least_to_miss &&
               never_empty(m_misses, m_points.first(least_for_level));
    }

private:
    /// Of the points before the i-th.
    double level(std::size_t i) const {
        std::vector<double> last;
        for (std::size_t j = i - std::min(i, m_rules.level_points); j < i; ++j) {
            last.push_back(m_y[j] - m_season.at(m_points[j].bucket));
        }
        return median(std::move(last));
    }

    void add(std::size_t i) {
        const double forecast = level(i) + m_season.without(i);
        const double error = m_y[i] - forecast;
        Miss miss{error, error, false, m_points[i].value == 0};
        if (i >= least_points) {
            const Limits limits = limits_of(m_misses, forecast, m_rules.scale);
            const double middle = possible(forecast + limits.centre, m_rules.scale);
            const double distance = m_y[i] - middle;
            const double expected = from_scale(middle, m_rules.scale);
            miss.was_bad = std::abs(distance) > limits.reach(distance) ||
                           is_missing(m_points[i].value, expected);
            if (miss.was_bad) {
                const double edge = limits.threshold * limits.sigma;
                miss.counted = middle - forecast + std::clamp(distance, -edge, edge);
            }
        }
        m_misses.push_back(miss);
    }

    std::span<const SeriesPoint> m_points;
    const SeriesRules& m_rules;
    std::vector<double> m_y;
    double m_median = 0;
    Season m_season;
    std::vector<Miss> m_misses;
};

/// The unit that a measure is told in; see judge_measure().
double unit_of(std::span<const SeriesPoint> past) {
    constexpr double least = 1e-9;
    constexpr double spreads = 10; // what is that near to 0 is told in spreads, not in ratio
    std::vector<double> values;
    for (const SeriesPoint& point : past) {
        values.push_back(point.value);
    }
    const double middle = median(values);
    for (double& value : values) {
        value = std::abs(value - middle);
    }
    return std::max(
        {spreads * mad_to_sigma * median(std::move(values)), least * std::abs(middle), least});
}

double share_as_far(std::span<const Miss> misses, double centre, double distance) {
    const auto as_far = std::count_if(misses.begin(), misses.end(), [&](const Miss& miss) {
        return std::abs(miss.error - centre) >= std::abs(distance);
    });
    return static_cast<double>(1 + as_far) / static_cast<double>(1 + misses.size());
}

} // namespace

SeriesRules hourly_rules(ValueScale scale) { return {scale, {24, 168}, 24, 1344}; }
SeriesRules daily_rules(ValueScale scale) { return {scale, {7}, 7, 56}; }
SeriesRules weekly_rules(ValueScale scale) { return {scale, {}, 7, 56}; }

Judgement judge_point(std::span<const SeriesPoint> past, const SeriesPoint& tested,
                      const SeriesRules& rules) {
    const auto points = past.last(std::min(past.size(), rules.most_points));
    Judgement judgement;
    judgement.expectation.points = points.size();
    if (points.size() < least_points) {
        return judgement;
    }
    const Past known(points, rules);
    const double forecast = known.forecast(tested.bucket);
    const Limits limits = known.limits(forecast);
    const double middle = possible(forecast + limits.centre, rules.scale);
    const auto value_at = [&](double y) {
        return from_scale(possible(y, rules.scale), rules.scale);
    };
    Expectation& expectation = judgement.expectation;
    expectation.period = known.season().period();
    expectation.expected = value_at(middle);
    const double noise = limits.threshold * limits.sigma;
    expectation.lower = value_at(middle - noise);
    expectation.upper = value_at(middle + noise);
    expectation.noticed_above = value_at(middle + limits.rise);
    const double below = value_at(middle - limits.fall);
    if (rules.scale != ValueScale::amount || below > 0) {
        expectation.noticed_below = below;
    } else if (known.is_missing(0, expectation.expected)) {
        expectation.noticed_below = 1;
    }

    const double distance = to_scale(tested.value, rules.scale) - middle;
    judgement.score = distance / limits.sigma;
    judgement.threshold = limits.threshold;
    judgement.probability = share_as_far(known.misses(), limits.centre, distance);
    if (known.is_missing(tested.value, expectation.expected)) {
        judgement.state = VolumeState::missing;
    } else if (std::abs(distance) > limits.reach(distance)) {
        judgement.state = VolumeState::unusual;
    } else {
        judgement.state = std::abs(distance) > noise ? VolumeState::habit : VolumeState::usual;
    }
    return judgement;
}

Judgement judge_measure(std::span<const SeriesPoint> past, const SeriesPoint& tested,
                        const SeriesRules& rules) {
    const auto points = past.last(std::min(past.size(), rules.most_points));
    if (points.size() < least_points) {
        return judge_point(points, tested, rules);
    }
    std::vector<SeriesPoint> scaled(points.begin(), points.end());
    for (SeriesPoint& point : scaled) {
        point.value = bounded(point.value);
    }
    const double unit = unit_of(scaled);
    for (SeriesPoint& point : scaled) {
        point.value /= unit;
    }
    Judgement judgement = judge_point(scaled, {tested.bucket, bounded(tested.value) / unit}, rules);
    Expectation& known = judgement.expectation;
    for (double* value : {&known.expected, &known.lower, &known.upper, &known.noticed_above}) {
        *value = bounded(*value * unit);
    }
    if (known.noticed_below) {
        known.noticed_below = bounded(*known.noticed_below * unit);
    }
    return judgement;
}

} // namespace assay
