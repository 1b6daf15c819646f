// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/arrivals.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace assay;

namespace {

constexpr Micros hour = 3600 * micros_per_second;

/// Ascending moments of a few days, in minutes.
std::vector<Micros> any_arrivals() {
    auto arrivals = *rc::gen::container<std::vector<Micros>>(rc::gen::inRange<Micros>(0, 5000));
    std::sort(arrivals.begin(), arrivals.end());
    return arrivals;
}

/// Minute by minute, as a sampler does it.
Attainment counted(const std::vector<Micros>& arrivals, Micros target, const Span& window) {
    Attainment sum;
    for (Micros at = window.from; at < window.to; ++at) {
        const auto next = std::upper_bound(arrivals.begin(), arrivals.end(), at);
        if (next == arrivals.begin()) {
            ++sum.unknown;
        } else if (at - *(next - 1) >= target) {
            ++sum.bad;
        } else {
            ++sum.good;
        }
    }
    return sum;
}

} // namespace

TEST_CASE("gaps of 1 h, 1 h and 5 h with a target of 2 h are .5714 good") {
    const std::vector<Micros> arrivals{0, hour, 2 * hour, 7 * hour};
    const Attainment attained = attainment(arrivals, 2 * hour, {0, 7 * hour});
    CHECK(attained == Attainment{4 * hour, 3 * hour, 0});
    CHECK(attained.fraction() == Approx(0.5714).margin(0.00005));
    CHECK(incidents(arrivals, 2 * hour, {0, 7 * hour}) ==
          std::vector<Incident>{{{4 * hour, 7 * hour}, false}});
}

TEST_CASE("the time before the first arrival is unknown, and never good") {
    const std::vector<Micros> arrivals{10 * hour};
    const Attainment attained = attainment(arrivals, 2 * hour, {0, 14 * hour});
    CHECK(attained == Attainment{2 * hour, 2 * hour, 10 * hour});
    CHECK(attainment({}, hour, {0, hour}) == Attainment{0, 0, hour});
    CHECK_FALSE(attainment({}, hour, {0, hour}).fraction());
}

TEST_CASE("an arrival before the window says how old the table was at its start") {
    const std::vector<Micros> arrivals{0, 20 * hour};
    CHECK(attainment(arrivals, 2 * hour, {10 * hour, 21 * hour}) ==
          Attainment{1 * hour, 10 * hour, 0});
    CHECK(incidents(arrivals, 2 * hour, {10 * hour, 21 * hour}) ==
          std::vector<Incident>{{{10 * hour, 20 * hour}, false}});
}

TEST_CASE("an outage that goes on is open") {
    const std::vector<Micros> arrivals{0};
    CHECK(incidents(arrivals, 2 * hour, {0, 5 * hour}) ==
          std::vector<Incident>{{{2 * hour, 5 * hour}, true}});
    CHECK(incidents(arrivals, 9 * hour, {0, 5 * hour}).empty());
    CHECK(incidents(arrivals, INT64_MAX, {0, 5 * hour}).empty());
}

TEST_CASE("time is integrated as if somebody had looked at every moment") {
    rc::prop("for any arrivals, target and window", [] {
        const auto arrivals = any_arrivals();
        const Micros target = *rc::gen::inRange<Micros>(0, 500);
        const Micros from = *rc::gen::inRange<Micros>(-500, 5500);
        const Span window{from, from + *rc::gen::inRange<Micros>(0, 3000)};
        const Attainment attained = attainment(arrivals, target, window);
        RC_ASSERT(attained == counted(arrivals, target, window));
        Micros bad = 0;
        for (const Incident& incident : incidents(arrivals, target, window)) {
            bad += incident.span.length();
        }
        RC_ASSERT(bad == attained.bad);
    });
}

TEST_CASE("the attainment of two windows in a row adds up to that of both") {
    rc::prop("for any cut", [] {
        const auto arrivals = any_arrivals();
        const Micros target = *rc::gen::inRange<Micros>(0, 500);
        const Micros cut = *rc::gen::inRange<Micros>(0, 5000);
        const Attainment left = attainment(arrivals, target, {0, cut});
        const Attainment right = attainment(arrivals, target, {cut, 5000});
        RC_ASSERT((Attainment{left.good + right.good, left.bad + right.bad,
                              left.unknown + right.unknown}) ==
                  attainment(arrivals, target, {0, 5000}));
    });
}

TEST_CASE("stretches that touch or overlap are one") {
    CHECK(united({{5, 9}, {0, 2}, {2, 3}, {8, 12}, {20, 20}}) ==
          std::vector<Span>{{0, 3}, {5, 12}});
    CHECK(united({}).empty());
}

TEST_CASE("an incident is detected by the first run that falls into it") {
    const std::vector<Incident> found{{{100, 200}, false}, {{300, 310}, false}, {{400, 500}, true}};
    const std::vector<Micros> runs{50, 120, 150, 250, 350, 450};
    const Downtime sum = downtime(found, runs);
    CHECK(sum.incidents == 3);
    CHECK(sum.detected == 2); // nobody looked between 300 and 310
    CHECK(sum.resolved == 1); // the last one goes on
    CHECK(sum.total == 210);
    CHECK(sum.mean_detect == (20 + 50) / 2);
    CHECK(sum.mean_resolve == 80);
    CHECK(downtime({}, runs) == Downtime{});
    CHECK_FALSE(downtime(found, {}).mean_detect);
}

TEST_CASE("quantiles of gaps are gaps that occurred") {
    const std::vector<Micros> arrivals{0, 1, 3, 6, 10};
    const auto gaps = sorted_gaps(arrivals);
    CHECK(gaps == std::vector<Micros>{1, 2, 3, 4});
    CHECK(nearest_rank(gaps, 0.5) == 2);
    CHECK(nearest_rank(gaps, 0.51) == 3);
    CHECK(nearest_rank(gaps, 0) == 1);
    CHECK(nearest_rank(gaps, 1) == 4);
    CHECK_FALSE(nearest_rank({}, 0.5));
    CHECK(sorted_gaps({}).empty());
}
