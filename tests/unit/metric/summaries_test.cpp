// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/number_summary.hpp"
#include "assay/metric/text_summary.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cfloat>
#include <string>

using assay::NumberRange;
using assay::read_decimal;
using assay::shape_of;
using Kind = assay::DecimalNumber::Kind;

TEST_CASE("white space of any script is blank, anything else is not") {
    CHECK(shape_of("").blank);
    CHECK(shape_of(" \t\r\n\v\f").blank);
    CHECK(shape_of("\u00a0\u2003\u3000 ").blank);
    CHECK_FALSE(shape_of("         x").blank);
    CHECK_FALSE(shape_of("\u200b").blank);
    CHECK_FALSE(shape_of("\xff").blank);
    CHECK_FALSE(shape_of(std::string(1, '\0')).blank);
}

TEST_CASE("lengths are code points, and broken bytes count one each") {
    CHECK(shape_of("abc").code_points == 3);
    CHECK(shape_of("0123456789abcdef\u00e9").code_points == 17);
    CHECK(shape_of("\u65e5\u672c").code_points == 2);
    CHECK(shape_of("\U0001f600").code_points == 1);
    CHECK(shape_of("\xff\xfe").code_points == 2);
    CHECK(shape_of("\u00e9").valid_utf8);
    CHECK_FALSE(shape_of("a\xc3").valid_utf8);
    CHECK_FALSE(shape_of("12345678\xed\xa0\x80").valid_utf8);
}

TEST_CASE("decimals become the nearest double") {
    CHECK(read_decimal("1.10").value == 1.1);
    CHECK(read_decimal("-0.5").value == -0.5);
    CHECK(read_decimal("+3").value == 3);
    CHECK(read_decimal("NaN").kind == Kind::nan);
    CHECK(read_decimal("Infinity").kind == Kind::infinite);
    CHECK(read_decimal("-Infinity").kind == Kind::infinite);
    CHECK(read_decimal("").kind == Kind::not_a_decimal);
    CHECK(read_decimal("12x").kind == Kind::not_a_decimal);
    CHECK(read_decimal("inf").kind == Kind::not_a_decimal);
    CHECK(read_decimal("nan").kind == Kind::not_a_decimal);
    CHECK(read_decimal("0x10").kind == Kind::not_a_decimal);
}

TEST_CASE("decimals beyond a double keep their sign, and those too small are zero") {
    const std::string digits(1'000, '9');
    CHECK(read_decimal(digits).beyond_double);
    CHECK(read_decimal(digits).value == DBL_MAX);
    CHECK(read_decimal("-" + digits).value == -DBL_MAX);
    const auto tiny = read_decimal("0." + std::string(1'000, '0') + "1");
    CHECK(tiny.kind == Kind::finite);
    CHECK(tiny.value == 0);
    CHECK_FALSE(tiny.beyond_double);
}

TEST_CASE("the range of decimals is exact where doubles are equal") {
    NumberRange range;
    for (const std::string text : {"9007199254740993", "9007199254740992", "9007199254740992.5"}) {
        range.add(text, read_decimal(text).value);
    }
    CHECK(range.min()->bytes == "9007199254740992");
    CHECK(range.max()->bytes == "9007199254740993");
}

TEST_CASE("integers, reals and decimals share one range") {
    NumberRange range;
    range.add(std::array{std::int64_t{9007199254740993}});
    range.add(std::array{9007199254740992.0});
    CHECK(range.min()->kind == assay::CellKind::real);
    CHECK(range.max()->integer == 9007199254740993);
    range.add("-0.5", -0.5);
    CHECK(range.min()->bytes == "-0.5");
    CHECK_FALSE(NumberRange().min());
}
