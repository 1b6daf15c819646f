// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/anomaly.hpp"

#include "volume_rules.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

std::vector<SeriesPoint> series(const std::vector<double>& values) {
    std::vector<SeriesPoint> points;
    for (const double value : values) {
        points.push_back({static_cast<std::int64_t>(points.size()), value});
    }
    return points;
}

Judgement judge(const std::vector<double>& past, double tested) {
    return judge_point(series(past), {static_cast<std::int64_t>(past.size()), tested},
                       daily_rules(ValueScale::amount));
}

Judgement judge_change(const std::vector<double>& past, double tested) {
    return judge_point(series(past), {static_cast<std::int64_t>(past.size()), tested},
                       daily_rules(ValueScale::change));
}

const std::vector<double> about_1000{1003, 992, 1010, 998, 1001, 1007, 989, 1004, 996, 1000};

} // namespace

TEST_CASE("less than seven numbers tell nothing, seven do") {
    const auto young = judge({1000, 1000, 1000, 1000, 1000, 1000}, 0);
    CHECK(young.state == VolumeState::learning);
    CHECK_FALSE(young.is_bad());
    CHECK(young.expectation.points == 6);
    CHECK(judge({}, 5).state == VolumeState::learning);
    CHECK(judge({1000, 1000, 1000, 1000, 1000, 1000, 1000}, 0).state == VolumeState::missing);
    CHECK(judge({1000, 1000, 1000, 1000, 1000, 1000, 1000}, 1000).state == VolumeState::usual);
}

TEST_CASE("ten days of about a thousand and then none are caught on that day") {
    const auto none = judge(about_1000, 0);
    CHECK(none.state == VolumeState::missing);
    CHECK(none.score < -none.threshold);
    CHECK(none.expectation.expected == Approx(1000).epsilon(0.01));
    CHECK_FALSE(judge(about_1000, 1008).is_bad());
}

TEST_CASE("half of what was always the same is caught, though nothing ever varied") {
    const std::vector<double> constant(14, 1000);
    const auto half = judge(constant, 500);
    CHECK(half.state == VolumeState::unusual);
    CHECK(half.expectation.expected == Approx(1000));
    // sigma = 1/sqrt(1001), eleven forecasts: 4 (1 + 2/11) sigma on the scale of log1p
    const double reach = 4 * (1 + 2.0 / 11) / std::sqrt(1001.0);
    CHECK(half.expectation.lower == Approx(1001 * std::exp(-reach) - 1));
    CHECK(half.expectation.upper == Approx(1001 * std::exp(reach) - 1));
    CHECK(half.score == Approx(std::log(501.0 / 1001) * std::sqrt(1001.0)));
    CHECK(half.threshold == Approx(4 * (1 + 2.0 / 11)));
    CHECK(half.probability == Approx(1.0 / 12));
    CHECK_FALSE(judge(constant, 1000).is_bad());
    CHECK_FALSE(judge(constant, 1100).is_bad());
    CHECK(judge(constant, 1200).is_bad());
    CHECK(judge(constant, 10'000).is_bad());
}

TEST_CASE("an empty series stays empty, and a few rows are no alarm") {
    const std::vector<double> nothing(20, 0);
    CHECK(judge(nothing, 0).state == VolumeState::usual);
    CHECK_FALSE(judge(nothing, 5).is_bad());
    CHECK(judge(nothing, 1000).state == VolumeState::unusual);
    CHECK_FALSE(judge(nothing, 0).expectation.noticed_below);
    // Less than five are expected: none is no alarm.
    CHECK_FALSE(judge(std::vector<double>(20, 4), 0).is_bad());
    CHECK(judge(std::vector<double>(20, 5), 0).state == VolumeState::missing);
}

TEST_CASE("the weekday is known after three weeks") {
    std::vector<double> rows;
    for (int day = 0; day < 28; ++day) {
        rows.push_back(day % 7 < 5 ? 1000 + day : 0);
    }
    const auto monday = judge(rows, 0);
    CHECK(monday.state == VolumeState::unusual);
    CHECK(monday.expectation.period == 7);
    CHECK(judge(rows, 1020).state == VolumeState::usual);
    for (const double row : {1025.0, 1030.0, 1027.0, 1021.0, 1024.0}) {
        rows.push_back(row);
    }
    CHECK(judge(rows, 0).state == VolumeState::usual);
    CHECK(judge(rows, 1000).state == VolumeState::unusual);
    // Noise has no weekday: what a place had may not explain itself.
    Noise noise(7);
    int seasons = 0;
    for (int i = 0; i < 100; ++i) {
        std::vector<double> values(21);
        std::generate(values.begin(), values.end(), [&] { return noise.poisson(100); });
        seasons += judge(values, 100).expectation.period != 0 ? 1 : 0;
    }
    CHECK(seasons <= 2);
}

TEST_CASE("an hour is judged by the hours of its day, then of its week") {
    std::vector<SeriesPoint> past;
    for (std::int64_t hour = 0; hour < 10 * 24; ++hour) {
        past.push_back({hour, hour % 24 < 8 ? 0.0 : 500.0});
    }
    const auto rules = hourly_rules(ValueScale::amount);
    const auto night = judge_point(past, {240, 0}, rules);
    CHECK(night.state == VolumeState::usual);
    CHECK(night.expectation.period == 24);
    CHECK(judge_point(past, {240, 500}, rules).is_bad());
    CHECK(judge_point(past, {248, 0}, rules).is_bad());
}

TEST_CASE("a missing load is caught the second time too, and is a habit the third time") {
    std::vector<double> rows(30, 1000);
    rows[20] = 0;
    CHECK(judge(rows, 0).state == VolumeState::missing);
    CHECK(judge(rows, 1000).state == VolumeState::usual);
    rows[27] = 0;
    CHECK(judge(rows, 0).state == VolumeState::habit);
    // Two days in a row are one outage.
    rows[27] = 1000;
    rows[21] = 0;
    CHECK(judge(rows, 0).state == VolumeState::missing);
}

TEST_CASE("what a series always did is no alarm") {
    std::vector<double> rows;
    for (int day = 0; day < 50; ++day) {
        rows.push_back(day % 9 == 4 ? 5000 : 1000);
    }
    const auto again = judge(rows, 5000);
    CHECK(again.state == VolumeState::habit);
    CHECK(again.expectation.noticed_above > 5000);
    CHECK(again.expectation.upper < 2000);
    CHECK(judge(rows, 0).state == VolumeState::missing);
}

TEST_CASE("falls are a habit of falling, not of rising") {
    std::vector<double> rows(30, 1000);
    for (const std::size_t day : {20U, 23U, 26U}) {
        rows[day] = 400;
    }
    CHECK(judge(rows, 400).state == VolumeState::habit);
    CHECK(judge(rows, 2000).state == VolumeState::unusual);
    for (double& value : rows) {
        value = 2000 - value;
    }
    CHECK(judge(rows, 1600).state == VolumeState::habit);
    CHECK(judge(rows, 400).state == VolumeState::unusual);
}

TEST_CASE("a new level is an alarm for some days and then usual") {
    std::vector<double> rows(30, 1000);
    int alarms = 0;
    for (int day = 0; day < 14; ++day) {
        alarms += judge(rows, 3000).is_bad() ? 1 : 0;
        rows.push_back(3000);
    }
    CHECK(alarms == 4);
    CHECK(judge(rows, 3000).state == VolumeState::usual);
}

TEST_CASE("changes of either sign are judged on their own scale") {
    const std::vector<double> losses{-100, -104, -98, -101, -99, -103, -97, -100};
    CHECK(judge_change(losses, -101).state == VolumeState::usual);
    CHECK(judge_change(losses, 100).is_bad());
    CHECK(judge_change(losses, -1000).is_bad());
    CHECK(judge_change(losses, 0).is_bad());
    CHECK(judge_change(losses, -101).expectation.lower < -101);
    // No change at all, for weeks.
    const std::vector<double> nothing(20, 0);
    CHECK(judge_change(nothing, 0).state == VolumeState::usual);
    CHECK(judge_change(nothing, -1000).is_bad());
}

TEST_CASE("the largest numbers are judged without overflow") {
    const double most = static_cast<double>(std::numeric_limits<std::int64_t>::max());
    const std::vector<double> large(20, most);
    for (const double tested : {0.0, 1.0, most}) {
        const auto judged = judge(large, tested);
        CHECK(std::isfinite(judged.score));
        CHECK(std::isfinite(judged.expectation.noticed_above));
    }
    CHECK_FALSE(judge(large, most).is_bad());
    CHECK(judge_change(large, -most).is_bad());
}

TEST_CASE("the number that is judged is not part of what it is judged by") {
    rc::prop("an expectation is the same whatever came", [] {
        const auto past = *rc::gen::container<std::vector<double>>(
            *rc::gen::inRange<std::size_t>(7, 70),
            rc::gen::map(rc::gen::inRange(0, 3000), [](int n) { return double(n); }));
        const double tested = *rc::gen::inRange(0, 100'000);
        const auto one = judge(past, tested).expectation;
        const auto other = judge(past, tested / 2 + 1).expectation;
        RC_ASSERT(one.expected == other.expected);
        RC_ASSERT(one.lower == other.lower);
        RC_ASSERT(one.noticed_above == other.noticed_above);
        RC_ASSERT(one.lower <= one.expected);
        RC_ASSERT(one.expected <= one.upper);
        RC_ASSERT(one.upper <= one.noticed_above);
        RC_ASSERT(one.noticed_below.value_or(0) <= std::max(one.lower, 1.0));
    });
    rc::prop("what is said to be noticed is", [] {
        const auto past = *rc::gen::container<std::vector<double>>(
            *rc::gen::inRange<std::size_t>(7, 70),
            rc::gen::map(rc::gen::oneOf(rc::gen::inRange(900, 1100), rc::gen::inRange(0, 3000)),
                         [](int n) { return double(n); }));
        const auto limits = judge(past, 0).expectation;
        const double above = std::floor(limits.noticed_above);
        RC_ASSERT(judge(past, above * 1.001 + 2).is_bad());
        RC_ASSERT(!judge(past, std::max(std::floor(above * 0.999) - 1, limits.expected)).is_bad());
        if (limits.noticed_below) {
            const double below = std::ceil(*limits.noticed_below);
            RC_ASSERT(judge(past, std::max(below - 2, 0.0)).is_bad());
            RC_ASSERT(
                !judge(past, std::min(std::ceil(below * 1.001) + 1, limits.expected)).is_bad());
        } else {
            RC_ASSERT(!judge(past, 0).is_bad());
        }
    });
}

TEST_CASE("simulated tables are judged with few false alarms, and their missing loads are caught") {
    double false_alarms = 0;
    double none = 0;
    double loads = 0;
    for (const Shape& shape : simulated_shapes(3)) {
        const ShapeScore score = score_rule(shape, judged_bad);
        false_alarms += score.false_alarms;
        none += score.caught.front();
        ++loads;
        CHECK(score.false_alarms < 0.035);
    }
    CHECK(false_alarms / loads <= 0.015);
    CHECK(none / loads >= 0.95);
}

TEST_CASE("the rules of other tools give the answers that are known of them") {
    const std::vector<double> values{100, 102, 98, 101, 99, 103, 97, 100, 55};
    CHECK(modified_z_score(values, 55).value_or(0) == Approx(-15.176).epsilon(1e-4));
    CHECK(z_score(values, 55).value_or(0) == Approx(-2.646).epsilon(1e-3));
    // A number that is part of its own past is never further off than (n - 1) / sqrt(n).
    for (const auto& [size, most] :
         {std::pair{7, 2.268}, {9, 2.667}, {10, 2.846}, {11, 3.015}, {14, 3.474}}) {
        std::vector<double> rows(static_cast<std::size_t>(size), 1000);
        rows.back() = 0;
        CHECK(-z_score(rows, 0).value_or(0) == Approx(most).epsilon(1e-3));
    }
    const std::vector<double> nine_days(about_1000.begin(), about_1000.end() - 1);
    CHECK_FALSE(z_with_itself(series(nine_days), {9, 0}));
    CHECK(judge(nine_days, 0).state == VolumeState::missing);
}

TEST_CASE("a measure is judged in any unit and of either sign") {
    const auto judge_at = [](std::vector<double> past, double tested, double unit) {
        for (double& value : past) {
            value *= unit;
        }
        return judge_measure(series(past), {static_cast<std::int64_t>(past.size()), tested * unit},
                             daily_rules(ValueScale::measure));
    };
    const std::vector<double> about_50{50.1, 49.8, 50.4, 50, 49.9, 50.2, 49.7, 50, 50.3, 49.9};
    const std::vector<double> about_0{1, -2, 0.5, -0.3, 1.5, -1, 0.2, 2, -1.4, 0.1};
    for (const double unit : {1.0, 1e-6, -1.0, 1e12}) {
        CAPTURE(unit);
        CHECK(judge_at(about_50, 50.5, unit).state == VolumeState::usual);
        CHECK(judge_at(about_50, 53, unit).state == VolumeState::usual); // 2 % are noise
        const auto fallen = judge_at(about_50, 40, unit);
        CHECK(fallen.state == VolumeState::unusual);
        CHECK(fallen.expectation.expected == Approx(50 * unit).epsilon(0.01));
        CHECK(fallen.expectation.lower < fallen.expectation.upper);
        CHECK(judge_at(about_50, 0, unit).state == VolumeState::unusual);
        CHECK(judge_at(about_50, -50, unit).state == VolumeState::unusual);
        CHECK(judge_at(about_0, 2.2, unit).state == VolumeState::usual);
        CHECK(judge_at(about_0, 20, unit).state == VolumeState::unusual);
    }
    const std::vector<double> always_5(10, 5);
    CHECK(judge_at(always_5, 5, 1).state == VolumeState::usual);
    CHECK(judge_at(always_5, 4, 1).state == VolumeState::unusual);
    const std::vector<double> always_0(10, 0);
    CHECK(judge_at(always_0, 0, 1).state == VolumeState::usual);
    CHECK(judge_at(always_0, 0.01, 1).state == VolumeState::unusual);
    CHECK(judge_at({1, 2, 3}, 2, 1).state == VolumeState::learning);
    const double largest = std::numeric_limits<double>::max();
    CHECK(judge_at(always_0, largest, 1).state == VolumeState::unusual);
    CHECK(judge_at(std::vector<double>(10, largest), largest, 1).state == VolumeState::usual);
}
