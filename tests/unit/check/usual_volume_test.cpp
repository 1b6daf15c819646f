// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/usual_volume.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z, a Wednesday

/// Rows that come at an hour of each of the days before `now`, counted back from it.
VolumeFacts daily(int days, Micros at, const std::function<std::int64_t(int back)>& rows_of) {
    VolumeFacts facts;
    facts.table = {"public", "t"};
    facts.column = "at";
    facts.now = now;
    facts.buckets = bucket_starts(BucketSize::day, now, "");
    for (int back = days; back >= 1; --back) {
        const std::int64_t rows = rows_of(back);
        if (rows > 0) {
            facts.minutes.emplace_back(now - back * micros_per_day + at, rows);
        }
    }
    if (days > 0) {
        facts.first = now - days * micros_per_day + at;
    }
    return facts;
}

void move_clock(VolumeFacts& facts, Micros later) {
    facts.now = now + later;
    facts.buckets = bucket_starts(facts.size, facts.now, facts.zone);
}

std::int64_t thousand(int /*back*/) { return 1000; }

std::int64_t number(const CheckResult& result, std::string_view name) {
    const Fact* fact = find_fact(result.evidence, name);
    const auto* value = fact == nullptr ? nullptr : std::get_if<std::int64_t>(&fact->value);
    return value == nullptr ? -1 : *value;
}

} // namespace

TEST_CASE("days begin at midnight of their zone, also where clocks change") {
    const auto utc = bucket_starts(BucketSize::day, now + hour, "");
    REQUIRE(utc.size() == 58);
    CHECK(utc.back().at == now);
    CHECK(utc.front().at == now - 57 * micros_per_day);
    // Clocks went forward on 2024-03-31 in Berlin.
    const Micros april = 1'711'929'600 * micros_per_second; // 2024-04-01T00:00:00Z
    const auto berlin = bucket_starts(BucketSize::day, april, "Europe/Berlin");
    CHECK(berlin.back().at == april - 2 * hour);
    CHECK(berlin[56].at == april - 2 * hour - 23 * hour);
    CHECK(berlin[55].at == berlin[56].at - 24 * hour);
    CHECK(berlin[56].number == berlin.back().number - 1);
    // Hours are as long as ever.
    const auto hours = bucket_starts(BucketSize::hour, april + minute, "Asia/Kolkata");
    CHECK(hours.size() == 1346);
    CHECK(hours.back().at == april - hour / 2);
    CHECK(hours[0].at == hours.back().at - 1345 * hour);
    const auto weeks = bucket_starts(BucketSize::week, now, "");
    CHECK(format_instant(weeks.back().at) == "2024-01-29T00:00:00Z");
    CHECK(format_instant(weeks[56].at) == "2024-01-22T00:00:00Z");
}

TEST_CASE("the last finished day is held against those before it") {
    const auto good = check_usual_volume(daily(20, 6 * hour, thousand));
    CHECK(good.status == Status::pass);
    CHECK(good.method == Method::exact); // the rows are, what is expected is not
    CHECK(*find_fact(good.evidence, "expected_method") == Fact("estimate"));
    CHECK(good.message == "2024-01-30 has 1,000 rows, about 1,000 were expected (usual are 868 "
                          "to 1,152)");
    CHECK(number(good, "points") == 19);
    CHECK(number(good, "noticed_below") == 868);
    const auto half =
        check_usual_volume(daily(20, 6 * hour, [](int back) { return back == 1 ? 500 : 1000; }));
    CHECK(half.status == Status::fail);
    CHECK(half.severity == Severity::critical);
    CHECK(half.message ==
          "2024-01-30 has 500 rows, about 1,000 were expected (usual are 868 to 1,152)");
    CHECK(half.expected == "868 to 1,152 rows");
    const auto less =
        check_usual_volume(daily(20, 6 * hour, [](int back) { return back == 1 ? 850 : 1000; }));
    CHECK(less.status == Status::fail);
    CHECK(less.severity == Severity::warning);
}

TEST_CASE("ten days and then none are told on that day, as soon as the load is late") {
    auto facts = daily(10, 6 * hour, thousand);
    move_clock(facts, 5 * hour);
    CHECK(check_volume_so_far(facts).status == Status::pass);
    move_clock(facts, 6 * hour + hour / 2);
    CHECK(check_volume_so_far(facts).status == Status::pass);
    move_clock(facts, 7 * hour + 2 * minute);
    const auto late = check_volume_so_far(facts);
    CHECK(late.status == Status::fail);
    CHECK(late.severity == Severity::critical);
    CHECK(late.message == "2024-01-31 has 0 rows after 7 h 2 min, about 1,000 were expected "
                          "(usual are 850 to 1,176, give or take 1 h)");
    // The day before is as it should be.
    CHECK(check_usual_volume(facts).status == Status::pass);
    move_clock(facts, micros_per_day);
    const auto gone = check_usual_volume(facts);
    CHECK(gone.status == Status::fail);
    CHECK(number(gone, "rows") == 0);
}

TEST_CASE("a load that comes early is no rise") {
    auto facts = daily(10, 6 * hour, thousand);
    facts.minutes.emplace_back(now + 5 * hour + 30 * minute, 1000);
    move_clock(facts, 5 * hour + 40 * minute);
    CHECK(check_volume_so_far(facts).status == Status::pass);
    facts.minutes.back().second = 9000;
    CHECK(check_volume_so_far(facts).status == Status::fail);
}

TEST_CASE("a table without a past is learned, never passed") {
    for (const int days : {0, 1, 7}) {
        const auto young = check_usual_volume(daily(days, 6 * hour, thousand));
        CHECK(young.status == Status::skipped);
        CHECK(young.message.starts_with("learning: "));
    }
    CHECK(check_usual_volume(daily(7, 6 * hour, thousand)).message ==
          "learning: 2024-01-30 has 1,000 rows; 6 days before it are known, and 7 are needed");
    CHECK(check_usual_volume(daily(8, 6 * hour, thousand)).status == Status::pass);
    auto facts = daily(6, 6 * hour, thousand);
    move_clock(facts, 12 * hour);
    CHECK(check_volume_so_far(facts).status == Status::skipped);
}

TEST_CASE("where no row came for weeks there is nothing to expect") {
    auto facts = daily(20, 6 * hour, thousand);
    facts.minutes.clear();
    const auto result = check_usual_volume(facts);
    CHECK(result.status == Status::skipped);
    CHECK(result.message == "no row came in the last 57 d");
    CHECK(check_volume_so_far(facts).status == Status::skipped);
}

TEST_CASE("days on the calendar are neither judged nor part of the past") {
    const std::int64_t today = now / micros_per_day;
    auto facts = daily(12, 6 * hour, [](int back) { return back == 1 ? 0 : 1000; });
    facts.calendar = {{today - 1, today - 1}};
    const auto holiday = check_usual_volume(facts);
    CHECK(holiday.status == Status::skipped);
    CHECK(holiday.message == "2024-01-30 is on the --calendar");
    facts.calendar = {{today - 9, today - 5}};
    const auto judged = check_usual_volume(facts);
    CHECK(judged.status == Status::skipped);
    CHECK(number(judged, "points") == 6);
    facts.calendar = {{today - 7, today - 4}};
    CHECK(check_usual_volume(facts).status == Status::fail);
}

TEST_CASE("days that runs found wrong are no past") {
    auto facts = daily(30, 6 * hour,
                       [](int back) { return back == 1 || back == 4 || back == 7 ? 400 : 1000; });
    CHECK(check_usual_volume(facts).status == Status::pass);
    facts.judging = Judging::dry;
    facts.wrong = {now - 7 * micros_per_day, now - 4 * micros_per_day};
    const auto result = check_usual_volume(facts);
    CHECK(result.status == Status::fail);
    CHECK(number(result, "points") == 27);
    const auto& learned = std::get<Facts>(find_fact(result.evidence, "learned")->value);
    const auto& left_out = std::get<Fact::List>(find_fact(learned, "left_out")->value);
    const auto& wrong = std::get<Facts>(left_out.at(1).value);
    CHECK(*find_fact(wrong, "why") == Fact("a run found it wrong"));
    CHECK(*find_fact(wrong, "points") == Fact(2));
}

TEST_CASE("days without a time of day do not tell how much of today has come") {
    auto facts = daily(20, 0, thousand);
    facts.holds_days = true;
    move_clock(facts, 12 * hour);
    CHECK(check_volume_so_far(facts).status == Status::skipped);
    CHECK(check_usual_volume(facts).status == Status::pass);
}

TEST_CASE("an empty day between rows has none, and counts") {
    const auto facts = daily(30, 6 * hour, [](int back) { return back % 2 == 0 ? 1000 : 0; });
    const auto result = check_usual_volume(facts);
    CHECK(result.status == Status::pass);
    CHECK(number(result, "points") == 29);
    CHECK(result.message.ends_with("no change would have been noticed"));
}

TEST_CASE("what is told as usual of a day that is not over has room for the hour of grace") {
    // The load begins at 06:00; at 06:30 a day without rows is usual, and said to be.
    auto facts = daily(30, 6 * hour, thousand);
    move_clock(facts, 6 * hour + 30 * minute);
    const auto result = check_volume_so_far(facts);
    CHECK(result.status == Status::pass);
    CHECK(number(result, "rows") == 0);
    CHECK(number(result, "lower") == 0);
    CHECK(find_fact(result.evidence, "noticed_below")->is_null());
    CHECK(number(result, "grace_s") == 3600);
}

TEST_CASE("a dry run tells what was learned, and what of the past would have been a finding") {
    auto facts = daily(40, 6 * hour, [](int back) { return back == 20 ? 300 : 1000; });
    facts.judging = Judging::dry;
    facts.buckets = bucket_starts(BucketSize::day, now, "", Judging::dry);
    facts.calendar = parse_calendar("2024-01-15\n", "days");
    auto result = check_usual_volume(facts);
    CHECK(result.status == Status::pass);
    make_dry(result);
    CHECK(result.status == Status::skipped);
    CHECK(*find_fact(result.evidence, "would_be") == Fact("pass"));
    const auto part = [](const Facts& facts_of, std::string_view name) {
        return std::get<Facts>(find_fact(facts_of, name)->value);
    };
    const Facts learned = part(result.evidence, "learned");
    const Facts baseline = part(learned, "baseline");
    CHECK(*find_fact(baseline, "points") == Fact(38));
    CHECK(*find_fact(baseline, "from") == Fact("2023-12-22"));
    CHECK(*find_fact(part(learned, "next"), "point") == Fact("2024-01-31"));
    std::string left_out;
    for (const Fact& one : std::get<Fact::List>(find_fact(learned, "left_out")->value)) {
        left_out +=
            std::get<std::string>(find_fact(std::get<Facts>(one.value), "why")->value) + "; ";
    }
    CHECK(left_out == "before the first row; on the --calendar; judged now; not over yet; ");
    const Facts backtest = part(learned, "backtest");
    CHECK(*find_fact(backtest, "judged") == Fact(31));
    CHECK(*find_fact(backtest, "flagged") == Fact(1));
    const auto points = std::get<Fact::List>(find_fact(backtest, "points")->value);
    REQUIRE(points.size() == 1);
    CHECK(*find_fact(std::get<Facts>(points[0].value), "point") == Fact("2024-01-11"));
}

TEST_CASE("days that are older than those that count are named, and the back-test has as many") {
    auto facts = daily(100, 6 * hour, thousand);
    facts.judging = Judging::dry;
    facts.buckets = bucket_starts(BucketSize::day, now, "", Judging::dry);
    const auto result = check_usual_volume(facts);
    const auto& learned = std::get<Facts>(find_fact(result.evidence, "learned")->value);
    const auto& backtest = std::get<Facts>(find_fact(learned, "backtest")->value);
    CHECK(*find_fact(backtest, "judged") == Fact(56));
    CHECK(*find_fact(backtest, "flagged") == Fact(0));
    const auto& left_out = std::get<Fact::List>(find_fact(learned, "left_out")->value);
    CHECK(*find_fact(std::get<Facts>(left_out.back().value), "why") ==
          Fact("older than the last 56 that count"));
}
