// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
// How well a limit that nobody configured judges simulated feeds, beside limits that are common:
// share of the time with a false alarm, and median delay between the first arrival that an outage
// swallowed and the alarm.
#include "assay/check/cadence.hpp"
#include "feeds.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace assay;
using namespace assay::test;

std::string words(const FeedScore& result) {
    const double hours =
        static_cast<double>(result.delay.value_or(0)) / static_cast<double>(feed_hour);
    return fmt::format("{:5.2f} % / {:5.2f} h", result.false_alarm * 100, hours);
}

std::optional<Micros> fixed_day(const std::vector<Micros>& /*past*/, Micros /*now*/) {
    return 24 * feed_hour;
}

std::optional<Micros> longest_usual_gap(const std::vector<Micros>& past, Micros /*now*/) {
    const auto gap = nearest_rank(sorted_gaps(past), 0.99);
    return gap ? std::optional(*gap / 10 * 11) : std::nullopt;
}

} // namespace

int main() {
    const std::vector<std::pair<std::string, LimitAt>> limits{
        {"assay", [](const auto& past, Micros now) { return expected_age(past, now).limit; }},
        {"fixed 24 h", fixed_day},
        {"p99 gap x 1.1", longest_usual_gap}};
    std::string head = fmt::format("{:<24}", "feed");
    for (const auto& [name, limit] : limits) {
        head += fmt::format("{:>20}", name);
    }
    std::puts(head.c_str());
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
        for (const Feed& feed : simulated_feeds(seed)) {
            std::string line = fmt::format("{:<24}", feed.name);
            for (const auto& [name, limit] : limits) {
                line += fmt::format("{:>20}", words(score(feed, limit)));
            }
            std::puts(line.c_str());
        }
    }
    return 0;
}
