// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/calendar.hpp"

#include "assay/base/error.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>

using namespace assay;

namespace {

std::int64_t day(std::string_view text) { return calendar_day(parse_time(text).value().micros); }

std::string refusal(std::string_view text) {
    try {
        parse_calendar(text, "days.txt");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("a calendar lists dates and ranges of dates, one in each line") {
    const auto calendar = parse_calendar("# of 2024\n"
                                         "2024-05-01\r\n"
                                         "\n"
                                         "  2024-12-24 .. 2025-01-01  # nobody is here\n"
                                         "2025-03-08",
                                         "days.txt");
    CHECK(calendar == Calendar{{day("2024-05-01"), day("2024-05-01")},
                               {day("2024-12-24"), day("2025-01-01")},
                               {day("2025-03-08"), day("2025-03-08")}});
    CHECK(is_listed(calendar, day("2024-12-24")));
    CHECK(is_listed(calendar, day("2025-01-01")));
    CHECK_FALSE(is_listed(calendar, day("2025-01-02")));
    CHECK_FALSE(is_listed(calendar, day("2024-12-23")));
}

TEST_CASE("a calendar may be empty, and begin with a byte order mark") {
    CHECK(parse_calendar("", "days.txt").empty());
    CHECK(parse_calendar("\n# nothing\n", "days.txt").empty());
    CHECK(parse_calendar("\xef\xbb\xbf"
                         "2024-05-01",
                         "days.txt")
              .size() == 1);
}

TEST_CASE("what is no date is refused with its line") {
    CHECK(refusal("2024-05-01\n2024-02-30\n") == "days.txt:2: '2024-02-30' is not a date");
    CHECK(refusal("1 May 2024") == "days.txt:1: '1 May 2024' is not a date");
    CHECK(refusal("2024-05-01 07:00") == "days.txt:1: '2024-05-01 07:00' is not a date");
    CHECK(refusal("2024-05-01..") == "days.txt:1: '2024-05-01..' is not a date");
    CHECK(refusal("..2024-05-01") == "days.txt:1: '..2024-05-01' is not a date");
    CHECK(refusal("2024-05-02..2024-05-01") ==
          "days.txt:1: '2024-05-02..2024-05-01' ends before it begins");
}

TEST_CASE("days before 1970 are counted backwards") {
    CHECK(calendar_day(-1) == -1);
    CHECK(calendar_day(0) == 0);
    CHECK(day("1969-12-31") == -1);
}

TEST_CASE("any text is a calendar or refused") {
    rc::prop("parse_calendar", [](const std::string& text) {
        try {
            for (const DayRange& range : parse_calendar(text, "days.txt")) {
                RC_ASSERT(range.first <= range.last);
            }
        } catch (const Error& error) {
            RC_ASSERT(error.kind() == ErrorKind::usage);
        }
    });
}
