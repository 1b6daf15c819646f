// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/lag.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros minute = 60 * micros_per_second;
/// 2024-01-31T00:00:00Z
constexpr Micros now = 1'706'659'200 * micros_per_second;

/// Rows of a day ten days ago with these lags.
LagFacts facts_of(const std::vector<Micros>& lags, std::optional<Micros> max_lag = std::nullopt) {
    LagRules rules;
    rules.limit = {now, now};
    rules.now = now;
    rules.skew = 5 * minute;
    rules.max_lag = max_lag;
    LagAccumulator accumulator(rules);
    Column events(ColumnType::timestamptz);
    Column arrivals(ColumnType::timestamptz);
    for (const Micros lag : lags) {
        events.append_integer(now - 10 * micros_per_day);
        arrivals.append_integer(now - 10 * micros_per_day + lag);
    }
    accumulator.update(events, arrivals);
    return {{"public", "t"}, "at", "loaded", accumulator.result(), ""};
}

std::vector<Micros> hundred(Micros usual, std::size_t late, Micros lag) {
    std::vector<Micros> lags(100, usual);
    std::fill_n(lags.begin(), late, lag);
    return lags;
}

const Facts& facts(const CheckResult& result, const char* name) {
    return std::get<Facts>(find_fact(result.evidence, name)->value);
}

} // namespace

TEST_CASE("without a limit the lag is told, and nothing is late") {
    const auto result = check_lag(facts_of(hundred(5 * minute, 5, 180 * minute)), {});
    CHECK(result.status == Status::pass);
    CHECK(result.columns == std::vector<std::string>{"at", "loaded"});
    CHECK(result.message == "half of the rows arrive within 5 min, 90 % within 5 min, 99 % within "
                            "3 h, all within 3 h; of a day's rows 100 % had arrived 1 h after its "
                            "end");
    CHECK(find_fact(result.evidence, "late_rows")->is_null());
    CHECK(*find_fact(facts(result, "lag"), "p50_s") == Fact(300.0));
    CHECK(*find_fact(facts(result, "lag"), "max_s") == Fact(10800.0));
}

TEST_CASE("rows beyond the limit are late, and some may be allowed") {
    const auto late = facts_of(hundred(5 * minute, 5, 180 * minute), 60 * minute);
    const auto result = check_lag(late, {60 * minute, {}});
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::critical);
    CHECK(result.rows_failed == 5);
    CHECK(result.message.starts_with("5 rows were later than 1 h, 5 %; half of the rows"));
    CHECK(*find_fact(result.evidence, "late_fraction") == Fact(0.05));
    CHECK(check_lag(late, {60 * minute, {5, std::nullopt}}).status == Status::pass);
    CHECK(check_lag(late, {60 * minute, {4, std::nullopt}}).status == Status::fail);
    CHECK(check_lag(late, {60 * minute, {0, 0.05}}).status == Status::pass);
    const auto good = facts_of({5 * minute}, 60 * minute);
    CHECK(check_lag(good, {60 * minute, {}}).status == Status::pass);
}

TEST_CASE("rows that arrive before their event are no lag, and a finding beyond the skew") {
    const auto early = facts_of({5 * minute, -2 * minute, -10 * minute});
    const auto result = check_negative_lag(early);
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::warning);
    CHECK(result.message ==
          "1 row arrived up to 10 min before the event, 1 more within the skew of the "
          "clocks");
    CHECK(result.rows_failed == 1);
    CHECK(*find_fact(check_lag(early, {}).evidence, "negative_rows") == Fact(2));
    const auto skewed = check_negative_lag(facts_of({-2 * minute}));
    CHECK(skewed.status == Status::pass);
    CHECK(skewed.message.ends_with("which the skew of the clocks explains"));
    CHECK(check_negative_lag(facts_of({0})).message == "no row arrived before its event");
    CHECK(check_lag(facts_of({-2 * minute}), {}).message.starts_with("every one of 1 row"));
}

TEST_CASE("without both times nothing is judged") {
    for (const auto& result :
         {check_lag(facts_of({}), {minute, {}}), check_negative_lag(facts_of({}))}) {
        CHECK(result.status == Status::skipped);
        CHECK(result.message == "the table holds no rows");
    }
    LagFacts facts = facts_of({});
    facts.profile.rows = facts.profile.null_arrivals = 3;
    CHECK(check_lag(facts, {minute, {}}).status == Status::skipped);
    CHECK(check_lag(facts, {}).message == "no row of 3 has both times");
}

TEST_CASE("what was left out is said") {
    LagFacts facts = facts_of({minute});
    facts.profile.null_arrivals = 1;
    facts.profile.future_arrivals = 2;
    CHECK(check_lag(facts, {}).message.ends_with(
        "; 1 row without an arrival time; 2 rows with an arrival in the future"));
}
