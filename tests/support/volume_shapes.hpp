// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/anomaly.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace assay::test {

/// Rows a day of a table that is loaded after a pattern.
struct Shape {
    std::string name;
    std::vector<double> rows; ///< of 180 days; the first is a Monday
};

/// Uniform in (0, 1), and the same on every machine, which the distributions of the library are
/// not.
class Noise {
public:
    explicit Noise(std::uint32_t seed) : m_random(seed) {}
    double unit() { return (static_cast<double>(m_random()) + 0.5) / 4294967296.0; }
    double normal() {
        return std::sqrt(-2 * std::log(unit())) * std::cos(6.283185307179586 * unit());
    }
    double poisson(double mean) {
        double count = -1;
        for (double product = 1; product > std::exp(-mean); ++count) {
            product *= unit();
        }
        return count;
    }

private:
    std::mt19937 m_random;
};

/// The shapes that tables have, and two of pure noise.
inline std::vector<Shape> simulated_shapes(std::uint32_t seed) {
    constexpr int days = 180;
    const auto make = [seed](std::string name, const std::function<double(int, Noise&)>& rows_of) {
        Noise noise(seed);
        Shape shape{std::move(name), {}};
        for (int day = 0; day < days; ++day) {
            shape.rows.push_back(std::max(0.0, std::round(rows_of(day, noise))));
        }
        return shape;
    };
    const auto around = [](double mean, double share, Noise& noise) {
        return mean * (1 + share * noise.normal());
    };
    return {
        make("constant", [](int, Noise&) { return 1000.0; }),
        make("about 1,000, 5 %", [=](int, Noise& n) { return around(1000, 0.05, n); }),
        make("weekdays only",
             [=](int day, Noise& n) { return day % 7 < 5 ? around(1000, 0.05, n) : 0.0; }),
        make("weekly pattern",
             [=](int day, Noise& n) {
                 return around(1000 + 500 * std::sin(day % 7 * 0.8976), 0.05, n);
             }),
        make("growth of 1 % a day",
             [=](int day, Noise& n) { return around(1000 * std::pow(1.01, day), 0.05, n); }),
        make("weekly batch",
             [=](int day, Noise& n) { return day % 7 == 2 ? around(10000, 0.05, n) : 0.0; }),
        make("Poisson, 5", [](int, Noise& n) { return n.poisson(5); }),
        make("lognormal, 0.5", [](int, Noise& n) { return 1000 * std::exp(0.5 * n.normal()); }),
    };
}

/// Does a rule call the tested number bad, given those before it?
using VolumeRule = std::function<bool(const std::vector<SeriesPoint>& past, SeriesPoint tested)>;

inline bool judged_bad(const std::vector<SeriesPoint>& past, SeriesPoint tested) {
    return judge_point(past, tested, daily_rules(ValueScale::amount)).is_bad();
}

/// What became of 100 days in a row.
struct ShapeScore {
    double false_alarms = 0;    ///< share of the days that were as always
    std::vector<double> caught; ///< share of the days that were not, by change
};

/// What may happen to a load: nothing comes, half, less by 30 %, more by half, double, ten times.
inline const std::vector<double>& injected_changes() {
    static const std::vector<double> changes{0, 0.5, 0.7, 1.5, 2, 10};
    return changes;
}

/// Judge each day from the 61st on by those before it, as it was and with one change at a time.
/// Days on which nothing was to come have nothing to lose.
inline ShapeScore score_rule(const Shape& shape, const VolumeRule& rule) {
    constexpr std::size_t first = 60;
    std::vector<SeriesPoint> past;
    int days = 0;
    int loads = 0;
    int alarms = 0;
    std::vector<int> caught(injected_changes().size());
    for (std::size_t day = 0; day < shape.rows.size(); ++day) {
        const SeriesPoint point{static_cast<std::int64_t>(day), shape.rows[day]};
        if (day >= first) {
            ++days;
            alarms += rule(past, point) ? 1 : 0;
        }
        if (day >= first && point.value > 0) {
            ++loads;
            for (std::size_t i = 0; i < caught.size(); ++i) {
                const double changed = std::round(point.value * injected_changes()[i]);
                caught[i] += rule(past, {point.bucket, changed}) ? 1 : 0;
            }
        }
        past.push_back(point);
    }
    ShapeScore score{static_cast<double>(alarms) / days, {}};
    for (const int count : caught) {
        score.caught.push_back(static_cast<double>(count) / loads);
    }
    return score;
}

} // namespace assay::test
