// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/time.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <limits>
#include <optional>
#include <string>

using assay::format_duration;
using assay::format_timestamp;
using assay::is_known_zone;
using assay::local_to_utc;
using assay::Micros;
using assay::micros_per_day;
using assay::micros_per_second;
using assay::parse_duration;
using assay::parse_time;
using assay::utc_to_local;

namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;

std::string to_utc(const std::string& reading, const std::string& zone) {
    const auto instant = local_to_utc(parse_time(reading)->micros, zone);
    return instant ? format_timestamp(*instant) : "unknown zone";
}

std::string to_local(const std::string& instant, const std::string& zone) {
    const auto reading = utc_to_local(parse_time(instant)->micros, zone);
    return reading ? format_timestamp(*reading) : "unknown zone";
}

} // namespace

TEST_CASE("a duration is a number with a unit, or several that add up") {
    CHECK(parse_duration("90s") == 90 * micros_per_second);
    CHECK(parse_duration("5m") == 5 * minute);
    CHECK(parse_duration("5 min") == 5 * minute);
    CHECK(parse_duration("1d12h") == 36 * hour);
    CHECK(parse_duration("1d 12h") == 36 * hour);
    CHECK(parse_duration("2 w") == 14 * micros_per_day);
    CHECK(parse_duration("250ms") == 250'000);
    CHECK(parse_duration("7us") == 7);
    CHECK(parse_duration("0s") == 0);
    CHECK(parse_duration(" 3 days ") == 3 * micros_per_day);
    CHECK(parse_duration("1 day 2 hours 3 minutes 4 seconds") ==
          micros_per_day + 2 * hour + 3 * minute + 4 * micros_per_second);
    CHECK(parse_duration("1week") == 7 * micros_per_day);
    CHECK(parse_duration("2 milliseconds 1 microsecond") == 2001);
}

TEST_CASE("what is no duration is refused") {
    for (const auto* bad : {"",
                            " ",
                            "5",
                            "0",
                            "s",
                            "5x",
                            "-5m",
                            "+5m",
                            "1.5h",
                            "1,5h",
                            "5m30",
                            "5 m -3 s",
                            "5M",
                            "1y",
                            "1mo",
                            "five m",
                            "5m;",
                            "m5",
                            "1d12",
                            "0x5s",
                            "5\tm",
                            "9223372036854775808us",
                            "10675199117d",
                            "106751991d 5h",
                            "99999999999999999999s"}) {
        INFO("'" << bad << "'");
        CHECK_FALSE(parse_duration(bad).has_value());
    }
    CHECK_FALSE(parse_duration(std::string("5m\0", 3)).has_value());
    CHECK(parse_duration("106751991d") == 106'751'991 * micros_per_day);
}

TEST_CASE("any text is a duration or not, never a negative one") {
    rc::prop("parse_duration", [](const std::string& text) {
        const auto parsed = parse_duration(text);
        RC_ASSERT((!parsed || *parsed >= 0));
    });
    rc::prop("parts add up", [] {
        const Micros hours = *rc::gen::inRange(0, 1000);
        const Micros seconds = *rc::gen::inRange(0, 100'000);
        RC_ASSERT(parse_duration(std::to_string(hours) + "h" + std::to_string(seconds) + "s") ==
                  hours * hour + seconds * micros_per_second);
    });
}

TEST_CASE("a duration is told in its two largest units") {
    CHECK(format_duration(0) == "0 s");
    CHECK(format_duration(1) == "1 us");
    CHECK(format_duration(999) == "999 us");
    CHECK(format_duration(250'000) == "250 ms");
    CHECK(format_duration(999'999) == "999 ms");
    CHECK(format_duration(micros_per_second) == "1 s");
    CHECK(format_duration(59 * micros_per_second) == "59 s");
    CHECK(format_duration(minute) == "1 min");
    CHECK(format_duration(12 * minute + 5 * micros_per_second) == "12 min 5 s");
    CHECK(format_duration(3 * micros_per_day + 4 * hour + 59 * minute) == "3 d 4 h");
    CHECK(format_duration(micros_per_day + 5 * minute) == "1 d");
    CHECK(format_duration(-3 * micros_per_day) == "-3 d");
    CHECK(format_duration(-1) == "-1 us");
    CHECK(format_duration(400 * micros_per_day) == "400 d");
    CHECK(format_duration(std::numeric_limits<Micros>::max()) == "infinity");
    CHECK(format_duration(std::numeric_limits<Micros>::min()) == "-infinity");
    CHECK(format_duration(std::numeric_limits<Micros>::min() + 2) == "-106751991 d 4 h");
}

TEST_CASE("case 38: a clock reading of Berlin is resolved over both clock changes") {
    CHECK(to_utc("2024-01-15 12:00:00", "Europe/Berlin") == "2024-01-15 11:00:00");
    CHECK(to_utc("2024-07-15 12:00:00", "Europe/Berlin") == "2024-07-15 10:00:00");
    // 2024-03-31: 02:00 to 03:00 is skipped; the change is at 01:00 UTC.
    CHECK(to_utc("2024-03-31 01:59:59", "Europe/Berlin") == "2024-03-31 00:59:59");
    CHECK(to_utc("2024-03-31 02:30:00", "Europe/Berlin") == "2024-03-31 01:00:00");
    CHECK(to_utc("2024-03-31 03:00:00", "Europe/Berlin") == "2024-03-31 01:00:00");
    // 2024-10-27: 02:00 to 03:00 happens twice; the earlier one is summer time.
    CHECK(to_utc("2024-10-27 02:30:00", "Europe/Berlin") == "2024-10-27 00:30:00");
    CHECK(to_utc("2024-10-27 03:00:00", "Europe/Berlin") == "2024-10-27 02:00:00");
    CHECK(to_local("2024-10-27 00:30:00", "Europe/Berlin") == "2024-10-27 02:30:00");
    CHECK(to_local("2024-10-27 01:30:00", "Europe/Berlin") == "2024-10-27 02:30:00");
}

TEST_CASE("case 38: a clock reading of New York is resolved over both clock changes") {
    CHECK(to_utc("2024-03-10 01:59:59", "America/New_York") == "2024-03-10 06:59:59");
    CHECK(to_utc("2024-03-10 02:30:00", "America/New_York") == "2024-03-10 07:00:00");
    CHECK(to_utc("2024-03-10 03:00:00", "America/New_York") == "2024-03-10 07:00:00");
    CHECK(to_utc("2024-11-03 01:30:00", "America/New_York") == "2024-11-03 05:30:00");
    CHECK(to_utc("2024-11-03 02:00:00", "America/New_York") == "2024-11-03 07:00:00");
    CHECK(to_local("2024-03-10 06:59:59", "America/New_York") == "2024-03-10 01:59:59");
    CHECK(to_local("2024-03-10 07:00:00", "America/New_York") == "2024-03-10 03:00:00");
}

TEST_CASE("a moment taken to local time and back is the same, unless the clock was set back") {
    rc::prop("in Berlin, in the years 1980 to 2037", [] {
        const Micros first = parse_time("1981-01-01")->micros;
        const Micros end = parse_time("2037-01-01")->micros;
        const Micros instant = *rc::gen::inRange(first, end);
        const Micros reading = utc_to_local(instant, "Europe/Berlin").value();
        const Micros back = local_to_utc(reading, "Europe/Berlin").value();
        RC_ASSERT((back == instant || back == instant - hour));
    });
}

TEST_CASE("case 221: only names of time zones are known") {
    for (const auto* zone : {"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"}) {
        INFO(zone);
        CHECK(is_known_zone(zone));
    }
    for (const auto* zone :
         {"", "Mars/Base", "Europe/Berlin ", "../../etc/passwd", "berlin", "+01:00"}) {
        INFO(zone);
        CHECK_FALSE(is_known_zone(zone));
        CHECK_FALSE(local_to_utc(0, zone).has_value());
        CHECK_FALSE(utc_to_local(0, zone).has_value());
    }
}
