// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/run_series.hpp"

#include <cstdlib>
#include <utility>

namespace assay {

std::map<std::int64_t, double> numbers_by_age(std::span<const NumberAt> past, Micros now,
                                              BucketSize size, const Calendar& calendar) {
    const Micros length = length_of(size);
    std::map<std::int64_t, std::pair<Micros, double>> nearest;
    for (const NumberAt& seen : past) {
        const Micros age = now - seen.at;
        const std::int64_t back = (age + length / 2) / length;
        if (back < 1 || is_listed(calendar, calendar_day(seen.at))) {
            continue;
        }
        const std::pair found{std::abs(age - back * length), seen.value};
        const auto [place, is_new] = nearest.try_emplace(back, found);
        if (!is_new && found.first < place->second.first) {
            place->second = found;
        }
    }
    std::map<std::int64_t, double> numbers;
    for (const auto& [back, found] : nearest) {
        numbers[back] = found.second;
    }
    return numbers;
}

std::vector<SeriesPoint> series_of(const std::map<std::int64_t, double>& numbers_by_age) {
    std::vector<SeriesPoint> points;
    for (auto at = numbers_by_age.rbegin(); at != numbers_by_age.rend(); ++at) {
        points.push_back({-at->first, at->second});
    }
    return points;
}

} // namespace assay
