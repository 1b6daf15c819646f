// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/deadline.hpp"

#include "assay/base/error.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;

Micros at(std::string_view text) { return parse_time(text).value().micros; }

std::vector<Micros> all_at(const std::vector<std::string>& texts) {
    std::vector<Micros> moments;
    for (const auto& text : texts) {
        moments.push_back(at(text));
    }
    return moments;
}

std::vector<std::string> words(const std::vector<Micros>& moments) {
    std::vector<std::string> texts;
    for (const Micros moment : moments) {
        texts.push_back(format_instant(moment));
    }
    return texts;
}

/// "on_time late missing"
std::string outcome(const std::vector<std::string>& arrivals, const std::vector<std::string>& due,
                    Micros grace, std::string_view now) {
    std::string names;
    for (const Due& one : judge_deadlines(all_at(arrivals), all_at(due), grace, at(now))) {
        names += (names.empty() ? "" : " ") + std::string(to_string(one.punctuality));
    }
    return names;
}

std::string refusal(std::string_view text) {
    try {
        parse_deadline(text);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
    return "";
}

std::string days_of(std::string_view text) { return parse_deadline(text).days.to_string(); }

} // namespace

TEST_CASE("a deadline is a time, a zone and days of the week") {
    const Deadline deadline = parse_deadline("  07:30 Europe/Berlin mon-fri ");
    CHECK(deadline.time_of_day == 7 * hour + 30 * minute);
    CHECK(deadline.zone == "Europe/Berlin");
    CHECK(deadline.days.to_string() == "0011111"); // Sunday first
    CHECK(parse_deadline("7:30 UTC").time_of_day == 7 * hour + 30 * minute);
    CHECK(parse_deadline("00:00 UTC").time_of_day == 0);
    CHECK(parse_deadline("23:59 UTC").days.all());
    CHECK(days_of("07:00 UTC mon,Wed,SUNDAY") == "1000101");
    CHECK(days_of("07:00 UTC sat-mon") == "1100001");
    CHECK(days_of("07:00 UTC tue-tue") == "0000010");
    CHECK(days_of("07:00 UTC mon-sun") == "1111111");
}

TEST_CASE("the word of a deadline that is none is named") {
    CHECK(refusal("") == "'' is not a deadline");
    CHECK(refusal("tomorrow") == "'tomorrow' is not a deadline");
    CHECK(refusal("07:00") == "'07:00' is without a time zone");
    CHECK(refusal("07:00 UTC mon fri") == "'07:00 UTC mon fri' is not a deadline");
    CHECK(refusal("07:00 Europe/Berln") == "'Europe/Berln' is not a known time zone");
    CHECK(refusal("07:00 UTC mon-fry") == "'fry' is not a day of the week");
    CHECK(refusal("07:00 UTC mon,") == "'' is not a day of the week");
    CHECK(refusal("07:00 UTC t") == "'t' is not a day of the week");
    for (const auto* time : {"24:00", "7", "7:0", "-7:00", "+7:00", "07:60", "007:00", ":30",
                             "07:00:00", "7.00", "ab:cd"}) {
        CHECK(refusal(std::string(time) + " UTC") ==
              "'" + std::string(time) + "' is not a time of day");
    }
}

TEST_CASE("any text is a deadline or refused") {
    rc::prop("parse_deadline", [](const std::string& text) {
        try {
            const Deadline deadline = parse_deadline(text);
            RC_ASSERT(deadline.days.any());
            RC_ASSERT(deadline.time_of_day >= 0 && deadline.time_of_day < micros_per_day);
        } catch (const Error& error) {
            RC_ASSERT(error.kind() == ErrorKind::usage);
        }
    });
}

TEST_CASE("a deadline is due on its days, by the clocks of its zone") {
    const Deadline deadline = parse_deadline("07:00 Europe/Berlin mon-fri");
    // 2024-01-26 was a Friday.
    CHECK(words(due_times(deadline, {at("2024-01-26"), at("2024-01-31")})) ==
          std::vector<std::string>{"2024-01-26T06:00:00Z", "2024-01-29T06:00:00Z",
                                   "2024-01-30T06:00:00Z"});
    CHECK(words(last_due_times(deadline, at("2024-01-29 06:00"), 2)) ==
          std::vector<std::string>{"2024-01-26T06:00:00Z", "2024-01-29T06:00:00Z"});
    CHECK(words(last_due_times(deadline, at("2024-01-29 05:59"), 1)) ==
          std::vector<std::string>{"2024-01-26T06:00:00Z"});
    CHECK(next_due_time(deadline, at("2024-01-26 06:00")) == at("2024-01-29 06:00"));
}

TEST_CASE(
    "a time that the clocks skip is due when they jump, one that comes twice the first time") {
    const Deadline deadline = parse_deadline("02:30 Europe/Berlin");
    CHECK(words(due_times(deadline, {at("2024-03-30"), at("2024-04-02")})) ==
          std::vector<std::string>{"2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z",
                                   "2024-04-01T00:30:00Z"});
    CHECK(words(due_times(deadline, {at("2024-10-26"), at("2024-10-29")})) ==
          std::vector<std::string>{"2024-10-26T00:30:00Z", "2024-10-27T00:30:00Z",
                                   "2024-10-28T01:30:00Z"});
}

TEST_CASE("a deadline is due once a day, whatever the clocks do") {
    const std::vector<std::string> zones{"Europe/Berlin", "America/New_York", "Asia/Kathmandu",
                                         "Australia/Lord_Howe", "Africa/Casablanca"};
    rc::prop("in zones with and without changes", [&zones] {
        Deadline deadline;
        deadline.zone = *rc::gen::elementOf(zones);
        deadline.time_of_day = *rc::gen::inRange<Micros>(0, 1440) * minute;
        const Micros from = at("2024-01-01") + *rc::gen::inRange<Micros>(0, 366) * micros_per_day;
        const auto times = due_times(deadline, {from, from + 9 * micros_per_day});
        RC_ASSERT(times.size() >= 8U && times.size() <= 10U);
        for (std::size_t i = 1; i < times.size(); ++i) {
            const Micros gap = times[i] - times[i - 1];
            RC_ASSERT(gap >= 22 * hour && gap <= 26 * hour);
        }
    });
}

TEST_CASE("nothing is due on the days of the calendar") {
    Deadline deadline = parse_deadline("07:00 UTC");
    deadline.calendar = parse_calendar("2024-12-24..2025-01-01", "days.txt");
    CHECK(words(due_times(deadline, {at("2024-12-23"), at("2025-01-03")})) ==
          std::vector<std::string>{"2024-12-23T07:00:00Z", "2025-01-02T07:00:00Z"});
    deadline.calendar = parse_calendar("0001-01-01..9999-12-31", "days.txt");
    CHECK(last_due_times(deadline, at("2025-01-03"), 8).empty());
    CHECK_FALSE(next_due_time(deadline, at("2025-01-03")));
}

TEST_CASE("a load is on time, late, missing or not due yet") {
    const std::vector<std::string> due{"2024-01-01 07:00", "2024-01-02 07:00"};
    const Micros grace = 30 * minute;
    CHECK(outcome({"2024-01-02 06:00"}, due, grace, "2024-01-02 12:00") == "on_time");
    CHECK(outcome({"2024-01-02 07:30"}, due, grace, "2024-01-02 12:00") == "on_time");
    CHECK(outcome({"2024-01-02 07:30:01"}, due, grace, "2024-01-02 12:00") == "late");
    CHECK(outcome({"2024-01-01 06:00"}, due, grace, "2024-01-02 12:00") == "missing");
    CHECK(outcome({"2024-01-01 06:00"}, due, grace, "2024-01-02 07:30") == "not_due");
    CHECK(outcome({"2024-01-01 06:00"}, due, grace, "2024-01-02 07:30:01") == "missing");
    CHECK(outcome({}, due, grace, "2024-01-02 12:00") == "missing");
    CHECK(outcome({}, {"2024-01-01 07:00"}, grace, "2024-01-02 12:00").empty());
    CHECK(outcome({}, {}, grace, "2024-01-02 12:00").empty());
}

TEST_CASE("a load is the late one of the deadline before until the next one is nearer") {
    const std::vector<std::string> due{"2024-01-01 07:00", "2024-01-02 07:00", "2024-01-03 07:00",
                                       "2024-01-04 07:00"};
    CHECK(outcome({"2024-01-01 06:00", "2024-01-02 19:00"}, due, 0, "2024-01-03 12:00") ==
          "late missing");
    CHECK(outcome({"2024-01-01 06:00", "2024-01-02 19:01"}, due, 0, "2024-01-03 12:00") ==
          "missing on_time");
    CHECK(outcome({"2024-01-01 06:00", "2024-01-03 19:00"}, due, 0, "2024-01-03 20:00") ==
          "missing late");
    CHECK(outcome({"2024-01-01 06:00", "2024-01-03 19:01"}, due, 0, "2024-01-03 20:00") ==
          "missing missing on_time");
}

TEST_CASE("the late load of a day does not count for the next one") {
    const std::vector<std::string> due{"2024-01-01 07:00", "2024-01-02 07:00", "2024-01-03 07:00",
                                       "2024-01-04 07:00"};
    CHECK(outcome({"2024-01-01 06:00", "2024-01-02 09:00", "2024-01-02 09:40"}, due, 0,
                  "2024-01-04 12:00") == "late missing missing");
    CHECK(outcome({"2024-01-01 06:00", "2024-01-02 09:00", "2024-01-03 06:00", "2024-01-04 06:00"},
                  due, 0, "2024-01-04 12:00") == "late on_time on_time");
    // Rows of one load on both sides of the deadline.
    CHECK(outcome({"2024-01-02 06:50", "2024-01-02 07:10", "2024-01-02 07:40"},
                  {"2024-01-01 07:00", "2024-01-02 07:00", "2024-01-03 07:00"}, 0,
                  "2024-01-03 12:00") == "on_time missing");
}

TEST_CASE("rows that come all day long are a stream, not one load") {
    std::vector<Micros> arrivals;
    for (Micros moment = at("2024-01-01"); moment <= at("2024-01-04"); moment += 5 * minute) {
        arrivals.push_back(moment);
    }
    const auto due = all_at({"2024-01-01 07:00", "2024-01-02 07:00", "2024-01-03 07:00"});
    for (const Due& one : judge_deadlines(arrivals, due, 0, at("2024-01-04"))) {
        CHECK(one.punctuality == Punctuality::on_time);
    }
}

TEST_CASE("what was due before the first row is unknown, not missing") {
    const std::vector<std::string> due{"2024-01-01 07:00", "2024-01-02 07:00", "2024-01-03 07:00",
                                       "2024-01-04 07:00"};
    CHECK(outcome({"2024-01-04 06:00"}, due, 0, "2024-01-04 12:00") == "unknown unknown on_time");
    CHECK(outcome({}, due, 0, "2024-01-04 12:00") == "unknown unknown missing");
}

TEST_CASE("no load counts for two deadlines") {
    rc::prop("for any arrivals", [] {
        auto hours = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10 * 24));
        std::sort(hours.begin(), hours.end());
        std::vector<Micros> arrivals;
        for (const int at_hour : hours) {
            arrivals.push_back(at("2024-01-01") + at_hour * hour);
        }
        const Deadline deadline = parse_deadline("07:00 UTC");
        const Micros now = at("2024-01-11");
        const auto due = due_times(deadline, {at("2024-01-01"), now});
        const auto judged = judge_deadlines(arrivals, due, 30 * minute, now);
        RC_ASSERT(judged.size() + 1 == due.size());
        std::optional<Micros> last;
        for (const Due& one : judged) {
            const bool is_there =
                one.punctuality == Punctuality::on_time || one.punctuality == Punctuality::late;
            RC_ASSERT(one.arrived.has_value() == is_there);
            const bool is_later = !one.arrived || !last || *one.arrived > *last;
            RC_ASSERT(is_later);
            last = one.arrived ? one.arrived : last;
        }
    });
}
