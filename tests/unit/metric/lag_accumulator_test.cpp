// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/lag_accumulator.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace assay;

namespace {

constexpr Micros second = micros_per_second;
constexpr Micros hour = 3600 * second;
/// 2024-01-31T00:00:00Z
constexpr Micros now = 1'706'659'200 * second;

using Row = std::pair<std::optional<Micros>, std::optional<Micros>>;

LagRules rules() {
    LagRules rules;
    rules.limit = {now + 300 * second, now + 300 * second};
    rules.now = now;
    rules.skew = 300 * second;
    rules.max_lag = hour;
    return rules;
}

void append(Column& column, const std::optional<Micros>& moment) {
    if (moment) {
        column.append_integer(*moment);
    } else {
        column.append_null();
    }
}

LagAccumulator accumulated(const std::vector<Row>& rows, ColumnType type = ColumnType::timestamptz,
                           const LagRules& of = rules()) {
    Column events(type);
    Column arrivals(type);
    for (const auto& [event, arrival] : rows) {
        append(events, event);
        append(arrivals, arrival);
    }
    LagAccumulator accumulator(of);
    accumulator.update(events, arrivals);
    return accumulator;
}

LagProfile measured(const std::vector<Row>& rows) { return accumulated(rows).result(); }

bool same(const LagProfile& a, const LagProfile& b) {
    const auto numbers = [](const LagProfile& profile) {
        std::vector<std::int64_t> all{profile.rows,
                                      profile.null_events,
                                      profile.null_arrivals,
                                      profile.future_arrivals,
                                      profile.negative,
                                      profile.too_early,
                                      profile.earliest,
                                      profile.all.late,
                                      profile.all.longest.value_or(-1),
                                      profile.all.lags.count()};
        for (const auto& step : profile.completeness) {
            all.push_back(step.rows);
            all.push_back(step.arrived);
        }
        for (const auto& [date, day] : profile.days) {
            all.push_back(date);
            all.push_back(day.rows);
            all.push_back(day.summary.late);
            all.push_back(day.summary.lags.count());
            all.insert(all.end(), day.arrived.begin(), day.arrived.end());
        }
        return all;
    };
    return numbers(a) == numbers(b) && a.all.lags.quantile(0.9) == b.all.lags.quantile(0.9);
}

} // namespace

TEST_CASE("lags have quantiles, the longest is exact, and those above the limit are late") {
    std::vector<Row> rows;
    for (int i = 1; i <= 100; ++i) {
        rows.emplace_back(now - 40 * micros_per_day, now - 40 * micros_per_day + i * 60 * second);
    }
    const LagProfile profile = measured(rows);
    CHECK(profile.rows == 100);
    CHECK(profile.all.lags.quantile(0.5).value() == Approx(3000).epsilon(0.0055));
    CHECK(profile.all.lags.quantile(0.99).value() == Approx(5940).epsilon(0.0055));
    CHECK(profile.all.lags.relative_error() < 0.0055);
    CHECK(profile.all.longest == 100 * 60 * second);
    CHECK(profile.all.late == 40); // an hour itself is not late
    CHECK(profile.negative == 0);
}

TEST_CASE("what has no lag is counted apart") {
    const Micros infinite = std::numeric_limits<Micros>::max();
    const LagProfile profile = measured({{std::nullopt, now},
                                         {std::nullopt, std::nullopt},
                                         {now, std::nullopt},
                                         {now, now + hour},
                                         {now, infinite},
                                         {-infinite - 1, now},
                                         {now, now - 10 * second},
                                         {now, now - hour},
                                         {now, now}});
    CHECK(profile.rows == 9);
    CHECK(profile.null_events == 2);
    CHECK(profile.null_arrivals == 1);
    CHECK(profile.future_arrivals == 1);
    CHECK(profile.unusable == 2);
    CHECK(profile.negative == 2);
    CHECK(profile.too_early == 1);
    CHECK(profile.earliest == hour);
    CHECK(profile.all.lags.count() == 1);
    CHECK(profile.all.longest == 0);
}

TEST_CASE("nothing has no lag") {
    const LagProfile profile = measured({});
    CHECK(profile.rows == 0);
    CHECK_FALSE(profile.all.longest);
    CHECK(profile.days.empty());
    CHECK_FALSE(profile.all.lags.quantile(0.5));
}

TEST_CASE("completeness counts from the end of the day, and only of days that are over so long") {
    const Micros day = now - 2 * micros_per_day;
    const LagProfile profile = measured({
        {day, day + micros_per_day + hour},                 // an hour after the end, not later
        {day + 23 * hour, day + micros_per_day + hour + 1}, // a moment later than that
        {day + 23 * hour, day + micros_per_day + 20 * hour},
        {day, day - hour},
        {now - hour, now - hour}, // its day is over, but not for an hour
    });
    REQUIRE(profile.days.size() == 2);
    CHECK(profile.days.begin()->second.rows == 4);
    CHECK(profile.completeness[0] == Completeness{4, 2});
    CHECK(profile.completeness[1] == Completeness{4, 3});
    CHECK(profile.completeness[2] == Completeness{4, 4}); // just over for a day
    CHECK(profile.completeness[3] == Completeness{0, 0});
}

TEST_CASE("times of any age stay in range") {
    const Micros first = std::numeric_limits<Micros>::min() + 1;
    const LagProfile profile = measured({{first, now}, {now, first}, {first, first}, {-1, 0}});
    CHECK(profile.all.lags.count() == 3);
    CHECK(profile.negative == 1);
    CHECK(profile.all.longest == std::numeric_limits<Micros>::max());
    CHECK(profile.days.contains(-1));
}

TEST_CASE("clock readings without a zone are those of the zone that is assumed") {
    LagRules of = rules();
    of.assume_tz = "Europe/Berlin";
    // Across the change to summer time the clock shows two hours, and one has passed.
    const Micros before = 1'711'846'800 * second; // 2024-03-31 01:00
    of.limit.naive = of.limit.instant = before + micros_per_day;
    const auto profile =
        accumulated({{before, before + 2 * hour}}, ColumnType::timestamp, of).result();
    CHECK(profile.naive_rows == 1);
    CHECK(profile.all.longest == hour);
}

TEST_CASE("more days than are told apart count in the sums") {
    std::vector<Row> rows;
    constexpr auto days = static_cast<std::int64_t>(LagAccumulator::most_days) + 50;
    for (std::int64_t i = 0; i < days; ++i) {
        const Micros event = now - (i + 30) * micros_per_day;
        rows.emplace_back(event, event + micros_per_day + 2 * hour);
        rows.emplace_back(event, event);
    }
    const LagProfile forward = measured(rows);
    std::reverse(rows.begin(), rows.end());
    const LagProfile backward = measured(rows);
    CHECK(same(forward, backward));
    CHECK(forward.days.size() == LagAccumulator::most_days);
    CHECK(forward.days.rbegin()->first == now / micros_per_day - 30);
    CHECK(forward.all.lags.count() == 2 * days);
    CHECK(forward.completeness[0] == Completeness{2 * days, days});
    CHECK(forward.completeness[1] == Completeness{2 * days, 2 * days});
}

TEST_CASE("the order of rows and the way they were split make no difference") {
    rc::prop("for any rows", [] {
        const auto moment = rc::gen::map(rc::gen::inRange<std::int64_t>(-1200, 2), [](auto days) {
            return now + days * micros_per_day + days * 977 * second;
        });
        std::vector<Row> rows;
        for (const auto& event : *rc::gen::container<std::vector<Micros>>(moment)) {
            const auto lag = *rc::gen::inRange<std::int64_t>(-4000, 400'000);
            rows.emplace_back(event, event + lag * second);
        }
        const LagProfile whole = measured(rows);
        const auto cut = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 3);
        LagAccumulator first = accumulated({rows.begin(), cut});
        first.merge(accumulated({cut, rows.end()}));
        RC_ASSERT(same(first.result(), whole));
        std::reverse(rows.begin(), rows.end());
        RC_ASSERT(same(measured(rows), whole));
    });
}
