// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/time.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>

using namespace std::string_literals;
using assay::format_date;
using assay::format_instant;
using assay::format_time_of_day;
using assay::format_timestamp;
using assay::Micros;
using assay::micros_per_day;
using assay::micros_per_second;
using assay::parse_time;

namespace {

constexpr Micros hour = 3600 * micros_per_second;
/// 2024-01-31T00:00:00Z by `date -u -d 2024-01-31 +%s`.
constexpr Micros last_of_january = 1'706'659'200 * micros_per_second;

Micros micros_of(const std::string& text) {
    const auto parsed = parse_time(text);
    INFO("'" << text << "'");
    REQUIRE(parsed.has_value());
    return parsed->micros;
}

} // namespace

TEST_CASE("a date alone is midnight without a zone") {
    const auto parsed = parse_time("2024-01-31");
    REQUIRE(parsed.has_value());
    CHECK(parsed->micros == last_of_january);
    CHECK_FALSE(parsed->has_time);
    CHECK_FALSE(parsed->has_zone);
}

TEST_CASE("times are read in the forms of ISO 8601 and SQL") {
    CHECK(micros_of("2024-01-31 12:30") == last_of_january + 12 * hour + hour / 2);
    CHECK(micros_of("2024-01-31T12:30") == last_of_january + 12 * hour + hour / 2);
    CHECK(micros_of("2024-01-31 23:59:59") == last_of_january + 24 * hour - micros_per_second);
    CHECK(micros_of("1970-01-01T00:00:00Z") == 0);
    CHECK(micros_of("1969-12-31 23:59:59.999999") == -1);
    CHECK(micros_of("2000-02-29") == 951'782'400 * micros_per_second);
    CHECK(micros_of("0001-01-01") == -62'135'596'800 * micros_per_second);
    CHECK(micros_of("9999-12-31 23:59:59.999999") == 253'402'300'800 * micros_per_second - 1);
}

TEST_CASE("an offset from UTC is taken off") {
    const Micros noon = last_of_january + 12 * hour;
    CHECK(micros_of("2024-01-31T12:00:00Z") == noon);
    CHECK(micros_of("2024-01-31T12:00:00z") == noon);
    CHECK(micros_of("2024-01-31 13:00:00+01") == noon);
    CHECK(micros_of("2024-01-31 13:00:00 +01:00") == noon);
    CHECK(micros_of("2024-01-31 17:30:00+0530") == noon);
    CHECK(micros_of("2024-01-31 17:45:00.5+05:45") == noon + micros_per_second / 2);
    CHECK(micros_of("2024-01-31 02:00:00-10") == noon);
    CHECK(micros_of("2024-02-01 02:00:00+14:00") == noon);
    CHECK(micros_of("2024-01-31 12:00-00:00") == noon);
    CHECK(parse_time("2024-01-31 12:00+01")->has_zone);
    CHECK(parse_time("2024-01-31 12:00+01")->has_time);
    CHECK_FALSE(parse_time("2024-01-31 12:00")->has_zone);
}

TEST_CASE("fractions of a second have one to nine digits and are cut to microseconds") {
    CHECK(micros_of("1970-01-01 00:00:00.1") == 100'000);
    CHECK(micros_of("1970-01-01 00:00:00.123456") == 123'456);
    CHECK(micros_of("1970-01-01 00:00:00.000001") == 1);
    CHECK(micros_of("1970-01-01 00:00:00.1234567") == 123'456);
    CHECK(micros_of("1970-01-01 00:00:00.123456999Z") == 123'456);
    CHECK_FALSE(parse_time("1970-01-01 00:00:00.1234567890").has_value());
    CHECK_FALSE(parse_time("1970-01-01 00:00:00.").has_value());
    CHECK_FALSE(parse_time("1970-01-01 00:00:00.Z").has_value());
    CHECK_FALSE(parse_time("1970-01-01 00:00.5").has_value());
}

TEST_CASE("the usual form of a time reads as the same time with a fraction of zero") {
    rc::prop("whatever the digits are, and with a wrong character too", [] {
        const auto part = [](int most) { return *rc::gen::inRange(0, most + 2); };
        std::string text = fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}",
                                       *rc::gen::inRange(0, 10000), part(12), part(31),
                                       *rc::gen::element(' ', 'T'), part(23), part(59), part(59));
        if (*rc::gen::inRange(0, 4) == 0) {
            text[*rc::gen::inRange<std::size_t>(0, text.size())] =
                *rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::element('/', ':', '-', ' '));
        }
        constexpr std::size_t seconds = 16; // a sign there makes them an offset from UTC
        RC_PRE(text[seconds] != '-' && text[seconds] != '+');
        const auto usual = parse_time(text);
        const auto general = parse_time(text + ".0");
        RC_ASSERT(usual.has_value() == general.has_value());
        RC_ASSERT((!usual || usual->micros == general->micros));
        RC_ASSERT((!usual || (usual->has_time && !usual->has_zone)));
    });
}

TEST_CASE("case 91: days that no calendar has are refused") {
    for (const auto* bad :
         {"2024-02-30", "2023-02-29", "1900-02-29", "2100-02-29", "2024-04-31", "2024-13-01",
          "2024-00-10", "2024-01-00", "2024-01-32", "0000-01-01", "10000-01-01", "-001-01-01"}) {
        INFO(bad);
        CHECK_FALSE(parse_time(bad).has_value());
    }
    CHECK(parse_time("2000-02-29").has_value());
    CHECK(parse_time("2024-02-29").has_value());
}

TEST_CASE("case 90: what is no time is refused to the letter") {
    for (const auto* bad : {"",
                            "now",
                            "NOW",
                            "today",
                            "infinity",
                            "2024",
                            "2024-01",
                            "2024-1-31",
                            "24-01-31",
                            "20240131",
                            "31.01.2024",
                            "01/31/2024",
                            "2024-01-31 ",
                            " 2024-01-31",
                            "2024-01-31T",
                            "2024-01-31t12:00",
                            "2024-01-31Z",
                            "2024-01-31 12",
                            "2024-01-31 1:00",
                            "2024-01-31 24:00",
                            "2024-01-31 24:00:00",
                            "2024-01-31 12:60",
                            "2024-01-31 12:00:60",
                            "2024-01-31 12:00:5",
                            "2024-01-31 12:00 ",
                            "2024-01-31 12:00  Z",
                            "2024-01-31 12:00Zulu",
                            "2024-01-31 12:00 Z ",
                            "2024-01-31 12:00 UTC",
                            "2024-01-31 12:00 PM",
                            "2024-01-31 12:00+1",
                            "2024-01-31 12:00+01:",
                            "2024-01-31 12:00+01:0",
                            "2024-01-31 12:00+01:60",
                            "2024-01-31 12:00+16",
                            "2024-01-31 12:00+010",
                            "2024-01-31  12:00",
                            "2024-01-31 12:00:00,5",
                            "0044-03-15 BC",
                            "1706659200",
                            "2024-01-3\xd9\xa1"}) {
        INFO("'" << bad << "'");
        CHECK_FALSE(parse_time(bad).has_value());
    }
    CHECK_FALSE(parse_time("2024-01-31\0"s).has_value());
    CHECK_FALSE(parse_time("2024-01-31 12:00\0Z"s).has_value());
    CHECK_FALSE(parse_time("2024\0-01-31"s).has_value());
}

TEST_CASE("any bytes are either a time or not, without harm") {
    rc::prop("a time that was read is written and read again as the same",
             [](const std::string& text) {
                 const auto parsed = parse_time(text);
                 RC_ASSERT((!parsed ||
                            parse_time(format_instant(parsed->micros))->micros == parsed->micros));
             });
    rc::prop("a good time with something behind it is no time", [](char garbage) {
        const std::string text = std::string("2024-01-31 12:00:00Z") + garbage;
        RC_ASSERT(!parse_time(text).has_value());
    });
}

TEST_CASE("moments are written as ISO 8601, with a fraction only where there is one") {
    CHECK(format_instant(0) == "1970-01-01T00:00:00Z");
    CHECK(format_instant(-1) == "1969-12-31T23:59:59.999999Z");
    CHECK(format_instant(last_of_january + 500'000) == "2024-01-31T00:00:00.5Z");
    CHECK(format_timestamp(last_of_january + 1) == "2024-01-31 00:00:00.000001");
    CHECK(format_timestamp(last_of_january) == "2024-01-31 00:00:00");
    CHECK(format_instant(std::numeric_limits<Micros>::max()) == "infinity");
    CHECK(format_instant(std::numeric_limits<Micros>::min()) == "-infinity");
    CHECK(format_timestamp(std::numeric_limits<Micros>::max()) == "infinity");
    CHECK(format_time_of_day(0) == "00:00:00");
    CHECK(format_time_of_day(micros_per_day) == "24:00:00"); // Postgres has that time
    CHECK(format_time_of_day(6 * hour + 123'000) == "06:00:00.123");
}

TEST_CASE("writing and reading a moment of the years 1 to 9999 gives it back") {
    constexpr Micros first = -62'135'596'800 * micros_per_second;
    constexpr Micros end = 253'402'300'800 * micros_per_second;
    rc::prop("as an instant and as a clock reading", [] {
        const Micros micros = *rc::gen::inRange(first, end);
        const auto instant = parse_time(format_instant(micros));
        const auto reading = parse_time(format_timestamp(micros));
        RC_ASSERT(instant.has_value());
        RC_ASSERT(instant->has_zone);
        RC_ASSERT(instant->micros == micros);
        RC_ASSERT(reading.has_value());
        RC_ASSERT(!reading->has_zone);
        RC_ASSERT(reading->micros == micros);
    });
    rc::prop("as a date", [] {
        const std::int64_t days = *rc::gen::inRange(first / micros_per_day, end / micros_per_day);
        RC_ASSERT(parse_time(format_date(days))->micros == days * micros_per_day);
    });
}

TEST_CASE(
    "case 34: dates before our era and beyond the year 9999 are written as Postgres writes them") {
    // Known answers of Postgres 15: SELECT date '...' - date '1970-01-01'.
    CHECK(format_date(0) == "1970-01-01");
    CHECK(format_date(-719'162) == "0001-01-01");
    CHECK(format_date(-719'163) == "0001-12-31 BC");
    CHECK(format_date(-735'160) == "0044-03-15 BC");
    CHECK(format_date(2'932'897) == "10000-01-01");
    CHECK(format_date(-2'440'588) == "4714-11-24 BC");    // the first date of Postgres
    CHECK(format_date(2'145'042'905) == "5874897-12-31"); // the last one
    CHECK(format_date(std::numeric_limits<std::int64_t>::max()) == "infinity");
    CHECK(format_date(std::numeric_limits<std::int64_t>::min()) == "-infinity");
    CHECK(format_timestamp(-735'160 * micros_per_day + 12 * hour) == "0044-03-15 12:00:00 BC");
    CHECK(format_instant(-735'160 * micros_per_day) == "0044-03-15T00:00:00Z BC");
}

TEST_CASE("the whole range of a moment can be written") {
    rc::prop("no number is without a text", [](Micros micros) {
        RC_ASSERT(!format_instant(micros).empty());
        RC_ASSERT(!format_timestamp(micros).empty());
        RC_ASSERT(!format_date(micros).empty());
    });
    CHECK(format_instant(std::numeric_limits<Micros>::max() - 1) ==
          "294247-01-10T04:00:54.775806Z");
    CHECK(format_instant(std::numeric_limits<Micros>::min() + 1) ==
          "290309-12-21T19:59:05.224193Z BC");
}

TEST_CASE("the wall clock is later than this program was written") {
    CHECK(assay::system_now() > micros_of("2024-01-01"));
}
