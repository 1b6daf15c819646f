// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/deadline_check.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;
constexpr Micros day = 24 * hour;

Micros at(std::string_view text) { return parse_time(text).value().micros; }

/// Due at 07:00 in Berlin, which is 06:00 UTC in winter.
Deadline deadline() {
    Deadline due = parse_deadline("07:00 Europe/Berlin");
    due.grace = 30 * minute;
    return due;
}

/// A load each day of January at 05:00 UTC, up to now; without those of some days.
ArrivalFacts daily(std::string_view now, const std::vector<int>& silent = {}) {
    ArrivalFacts facts{{"public", "t"}, "at", {}, 0, at(now)};
    for (int i = 1; i <= 31; ++i) {
        const Micros moment = at("2024-01-01 05:00") + (i - 1) * day;
        if (moment <= facts.now && std::find(silent.begin(), silent.end(), i) == silent.end()) {
            facts.arrivals.push_back(moment);
        }
    }
    return facts;
}

const Facts& group(const CheckResult& result, std::string_view name) {
    const Fact* found = find_fact(result.evidence, name);
    REQUIRE(found != nullptr);
    return std::get<Facts>(found->value);
}

Fact fact(const Facts& facts, std::string_view name) {
    const Fact* found = find_fact(facts, name);
    REQUIRE(found != nullptr);
    return *found;
}

} // namespace

TEST_CASE("the load that was due last has come, and the next one is told") {
    const auto result = check_deadline(daily("2024-01-31 12:00"), deadline());
    CHECK(result.status == Status::pass);
    CHECK(result.message == "on time: the load due 2024-01-31 07:00 Europe/Berlin came 1 h before; "
                            "next one due 2024-02-01 07:00");
    CHECK(result.observed == Observed{0, "s"});
    CHECK(result.expected == "<= 1800 s");
    CHECK(fact(group(result, "deadline"), "state") == Fact("on_time"));
    CHECK(fact(group(result, "deadline"), "due_at") == Fact("2024-01-31T06:00:00Z"));
    CHECK(fact(group(result, "deadline"), "arrived_at") == Fact("2024-01-31T05:00:00Z"));
    CHECK(fact(group(result, "deadline"), "next_due_at") == Fact("2024-02-01T06:00:00Z"));
}

TEST_CASE("a load that has not come is missing, which is critical") {
    const auto result = check_deadline(daily("2024-01-31 09:00", {31}), deadline());
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::critical);
    CHECK(result.message == "missing: the load due 2024-01-31 07:00 Europe/Berlin is overdue by "
                            "3 h, the last row came at 2024-01-30T05:00:00Z; next one due "
                            "2024-02-01 07:00");
    CHECK(result.observed == Observed{10'800, "s"});
}

TEST_CASE("a load that came late is a warning") {
    ArrivalFacts facts = daily("2024-01-31 12:00", {31});
    facts.arrivals.push_back(at("2024-01-31 06:50"));
    const auto result = check_deadline(facts, deadline());
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::warning);
    CHECK(result.message == "late: the load due 2024-01-31 07:00 Europe/Berlin came 50 min after; "
                            "next one due 2024-02-01 07:00");
}

TEST_CASE("while the grace runs the deadline before is judged") {
    const auto kept = check_deadline(daily("2024-01-31 06:20", {31}), deadline());
    CHECK(kept.status == Status::pass);
    CHECK(kept.message == "on time: the load due 2024-01-30 07:00 Europe/Berlin came 1 h before; "
                          "the next one, due 2024-01-31 07:00, is not late for another 10 min");
    CHECK(fact(group(kept, "deadline"), "next_due_at") == Fact("2024-01-31T06:00:00Z"));
    const auto missing = check_deadline(daily("2024-01-31 06:20", {30, 31}), deadline());
    CHECK(missing.status == Status::fail);
    CHECK(fact(group(missing, "deadline"), "due_at") == Fact("2024-01-30T06:00:00Z"));
}

TEST_CASE("of a table without rows the load is missing, once it is due") {
    const ArrivalFacts none{{"public", "t"}, "at", {}, 0, at("2024-01-31 12:00")};
    const auto missing = check_deadline(none, deadline());
    CHECK(missing.status == Status::fail);
    CHECK(missing.message == "missing: the load due 2024-01-31 07:00 Europe/Berlin is overdue by "
                             "6 h, and no row has a time; next one due 2024-02-01 07:00");
    ArrivalFacts early = none;
    early.now = at("2024-01-31 06:10");
    const auto open = check_deadline(early, deadline());
    CHECK(open.status == Status::skipped);
    CHECK(open.message == "nothing is known of the time before; the next one, due 2024-01-31 "
                          "07:00, is not late for another 20 min");
}

TEST_CASE("a load that comes early for the next deadline ends what was missing") {
    ArrivalFacts facts = daily("2024-01-30 23:50", {30});
    CHECK(check_deadline(facts, deadline()).severity == Severity::critical);
    facts.arrivals.push_back(at("2024-01-30 23:45"));
    const auto result = check_deadline(facts, deadline());
    CHECK(result.status == Status::pass);
    CHECK(result.message == "on time: the load due 2024-01-31 07:00 Europe/Berlin came 6 h 15 min "
                            "before; next one due 2024-02-01 07:00");
    // So does a table that is replaced as a whole, and knows nothing of the day before.
    facts.arrivals.erase(facts.arrivals.begin(), facts.arrivals.end() - 1);
    CHECK(check_deadline(facts, deadline()).status == Status::pass);
}

TEST_CASE("where nothing is ever due there is nothing to judge") {
    Deadline never = deadline();
    never.calendar = parse_calendar("2000-01-01..2100-01-01", "days.txt");
    const ArrivalFacts facts = daily("2024-01-31 12:00");
    CHECK(check_deadline(facts, never).status == Status::skipped);
    CHECK(check_deadline_slo(facts, never, {0.99, 30 * day}).status == Status::skipped);
}

TEST_CASE("a column of days and assumed zones are said") {
    ArrivalFacts facts = daily("2024-01-31 12:00");
    facts.holds_days = true;
    facts.zone = "UTC";
    const auto result = check_deadline(facts, deadline());
    CHECK(result.method == Method::estimate);
    CHECK(result.message.ends_with("; the column holds days, so it tells whether a load came, not "
                                   "when (times read as UTC)"));
}

TEST_CASE("the budget of a promise counts missed deadlines") {
    const Slo slo{0.9, 20 * day}; // of 20 deadlines 2 may be missed
    const auto kept = check_deadline_slo(daily("2024-01-31 12:00"), deadline(), slo);
    CHECK(kept.status == Status::pass);
    CHECK(kept.message ==
          "in the last 20 d 20 of 20 deadlines were kept, which is 100 %; 2 more may be missed");
    const auto one = check_deadline_slo(daily("2024-01-31 12:00", {20}), deadline(), slo);
    CHECK(one.status == Status::pass);
    CHECK(one.message.ends_with("; 1 more may be missed"));
    const auto two = check_deadline_slo(daily("2024-01-31 12:00", {20, 25}), deadline(), slo);
    CHECK(two.status == Status::fail);
    CHECK(two.severity == Severity::critical);
    CHECK(two.message == "in the last 20 d 18 of 20 deadlines were kept (2 missing), which is 90 "
                         "%; the budget of 2 misses is used up");
    const Facts deadlines = std::get<Facts>(fact(group(two, "slo"), "deadlines").value);
    CHECK(fact(deadlines, "missing") == Fact(2));
    CHECK(std::get<Fact::List>(fact(deadlines, "missed").value).size() == 2);
}

TEST_CASE("a look back tells which deadlines were kept, and what is not known") {
    ArrivalFacts facts = daily("2024-01-31 12:00", {25, 28});
    facts.arrivals.push_back(at("2024-01-28 09:00"));
    std::sort(facts.arrivals.begin(), facts.arrivals.end());
    CheckResult result = check_backcast(facts, 40 * day, std::nullopt);
    add_deadlines(result, facts, deadline(), 40 * day);
    CHECK(result.status == Status::pass);
    CHECK(result.message.ends_with("; 29 of 31 deadlines were kept (1 late and 1 missing), which "
                                   "is 93.5 %; 9 are unknown before the first row"));
    CHECK(fact(group(result, "deadlines"), "unknown") == Fact(9));
}

TEST_CASE("a skipped look back at gaps still tells of deadlines") {
    const ArrivalFacts facts = daily("2024-01-02 12:00");
    CheckResult result = check_backcast(facts, 2 * day, std::nullopt);
    REQUIRE(result.status == Status::skipped);
    add_deadlines(result, facts, deadline(), 2 * day);
    CHECK(result.status == Status::pass);
    CHECK(result.message == "learning: there are too few loads in the last 2 d; 2 of 2 deadlines "
                            "were kept, which is 100 %");
}
