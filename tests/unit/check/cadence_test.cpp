// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/cadence.hpp"
#include "feeds.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

std::vector<Micros> every(Micros gap, Micros from, Micros to) {
    std::vector<Micros> arrivals;
    for (Micros at = from; at <= to; at += gap) {
        arrivals.push_back(at);
    }
    return arrivals;
}

constexpr Micros week = 7 * micros_per_day;

} // namespace

TEST_CASE("an unconfigured limit knows when a regular feed is late, and only then") {
    for (const Feed& feed : simulated_feeds(7)) {
        INFO(feed.name);
        const FeedScore result =
            score(feed, [](const auto& past, Micros now) { return expected_age(past, now).limit; });
        REQUIRE(result.delay);
        if (feed.regular) {
            CHECK(result.false_alarm <= 0.005);
            CHECK(*result.delay <= 2 * feed_hour);
        }
    }
}

TEST_CASE("less than three weeks are too few to know weeks, and said") {
    const Micros now = feed_start + 2 * week;
    const auto cadence = expected_age(every(feed_hour, feed_start, now), now);
    CHECK(cadence.basis == Cadence::Basis::gaps);
    CHECK(cadence.limit == feed_hour / 10 * 11);
    const auto later = expected_age(every(feed_hour, feed_start, now), now + 2 * week);
    CHECK(later.basis == Cadence::Basis::weeks);
    CHECK(expected_age({}, now).basis == Cadence::Basis::none);
    CHECK_FALSE(expected_age(every(feed_hour, now - 2 * feed_hour, now), now).limit);
}

TEST_CASE("weeks count as far back as arrivals reach, eight at most") {
    const auto weeks_of = [](std::int64_t past) {
        const Micros now = feed_start + past * week;
        return expected_age(every(feed_hour, feed_start, now), now).weeks;
    };
    CHECK(weeks_of(3) == 3);
    CHECK(weeks_of(5) == 5);
    CHECK(weeks_of(20) == 8);
}

TEST_CASE("the usual age of an hourly table is an hour, a quarter more and a quarter of an hour") {
    const Micros now = feed_start + 10 * week + 30 * feed_minute;
    const auto cadence = expected_age(every(feed_hour, feed_start, now), now);
    CHECK(cadence.limit == 30 * feed_minute / 4 * 5 + 15 * feed_minute);
}

TEST_CASE("what arrives after now changes nothing") {
    rc::prop("for any cut", [] {
        auto arrivals = *rc::gen::container<std::vector<Micros>>(
            rc::gen::inRange<Micros>(feed_start, feed_start + 12 * week));
        std::sort(arrivals.begin(), arrivals.end());
        const Micros now = *rc::gen::inRange<Micros>(feed_start, feed_start + 12 * week);
        auto past = arrivals;
        past.erase(std::upper_bound(past.begin(), past.end(), now), past.end());
        RC_ASSERT(expected_age(arrivals, now).limit == expected_age(past, now).limit);
    });
}
