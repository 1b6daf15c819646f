// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/missing_windows.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros hour = 3600 * micros_per_second;
constexpr Micros day = 24 * hour;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

/// Two rows every hour of the last days, without those of some hours before now.
ArrivalFacts hourly(std::int64_t days, const std::vector<std::int64_t>& silent = {}) {
    ArrivalFacts facts{{"public", "t"}, "at", {}, 0, now};
    for (std::int64_t back = days * 24; back >= 0; --back) {
        if (std::find(silent.begin(), silent.end(), back) == silent.end()) {
            facts.arrivals.push_back(now - back * hour);
            facts.minutes.emplace_back(now - back * hour, 2);
        }
    }
    return facts;
}

CheckResult judged(const ArrivalFacts& facts, std::optional<Micros> limit,
                   const std::vector<Span>& filled = {}) {
    return check_missing_windows(facts, missing_windows(facts, 30 * day, limit), filled, 30 * day,
                                 limit);
}

} // namespace

TEST_CASE("a gap that is longer than the limit is a window with the rows that it lacks") {
    const auto facts = hourly(60, {10, 11, 12});
    const auto windows = missing_windows(facts, 30 * day, 2 * hour);
    REQUIRE(windows.size() == 1);
    CHECK(windows[0].span == Span{now - 13 * hour + 1, now - 9 * hour});
    CHECK(windows[0].expected_rows == 6);
    CHECK(windows[0].weeks == 4);
    CHECK_FALSE(windows[0].open);
    CHECK(missing_windows(facts, 30 * day, 4 * hour).empty());
    CHECK(missing_windows(facts, 8 * hour, 2 * hour).empty());
    const auto result = judged(facts, 2 * hour);
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::warning);
    CHECK(result.message == "1 window of the last 30 d has no rows for more than 2 h; as the weeks "
                            "before tell, about 6 rows are missing");
}

TEST_CASE("the window up to now is open") {
    const auto windows = missing_windows(hourly(60, {0, 1, 2}), 30 * day, 2 * hour);
    REQUIRE(windows.size() == 1);
    CHECK(windows[0].open);
    CHECK(windows[0].span == Span{now - 3 * hour + 1, now});
}

TEST_CASE("weeks that are missing themselves, or not known, tell nothing") {
    const std::int64_t week = 7 * 24;
    const auto windows =
        missing_windows(hourly(60, {10, 11, 10 + week, 11 + week}), 30 * day, hour);
    REQUIRE(windows.size() == 2);
    CHECK(windows[1].weeks == 3);
    CHECK(windows[1].expected_rows == 4);
    const auto young = missing_windows(hourly(5, {10, 11}), 30 * day, hour);
    REQUIRE(young.size() == 1);
    CHECK_FALSE(young[0].expected_rows);
    CHECK(judged(hourly(5, {10, 11}), hour).message ==
          "1 window of the last 30 d has no rows for more than 1 h");
}

TEST_CASE("without a limit a window is one in which the table was older than usual") {
    const auto facts = hourly(93, {10, 11, 12});
    const auto windows = missing_windows(facts, 30 * day, std::nullopt);
    REQUIRE(windows.size() == 1);
    CHECK(windows[0].span.to == now - 9 * hour);
    CHECK(judged(hourly(93), std::nullopt).message ==
          "no window of the last 30 d has no rows for longer than is usual");
    CHECK(judged(hourly(5), std::nullopt).status == Status::skipped);
    CHECK(judged(hourly(5), 2 * hour).status == Status::pass);
}

TEST_CASE("nights without rows are usual") {
    ArrivalFacts office{{"public", "t"}, "at", {}, 0, now};
    for (Micros at = now - 93 * day; at <= now; at += hour) {
        const Micros since_midnight = (at - now) % day + day;
        if (since_midnight >= 8 * hour && since_midnight <= 18 * hour) {
            office.arrivals.push_back(at);
        }
    }
    CHECK(missing_windows(office, 30 * day, std::nullopt).empty());
}

TEST_CASE("a column of days lacks whole days") {
    ArrivalFacts facts{
        {"public", "t"}, "on", {now - 9 * day, now - 8 * day, now - 4 * day}, 0, now};
    facts.holds_days = true;
    facts.now = now + 9 * hour;
    const auto windows = missing_windows(facts, 30 * day, 2 * day);
    REQUIRE(windows.size() == 2);
    CHECK(windows[0].span == Span{now - 7 * day, now - 4 * day});
    CHECK(windows[1].span == Span{now - 3 * day, now});
}

TEST_CASE("the windows of an earlier run are filled, in part, or still open") {
    const auto facts = hourly(60, {10, 11, 12, 50, 51});
    const auto windows = missing_windows(facts, 30 * day, hour);
    REQUIRE(windows.size() == 2);
    const Span filled{now - 102 * hour + 1, now - 99 * hour};
    const Span in_part{now - 55 * hour + 1, now - 49 * hour};
    const Span older{now - 70 * day, now - 65 * day};
    const Span usual{now - 200 * hour + 1, now - 200 * hour + 2}; // of other limits, no row in it
    const auto earlier =
        follow_up({older, usual, filled, in_part, windows[0].span}, facts, windows, 30 * day);
    CHECK(earlier.filled == std::vector<Span>{filled});
    CHECK(earlier.open == std::vector<Span>{older});
    CHECK(judged(hourly(60), hour, {filled}).message ==
          "no window of the last 30 d has no rows for more than 1 h; 1 window of an earlier run is "
          "filled by now");
}

TEST_CASE("a table of which no arrival is known is skipped") {
    const auto result = judged({{"public", "t"}, "at", {}, 0, now}, hour);
    CHECK(result.status == Status::skipped);
    CHECK(result.message == "no arrival is known");
}

TEST_CASE("windows are kept as text and come back") {
    rc::prop("any windows", [](const std::vector<std::pair<Micros, Micros>>& pairs) {
        std::vector<Span> windows;
        for (const auto& [a, b] : pairs) {
            if (a != b) {
                windows.push_back({std::min(a, b), std::max(a, b)});
            }
        }
        RC_ASSERT(restored_windows(saved_windows(windows)) == windows);
    });
    for (const auto* text : {"1", "1 2", "1 2\n3", "2 1\n", "a b\n", "1  2\n", "1 2\n\n"}) {
        INFO(text);
        CHECK(restored_windows(text).empty());
    }
}
