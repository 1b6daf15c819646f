// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

using namespace assay;

TEST_CASE("a text takes as many cells as a terminal gives it") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("日本語") == 6);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("नमस्ते") == 4);
    CHECK(display_width("\u200b") == 0);
    CHECK(display_width("✅") == 2);
    CHECK(display_width("👨\u200d👩\u200d👧\u200d👦") == 2);
    CHECK(display_width("👍🏽") == 2);
    CHECK(display_width("✓ ✗ ! ·") == 7);
    CHECK(display_width("\xff") == 1);
}

TEST_CASE("a text is cut at a whole character, with an ellipsis") {
    CHECK(truncate_to_width("abcdef", 6) == "abcdef");
    CHECK(truncate_to_width("abcdef", 5) == "abcd…");
    CHECK(truncate_to_width("abcdef", 1) == "…");
    CHECK(truncate_to_width("abcdef", 0).empty());
    CHECK(truncate_to_width("", 0).empty());
    CHECK(truncate_to_width("日本語", 6) == "日本語");
    CHECK(truncate_to_width("日本語", 5) == "日本…");
    CHECK(truncate_to_width("日本語", 4) == "日…");
    CHECK(truncate_to_width("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
    rc::prop("the result is never wider than asked for", [](const std::string& text) {
        const auto width = *rc::gen::inRange<std::size_t>(0, 12);
        const auto safe = escape_text(text);
        RC_ASSERT(display_width(truncate_to_width(safe, width)) <= width);
        RC_ASSERT(is_valid_utf8(truncate_to_width(safe, width)));
    });
}

TEST_CASE("a text is padded by cells, not by bytes") {
    CHECK(pad_right("日本", 6) == "日本  ");
    CHECK(pad_left("日本", 6) == "  日本");
    CHECK(pad_right("abc", 2) == "abc");
    CHECK(pad_left("", 2) == "  ");
}

TEST_CASE("whole numbers are grouped by thousands") {
    CHECK(group_digits(0) == "0");
    CHECK(group_digits(999) == "999");
    CHECK(group_digits(1000) == "1,000");
    CHECK(group_digits(-999) == "-999");
    CHECK(group_digits(-1000) == "-1,000");
    CHECK(group_digits(1'204'330) == "1,204,330");
    CHECK(group_digits(std::numeric_limits<std::int64_t>::max()) == "9,223,372,036,854,775,807");
    CHECK(group_digits(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
    rc::prop("without the commas it is the number", [](std::int64_t number) {
        auto text = group_digits(number);
        std::erase(text, ',');
        RC_ASSERT(text == std::to_string(number));
    });
}

TEST_CASE("sizes are told in decimal units") {
    CHECK(format_bytes(0) == "0 B");
    CHECK(format_bytes(1) == "1 B");
    CHECK(format_bytes(512) == "512 B");
    CHECK(format_bytes(999) == "999 B");
    CHECK(format_bytes(1000) == "1.0 kB");
    CHECK(format_bytes(8192) == "8.2 kB");
    CHECK(format_bytes(99'949) == "99.9 kB");
    CHECK(format_bytes(99'950) == "100 kB");
    CHECK(format_bytes(999'499) == "999 kB");
    CHECK(format_bytes(999'500) == "1.0 MB");
    CHECK(format_bytes(86'100'000) == "86.1 MB");
    CHECK(format_bytes(std::numeric_limits<std::int64_t>::max()) == "9223 PB");
}

TEST_CASE("a double is written so that it reads back as itself") {
    CHECK(format_double(0.1) == "0.1");
    CHECK(format_double(1e300) == "1e+300");
    CHECK(format_double(-0.0) == format_double(0.0));
    CHECK(format_double(std::nan("")) == "NaN");
    CHECK(format_double(-std::nan("")) == "NaN");
    CHECK(format_double(HUGE_VAL) == "Infinity");
    CHECK(format_double(-HUGE_VAL) == "-Infinity");
    rc::prop("for every finite double", [](double number) {
        RC_PRE(std::isfinite(number));
        RC_ASSERT(std::strtod(format_double(number).c_str(), nullptr) == number);
    });
}

TEST_CASE("a double for people has four significant digits") {
    CHECK(format_brief(0) == "0");
    CHECK(format_brief(-0.0) == "0");
    CHECK(format_brief(0.01234) == "0.01234");
    CHECK(format_brief(0.1) == "0.1");
    CHECK(format_brief(1.0 / 3) == "0.3333");
    CHECK(format_brief(18.25) == "18.25");
    CHECK(format_brief(999.94) == "999.9");
    CHECK(format_brief(999.96) == "1,000");
    CHECK(format_brief(-999.96) == "-1,000");
    CHECK(format_brief(1204.4) == "1,204");
    CHECK(format_brief(-1234567.8) == "-1,234,568");
    CHECK(format_brief(9.22e18) == "9.22e+18");
    CHECK(format_brief(0.00001) == "1e-05");
    CHECK(format_brief(std::nan("")) == "NaN");
    CHECK(format_brief(-HUGE_VAL) == "-Infinity");
}

TEST_CASE("a share is never rounded to nothing or to everything") {
    CHECK(format_percent(0) == "0 %");
    CHECK(format_percent(1) == "100 %");
    CHECK(format_percent(0.125) == "12.5 %");
    CHECK(format_percent(0.5) == "50 %");
    CHECK(format_percent(0.0001) == "0.01 %");
    CHECK(format_percent(0.000001) == "<0.01 %");
    CHECK(format_percent(5e-324) == "<0.01 %");
    CHECK(format_percent(0.9999999) == ">99.99 %");
    CHECK(format_percent(std::nextafter(1.0, 0.0)) == ">99.99 %");
    CHECK(format_percent(2.5) == "250 %");
    rc::prop("0 % and 100 % are only said where they are true", [] {
        const auto total = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000'000);
        const auto part = *rc::gen::inRange<std::int64_t>(0, total + 1);
        const auto text = format_percent(static_cast<double>(part) / static_cast<double>(total));
        RC_ASSERT((text == "0 %") == (part == 0));
        RC_ASSERT((text == "100 %") == (part == total));
    });
}

TEST_CASE("numbers agree with their nouns, and words are listed as in a sentence") {
    CHECK(count_of(0, "row") == "0 rows");
    CHECK(count_of(1, "row") == "1 row");
    CHECK(count_of(2, "row") == "2 rows");
    CHECK(count_of(1000, "row") == "1,000 rows");
    CHECK(count_of(1, "index", "indexes") == "1 index");
    CHECK(count_of(2, "index", "indexes") == "2 indexes");
    CHECK(join_and({}).empty());
    CHECK(join_and({"a"}) == "a");
    CHECK(join_and({"a", "b"}) == "a and b");
    CHECK(join_and({"a", "b", "c"}) == "a, b and c");
    CHECK(to_lower_ascii("ÀBC_Z") == "Àbc_z");
    CHECK(trim_ascii(" \t a b\r\n") == "a b");
    CHECK(trim_ascii(" \n ").empty());
    CHECK(trim_ascii("").empty());
}
