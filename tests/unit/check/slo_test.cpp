// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/slo.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <optional>
#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;
constexpr Micros day = 24 * hour;

std::vector<Micros> every(Micros gap, Micros from, Micros to) {
    std::vector<Micros> arrivals;
    for (Micros at = from; at <= to; at += gap) {
        arrivals.push_back(at);
    }
    return arrivals;
}

} // namespace

TEST_CASE("a promise is a percentage and a window") {
    CHECK(parse_slo("99.5%/30d") == Slo{0.995, 30 * day});
    CHECK(parse_slo("99%/1w") == Slo{0.99, 7 * day});
    for (const auto* text : {"", "99.5%", "99.5/30d", "100%/30d", "0%/30d", "-1%/30d", "nan%/30d",
                             "99%/", "99%/30", "99%/1s", "99%/99999d", "99.5 %/30d"}) {
        INFO(text);
        CHECK_FALSE(parse_slo(text));
    }
}

TEST_CASE("3 bad hours of 7 burn a budget of 1 % 42.86 times too fast") {
    CHECK(burn_rate({4 * hour, 3 * hour, 0}, 0.99) == Approx(42.857).margin(0.001));
    CHECK_FALSE(burn_rate({0, 0, hour}, 0.99));
}

TEST_CASE("the thresholds of 30 days are 14.4, 6 and 1") {
    const Slo slo{0.999, 30 * day};
    const auto& windows = burn_windows();
    CHECK(burn_threshold(windows.at(0), slo) == Approx(14.4));
    CHECK(burn_threshold(windows.at(1), slo) == Approx(6));
    CHECK(burn_threshold(windows.at(2), slo) == Approx(1));
}

TEST_CASE("the budget is what the objective leaves of the window") {
    CHECK(error_budget({0.995, 30 * day}) == 216 * minute);
    CHECK(error_budget({0.999, 30 * day}) == Micros(43.2 * static_cast<double>(minute)));
}

TEST_CASE("a stream that stops is critical while it burns, and a warning once it is over") {
    const Slo slo{0.995, 30 * day};
    const Micros start = 40 * day;
    auto arrivals = every(5 * minute, 0, start);
    const auto state_at = [&](Micros now) {
        return judge_slo(arrivals, 10 * minute, slo, 5 * minute, now);
    };
    CHECK_FALSE(state_at(start + 9 * minute).severity);
    CHECK(state_at(start).remaining == 216 * minute);
    const auto burning = state_at(start + 2 * hour);
    CHECK(burning.severity == Severity::critical);
    CHECK(burning.attained.bad == 110 * minute);
    CHECK(burning.burns.at(0).rate == Approx(200));
    CHECK(burning.burns.at(0).alarm);
    CHECK_FALSE(burning.batch);
    CHECK(burning.exhausted_at > start + 2 * hour);
    for (Micros at = start + 5 * hour; at <= start + 10 * day; at += 5 * minute) {
        arrivals.push_back(at);
    }
    const auto over = state_at(start + 9 * day);
    CHECK(over.attained.bad == 290 * minute);
    CHECK(over.remaining < 0);
    CHECK(over.severity == Severity::warning);
    CHECK(over.exhausted_at == start + 9 * day);
}

TEST_CASE("no window shorter than two expected intervals is judged") {
    const auto report = judge_slo(every(2 * hour, 0, 40 * day), 3 * hour, {}, 2 * hour, 40 * day);
    CHECK_FALSE(report.burns.at(0).judged);
    CHECK(report.burns.at(1).judged);
    CHECK(report.burns.at(2).judged);
    CHECK_FALSE(report.batch);
}

TEST_CASE("of 90 daily loads one may be late where 99 % are promised") {
    const Slo slo{0.99, 90 * day};
    auto arrivals = every(day, 0, 100 * day);
    const Micros now = 100 * day + hour;
    const auto kept = judge_slo(arrivals, 25 * hour, slo, day, now);
    CHECK(kept.batch);
    CHECK(kept.events.expected == 90);
    CHECK(kept.events.allowed == 1);
    CHECK(kept.events.late == 0);
    CHECK(kept.events.remaining() == 1);
    CHECK_FALSE(kept.severity);
    arrivals[50] += 3 * hour;
    const auto late = judge_slo(arrivals, 25 * hour, slo, day, now);
    CHECK(late.events.late == 1);
    CHECK(late.severity == Severity::critical);
    const auto lax = judge_slo(arrivals, 25 * hour, {0.97, 90 * day}, day, now);
    CHECK(lax.events.allowed == 3);
    CHECK_FALSE(lax.severity);
    arrivals[60] += 3 * hour;
    CHECK(judge_slo(arrivals, 25 * hour, {0.97, 90 * day}, day, now).severity == Severity::warning);
}

TEST_CASE("a load that has not come yet is late already") {
    const Slo slo{0.99, 90 * day};
    const auto report =
        judge_slo(every(day, 0, 100 * day), 25 * hour, slo, day, 101 * day + 2 * hour);
    CHECK(report.events.late == 1);
}

TEST_CASE("a table that nothing is known of has no burn rate and no alarm") {
    const auto report = judge_slo({}, hour, {}, 0, 100 * day);
    CHECK(report.attained.unknown == 30 * day);
    CHECK_FALSE(report.severity);
    CHECK_FALSE(report.burns.at(0).rate);
    CHECK_FALSE(report.exhausted_at);
}

TEST_CASE("more bad time never leaves more budget") {
    rc::prop("for any target", [] {
        auto arrivals =
            *rc::gen::container<std::vector<Micros>>(rc::gen::inRange<Micros>(0, 40 * day));
        std::sort(arrivals.begin(), arrivals.end());
        const Micros target = *rc::gen::inRange<Micros>(minute, day);
        const Slo slo{0.99, 30 * day};
        const auto tight = judge_slo(arrivals, target, slo, hour, 40 * day);
        const auto loose = judge_slo(arrivals, 2 * target, slo, hour, 40 * day);
        RC_ASSERT(tight.remaining <= loose.remaining);
        RC_ASSERT(tight.remaining == tight.budget - tight.attained.bad);
        RC_ASSERT(tight.attained.good + tight.attained.bad + tight.attained.unknown == 30 * day);
    });
}
