// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/freshness.hpp"
#include "assay/check/promise.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;
constexpr Micros day = 24 * hour;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

/// Arrivals up to now, every `gap`, of the last `past`.
ArrivalFacts every(Micros gap, Micros past) {
    ArrivalFacts facts{{"public", "t"}, "at", {}, 0, now};
    for (Micros at = now - past; at <= now; at += gap) {
        facts.arrivals.push_back(at);
    }
    return facts;
}

double number(const CheckResult& result, std::string_view group, std::string_view name) {
    const Fact* found = find_fact(result.evidence, group);
    REQUIRE(found != nullptr);
    found = find_fact(std::get<Facts>(found->value), name);
    REQUIRE(found != nullptr);
    return std::get<double>(found->value);
}

FreshnessFacts of_age(Micros age, const Cadence& cadence) {
    FreshnessFacts facts;
    facts.table = {"public", "t"};
    facts.column = "at";
    facts.times.rows = 10;
    facts.newest = now - age;
    facts.now = now;
    facts.cadence = cadence;
    return facts;
}

} // namespace

TEST_CASE("a promise that was always kept passes and has its whole budget") {
    const auto result = check_slo(every(hour, 31 * day), {0.99, 30 * day}, 2 * hour);
    CHECK(result.status == Status::pass);
    CHECK(result.expected == ">= 99 %");
    CHECK(result.message ==
          "kept for 100 % of 30 d, too old for 0 s; of the budget of 7 h 12 min there is 7 h 12 "
          "min left");
    CHECK(number(result, "slo", "remaining_minutes") == 432);
}

TEST_CASE("a promise about a table of which no arrival is known is not kept, but skipped") {
    ArrivalFacts facts;
    facts.now = now;
    const auto result = check_slo(facts, {0.99, 30 * day}, hour);
    CHECK(result.status == Status::skipped);
    CHECK(result.message == "learning: no arrival is known in the last 30 d");
}

TEST_CASE("time before the first arrival is told as unknown") {
    const auto result = check_slo(every(hour, 10 * day), {0.99, 30 * day}, 2 * hour);
    CHECK(number(result, "slo", "unknown_minutes") == 20 * 24 * 60);
    CHECK(result.message.find("20 d before the first arrival are unknown") != std::string::npos);
}

TEST_CASE("a budget that burns fast is critical") {
    auto facts = every(5 * minute, 31 * day);
    facts.now += 3 * hour;
    const auto result = check_slo(facts, {0.995, 30 * day}, 10 * minute);
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::critical);
    CHECK(result.message.find("at this rate until 2024-01-31T") != std::string::npos);
}

TEST_CASE("a back-cast proposes limits that the gaps would have kept") {
    auto facts = every(hour, 31 * day);
    facts.arrivals.erase(facts.arrivals.end() - 100, facts.arrivals.end() - 96); // 5 h apart
    const auto result = check_backcast(facts, 30 * day, 2 * hour);
    CHECK(result.status == Status::pass);
    CHECK(result.message ==
          "in the last 30 d: 716 gaps between loads, usually 1 h apart, 99 % up to 1 h, 5 h at "
          "most; fits --warn-age 75m --max-age 330m; older than 2 h for 3 h in 1 incident, which "
          "keeps 99.58 %");
    CHECK(check_backcast(facts, 30 * day, {}).message.find("incident") == std::string::npos);
    CHECK(check_backcast(facts, hour, {}).status == Status::skipped);
    CHECK_FALSE(proposed_limits({1, 2}));
    CHECK_FALSE(proposed_limits({hour, hour, hour})->warn_age);
}

TEST_CASE("a load of many rows within minutes is one load") {
    ArrivalFacts facts{{"public", "t"}, "at", {}, 0, now};
    for (std::int64_t back = 30; back >= 0; --back) {
        for (const Micros late : {0, 1, 2, 3}) {
            facts.arrivals.push_back(now - back * day + late * minute - hour);
        }
    }
    CHECK(usual_interval(facts.arrivals) == day - 3 * minute);
    CHECK(load_gaps(facts.arrivals).size() == 30);
    const auto report =
        judge_slo(facts.arrivals, 25 * hour, {0.99, 30 * day}, usual_interval(facts.arrivals), now);
    CHECK(report.batch);
    CHECK(report.events.expected == 30);
    CHECK(usual_interval({}) == 0);
}

TEST_CASE("without a limit the cadence judges, and a table that is learning is not judged") {
    const auto judged = [](Micros age, const Cadence& cadence) {
        const auto result = check_freshness(of_age(age, cadence), {}).front();
        CHECK(result.id == "freshness.cadence");
        return result;
    };
    const Cadence weeks{Cadence::Basis::weeks, 2 * hour, 8};
    CHECK(judged(2 * hour, weeks).status == Status::pass);
    const auto late = judged(2 * hour + micros_per_second, weeks);
    CHECK(late.status == Status::fail);
    CHECK(late.severity == Severity::warning);
    CHECK(late.method == Method::estimate);
    CHECK(*find_fact(late.evidence, "state") == Fact("stale"));
    const auto learning = judged(9 * day, {Cadence::Basis::gaps, 2 * hour, 0});
    CHECK(learning.status == Status::skipped);
    CHECK(learning.message == "newest row is 9 d old; learning: less than 3 weeks of arrivals, "
                              "whose gaps are up to 2 h");
    CHECK(judged(0, {}).message ==
          "newest row is 0 s old; learning: too few arrivals to know how old is usual");
    CHECK(*find_fact(learning.evidence, "state") == Fact("unknown"));
}
