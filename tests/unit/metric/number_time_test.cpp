// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/number_time.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

constexpr auto none = std::nullopt;
constexpr Micros in_2020 = 1'600'000'000 * micros_per_second;

std::optional<Micros> moment(TimeEncoding encoding, const Value& value) {
    Column column(value.type);
    append_value(column, value);
    return moment_of_number(encoding, column, 0);
}

Value decimal(std::string text) { return text_value(std::move(text), ColumnType::decimal); }

} // namespace

TEST_CASE("a number since 1970 is one moment, whatever holds it") {
    CHECK(moment(TimeEncoding::epoch_seconds, integer_value(1'600'000'000)) == in_2020);
    CHECK(moment(TimeEncoding::epoch_millis, integer_value(1'600'000'000'000)) == in_2020);
    CHECK(moment(TimeEncoding::epoch_micros, integer_value(in_2020)) == in_2020);
    CHECK(moment(TimeEncoding::epoch_nanos, integer_value(in_2020 * 1'000)) == in_2020);
    CHECK(moment(TimeEncoding::epoch_seconds, real_value(1'600'000'000.25)) == in_2020 + 250'000);
    CHECK(moment(TimeEncoding::epoch_seconds, decimal("1600000000.000001")) == in_2020 + 1);
    CHECK(moment(TimeEncoding::epoch_seconds, real_value(1.7e9)) == 1'700'000'000'000'000);
    CHECK(moment(TimeEncoding::julian_day, real_value(2'440'587.5)) == 0);
    CHECK(moment(TimeEncoding::julian_day, real_value(2'440'588.0)) == micros_per_day / 2);
    CHECK(moment(TimeEncoding::julian_day, integer_value(2'440'588)) == micros_per_day / 2);
    CHECK(moment(TimeEncoding::julian_day, decimal("2440588.0")) == micros_per_day / 2);
}

TEST_CASE("what is less than a microsecond is cut, towards the past as in texts") {
    CHECK(moment(TimeEncoding::epoch_nanos, integer_value(1'999)) == 1);
    CHECK(moment(TimeEncoding::epoch_nanos, integer_value(-1)) == -1);
    CHECK(moment(TimeEncoding::epoch_nanos, integer_value(-2'000)) == -2);
    CHECK(moment(TimeEncoding::epoch_seconds, decimal("0.0000019")) == 1);
    CHECK(moment(TimeEncoding::epoch_seconds, decimal("-0.0000001")) == -1);
}

TEST_CASE("what 64 bits do not hold, or is no number, is no moment") {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    CHECK(moment(TimeEncoding::epoch_seconds, integer_value(most)) == none);
    CHECK(moment(TimeEncoding::epoch_micros, integer_value(most)) == none);
    CHECK(moment(TimeEncoding::epoch_seconds, real_value(1e300)) == none);
    CHECK(moment(TimeEncoding::epoch_seconds, real_value(std::nan(""))) == none);
    CHECK(moment(TimeEncoding::epoch_seconds, real_value(HUGE_VAL)) == none);
    CHECK(moment(TimeEncoding::julian_day, real_value(1e300)) == none);
    CHECK(moment(TimeEncoding::julian_day, real_value(std::nan(""))) == none);
    CHECK(moment(TimeEncoding::epoch_seconds, decimal("NaN")) == none);
    CHECK(moment(TimeEncoding::julian_day, decimal("NaN")) == none);
    CHECK(moment(TimeEncoding::epoch_seconds, text_value("1600000000")) == none);
    CHECK(moment(TimeEncoding::epoch_seconds, blob_value("1600000000")) == none);
    CHECK(moment(TimeEncoding::epoch_seconds, null_value()) == none);
}

TEST_CASE("the largest number of a column tells how its numbers tell times") {
    CHECK(encoding_of_numbers(1.6e9) == TimeEncoding::epoch_seconds);
    CHECK(encoding_of_numbers(-1.6e9) == TimeEncoding::epoch_seconds);
    CHECK(encoding_of_numbers(1.6e12) == TimeEncoding::epoch_millis);
    CHECK(encoding_of_numbers(1.6e15) == TimeEncoding::epoch_micros);
    CHECK(encoding_of_numbers(1.6e18) == TimeEncoding::epoch_nanos);
    CHECK(encoding_of_numbers(2'459'107.5) == TimeEncoding::julian_day);
    for (const double number : {0.0, 2020.0, 20'200'101.0, 1e25, std::nan(""), HUGE_VAL}) {
        CAPTURE(number);
        CHECK(encoding_of_numbers(number) == none);
    }
}

TEST_CASE("a moment survives being written as a number") {
    rc::prop("of any moment between the years 1900 and 2200", [] {
        const Micros at = *rc::gen::inRange<Micros>(-2'208'988'800, 7'258'118'400) * 1'000'000 +
                          *rc::gen::inRange<Micros>(0, 1'000'000);
        for (const auto encoding : {TimeEncoding::epoch_seconds, TimeEncoding::epoch_millis,
                                    TimeEncoding::epoch_micros, TimeEncoding::epoch_nanos}) {
            const auto number = number_of_moment(encoding, at);
            RC_ASSERT(number);
            RC_ASSERT(moment(encoding, decimal(*number)) == at);
        }
        const Micros whole = at - at % 1'000;
        const auto day = number_of_moment(TimeEncoding::julian_day, whole);
        RC_ASSERT(day);
        RC_ASSERT(moment(TimeEncoding::julian_day, real_value(std::stod(*day))) == whole);
    });
    CHECK(number_of_moment(TimeEncoding::julian_day, 1) == none);
}
