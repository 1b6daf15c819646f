// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace assay::test {

inline constexpr Micros feed_minute = 60 * micros_per_second;
inline constexpr Micros feed_hour = 60 * feed_minute;
/// 2024-01-01T00:00:00Z, a Monday.
inline constexpr Micros feed_start = 1'704'067'200 * micros_per_second;

/// A table that is loaded after a pattern.
struct Feed {
    std::string name;
    std::vector<Micros> arrivals; ///< of ten weeks and more, ascending
    bool regular = true;          ///< false: a limit cannot know what comes
};

/// Arrivals of 13 weeks, each up to `jitter` late: where `arrives` says so for an hour, counted
/// from the start.
inline std::vector<Micros> simulate(std::uint32_t seed, Micros jitter,
                                    const std::function<int(std::int64_t hour)>& arrives) {
    std::mt19937 random(seed);
    std::vector<Micros> arrivals;
    constexpr std::int64_t hours = 13 * 7 * 24;
    for (std::int64_t hour = 0; hour < hours; ++hour) {
        for (int i = arrives(hour); i > 0; --i) {
            const auto late = static_cast<Micros>(random() % 1000) * (jitter / 1000);
            arrivals.push_back(feed_start + hour * feed_hour + late);
        }
    }
    std::sort(arrivals.begin(), arrivals.end());
    return arrivals;
}

/// The six shapes of tables that must be judged right without being configured.
inline std::vector<Feed> simulated_feeds(std::uint32_t seed) {
    const auto of_day = [](std::int64_t hour) { return hour % 24; };
    const auto day = [](std::int64_t hour) { return hour / 24; };
    const auto is_weekend = [day](std::int64_t hour) { return day(hour) % 7 >= 5; };
    std::mt19937 random(seed);
    std::vector<bool> holiday(13 * 7);
    for (std::size_t i = 0; i < holiday.size(); ++i) {
        holiday[i] = random() % 100 < 3;
    }
    return {
        {"hourly", simulate(seed, 5 * feed_minute, [](std::int64_t) { return 1; }), true},
        {"daily 06:00",
         simulate(seed, 10 * feed_minute, [=](std::int64_t h) { return of_day(h) == 6 ? 1 : 0; }),
         true},
        {"business days 06:00",
         simulate(seed, 10 * feed_minute,
                  [=](std::int64_t h) { return of_day(h) == 6 && !is_weekend(h) ? 1 : 0; }),
         true},
        {"weekly",
         simulate(seed, 10 * feed_minute,
                  [=](std::int64_t h) { return h % (7 * 24) == 30 ? 1 : 0; }),
         true},
        {"office hours",
         simulate(seed, feed_hour,
                  [=](std::int64_t h) {
                      return of_day(h) >= 8 && of_day(h) < 18 && !is_weekend(h) ? 6 : 0;
                  }),
         true},
        {"daily, silent holidays",
         simulate(seed, 10 * feed_minute,
                  [=](std::int64_t h) {
                      return of_day(h) == 6 && !holiday[static_cast<std::size_t>(day(h))] ? 1 : 0;
                  }),
         false},
    };
}

/// How a limit did on a feed.
struct FeedScore {
    double false_alarm = 0; ///< share of the time in which nothing was wrong
    /// Median of the delay between the first arrival that an outage swallowed and the alarm.
    std::optional<Micros> delay;
};

/// A limit at a moment, from the arrivals up to it.
using LimitAt = std::function<std::optional<Micros>(const std::vector<Micros>& past, Micros now)>;

/// Judge a limit every quarter of an hour from week 10 on, and against outages that begin then and
/// last to the end.
inline FeedScore score(const Feed& feed, const LimitAt& limit_at) {
    constexpr Micros step = 15 * feed_minute;
    constexpr Micros week = 7 * micros_per_day;
    const Micros first = feed_start + 10 * week;
    const Micros end = feed_start + 12 * week;
    const auto alarms = [&](const std::vector<Micros>& past, Micros now) {
        const auto limit = limit_at(past, now);
        return limit && now - past.back() > *limit;
    };
    FeedScore result;
    int steps = 0;
    int alarmed = 0;
    std::vector<Micros> delays;
    for (Micros now = first; now < end; now += step, ++steps) {
        const auto until = std::upper_bound(feed.arrivals.begin(), feed.arrivals.end(), now);
        alarmed += alarms({feed.arrivals.begin(), until}, now) ? 1 : 0;
    }
    constexpr Micros between = 11 * feed_hour; // outages begin at every time of the day
    for (Micros outage = first; outage < end; outage += between) {
        const auto missed = std::lower_bound(feed.arrivals.begin(), feed.arrivals.end(), outage);
        if (missed == feed.arrivals.end()) {
            continue;
        }
        const std::vector<Micros> past(feed.arrivals.begin(), missed);
        Micros now = *missed;
        while (now < *missed + 2 * week && !alarms(past, now)) {
            now += step;
        }
        delays.push_back(now - *missed);
    }
    result.false_alarm = static_cast<double>(alarmed) / steps;
    std::sort(delays.begin(), delays.end());
    if (!delays.empty()) {
        result.delay = delays[delays.size() / 2];
    }
    return result;
}

} // namespace assay::test
