// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "volume_shapes.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::test {

// Rules that other tools judge volumes by, in a few lines each.

inline std::vector<double> last_values(const std::vector<SeriesPoint>& past, std::size_t most) {
    std::vector<double> values;
    for (std::size_t i = past.size() - std::min(past.size(), most); i < past.size(); ++i) {
        values.push_back(past[i].value);
    }
    return values;
}

inline double mean_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

inline double middle_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

/// (x - mean) / standard deviation of the sample; nullopt where nothing varies.
inline std::optional<double> z_score(const std::vector<double>& values, double tested) {
    const double mean = mean_of(values);
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    const double deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
    return deviation > 0 ? std::optional((tested - mean) / deviation) : std::nullopt;
}

/// 0.6745 (x - median) / MAD; by the mean deviation where that is 0; nullopt where nothing varies.
inline std::optional<double> modified_z_score(std::vector<double> values, double tested) {
    const double middle = middle_of(values);
    for (double& value : values) {
        value = std::abs(value - middle);
    }
    const double mad = middle_of(values);
    const double spread = mad > 0 ? mad / 0.6745 : mean_of(values) * 1.253314;
    return spread > 0 ? std::optional((tested - middle) / spread) : std::nullopt;
}

inline bool is_beyond(const std::optional<double>& score, double limit) {
    return score && std::abs(*score) > limit;
}

inline bool z_with_itself(const std::vector<SeriesPoint>& past, SeriesPoint tested) {
    auto values = last_values(past, 13);
    values.push_back(tested.value);
    return is_beyond(z_score(values, tested.value), 3);
}

inline bool z_of_the_past(const std::vector<SeriesPoint>& past, SeriesPoint tested) {
    return is_beyond(z_score(last_values(past, 14), tested.value), 3);
}

inline bool modified_z(const std::vector<SeriesPoint>& past, SeriesPoint tested) {
    return is_beyond(modified_z_score(last_values(past, 30), tested.value), 3);
}

inline bool outside_quartiles(const std::vector<SeriesPoint>& past, SeriesPoint tested) {
    auto values = last_values(past, 30);
    std::sort(values.begin(), values.end());
    const double low = values[values.size() / 4];
    const double high = values[values.size() * 3 / 4];
    const double reach = 1.5 * (high - low);
    return tested.value < low - reach || tested.value > high + reach;
}

inline bool is_half_off(double before, double tested) {
    return tested < 0.5 * before || tested > 1.5 * before;
}

inline bool half_off_yesterday(const std::vector<SeriesPoint>& past, SeriesPoint tested) {
    return is_half_off(past.back().value, tested.value);
}

inline bool half_off_last_week(const std::vector<SeriesPoint>& past, SeriesPoint tested) {
    return is_half_off(past[past.size() - 7].value, tested.value);
}

inline const std::vector<std::pair<std::string, VolumeRule>>& other_rules() {
    static const std::vector<std::pair<std::string, VolumeRule>> rules{
        {"z-score, 14 days, itself included", z_with_itself},
        {"z-score, the 14 days before", z_of_the_past},
        {"modified z-score, 30 days", modified_z},
        {"quartiles +- 1.5 IQR, 30 days", outside_quartiles},
        {"+- 50 % of the day before", half_off_yesterday},
        {"+- 50 % of a week before", half_off_last_week}};
    return rules;
}

} // namespace assay::test
