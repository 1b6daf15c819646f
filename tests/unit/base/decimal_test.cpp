// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/decimal.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <regex>
#include <string>
#include <vector>

using assay::canonical_decimal;
using assay::compare_decimal;
using assay::decimal_difference;
using assay::is_decimal;
using assay::is_decimal_within;
using assay::rounded_decimal;

namespace {

__extension__ using Wide = __int128;

constexpr int largest_exponent = 12;

/// mantissa * 10^exponent
struct Number {
    std::int64_t mantissa = 0;
    int exponent = 0;

    /// The value times 10^12, exact: at most 10^36.
    Wide scaled() const {
        Wide value = mantissa;
        for (int i = -largest_exponent; i < exponent; ++i) {
            value *= 10;
        }
        return value;
    }
};

Number a_number() {
    constexpr std::int64_t largest_mantissa = 1'000'000'000'000;
    const auto any = rc::gen::inRange(-largest_mantissa, largest_mantissa + 1);
    const auto small = rc::gen::inRange<std::int64_t>(-20, 21);
    return {*rc::gen::oneOf(any, small),
            *rc::gen::inRange(-largest_exponent, largest_exponent + 1)};
}

std::string zeros() { return std::string(*rc::gen::inRange<std::size_t>(0, 4), '0'); }

/// One of the many spellings of a number: zeros around it, the point anywhere, an exponent.
std::string spelled(const Number& number) {
    std::string digits = std::to_string(std::abs(number.mantissa));
    int exponent = number.exponent;
    const auto extra = *rc::gen::inRange(0, 4);
    digits.append(static_cast<std::size_t>(extra), '0');
    exponent -= extra;
    const auto fraction = *rc::gen::inRange<std::size_t>(0, digits.size() + 1);
    exponent += static_cast<int>(fraction);
    std::string text = number.mantissa < 0 ? "-" : *rc::gen::element<std::string>("", "+");
    text += zeros() + digits.substr(0, digits.size() - fraction);
    if (fraction > 0 || *rc::gen::arbitrary<bool>()) {
        text += "." + digits.substr(digits.size() - fraction);
    }
    if (exponent != 0) {
        text += *rc::gen::element<std::string>("e", "E");
        text += exponent > 0 && *rc::gen::arbitrary<bool>() ? "+" : "";
        text += std::to_string(exponent);
    }
    return text;
}

int sign_of(Wide value) { return value < 0 ? -1 : (value > 0 ? 1 : 0); }

} // namespace

TEST_CASE("a decimal number is a sign, digits, a fraction and an exponent") {
    for (const auto* good : {"0", "-0", "+7", "007", "1.", ".5", "-.5", "1.5", "1e3", "1E+3",
                             "1e-3", "00.00", "1e0000005", "1e400", "1e-400"}) {
        INFO(good);
        CHECK(is_decimal(good));
    }
    for (const auto* bad :
         {"",      "-",     "+",     ".",      "e5",        "1e",
          "1e+",   "1e+-5", "--1",   "1 ",     " 1",        "1,5",
          "0x10",  "1.5.2", "1e5.0", "NaN",    "Infinity",  "inf",
          "1_000", "१",     "1e401", "1e-401", "1e9999999", "1e99999999999999999999"}) {
        INFO(bad);
        CHECK_FALSE(is_decimal(bad));
    }
    CHECK_FALSE(is_decimal(std::string("1\0", 2)));
}

TEST_CASE("every spelling of a decimal number becomes one") {
    CHECK(canonical_decimal("1.10") == "1.1");
    CHECK(canonical_decimal("11e-1") == "1.1");
    CHECK(canonical_decimal("+0001.1000") == "1.1");
    CHECK(canonical_decimal("0.11E1") == "1.1");
    CHECK(canonical_decimal("-0") == "0");
    CHECK(canonical_decimal("-0.000e7") == "0");
    CHECK(canonical_decimal("100") == "100");
    CHECK(canonical_decimal("1e2") == "100");
    CHECK(canonical_decimal("100e-2") == "1");
    CHECK(canonical_decimal(".5") == "0.5");
    CHECK(canonical_decimal("5e-3") == "0.005");
    CHECK(canonical_decimal("-12345.678e-2") == "-123.45678");
    CHECK(canonical_decimal("120e-1") == "12");
}

TEST_CASE("a short decimal number is read as the nearest double and cut to its one spelling") {
    rc::prop("or left to the general way", [] {
        std::string text = std::to_string(*rc::gen::inRange<std::int64_t>(-20'000, 20'000));
        text += *rc::gen::oneOf(
            rc::gen::just(std::string()),
            rc::gen::map(rc::gen::container<std::string>(rc::gen::elementOf(std::string("0059."))),
                         [](const std::string& rest) { return "." + rest; }));
        const auto number = assay::read_short_decimal(text);
        if (number) {
            RC_ASSERT(is_decimal(text));
            RC_ASSERT(number->value == std::strtod(text.c_str(), nullptr));
            RC_ASSERT(text.substr(0, number->canonical_size) == canonical_decimal(text));
        } else {
            RC_ASSERT((!is_decimal(text) || text.size() > 15 || text.ends_with('.') ||
                       canonical_decimal(text) == "0"));
        }
    });
    CHECK(assay::read_short_decimal("123456789012345")->value == 123456789012345.0);
    CHECK(assay::read_short_decimal("0.3")->value == 0.3);
    for (const auto* other : {"", "-", ".5", "5.", "1.2.3", "00.5", "-0", "-0.00", "+1", "1e5",
                              " 1", "1234567890123456", "NaN", "0x1", "1,5"}) {
        INFO(other);
        CHECK_FALSE(assay::read_short_decimal(other).has_value());
    }
}

TEST_CASE("a short decimal number is what databases print, and nothing else is one") {
    const std::regex printed("-?(0|[1-9][0-9]*)([.][0-9]+)?");
    const std::string symbols = "019.-x";
    const auto require_read = [](const std::string& text) {
        INFO(text);
        const auto number = assay::read_short_decimal(text);
        REQUIRE(number.has_value());
        REQUIRE(number->value == std::strtod(text.c_str(), nullptr));
        REQUIRE(text.substr(0, number->canonical_size) == canonical_decimal(text));
    };
    std::vector<std::string> texts{""};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string text = texts[i];
        const bool is_one = std::regex_match(text, printed) &&
                            !(text.starts_with('-') && canonical_decimal(text) == "0");
        INFO(text);
        REQUIRE(assay::read_short_decimal(text).has_value() == is_one);
        if (is_one) {
            require_read(text);
        }
        if (is_one && !text.starts_with('-')) {
            // Eight characters and fewer are read in another way than more.
            for (const char* const front : {"777", "7777", "77777", "7777777777"}) {
                require_read(front + text);
            }
        }
        for (const char symbol : text.size() < 5 ? symbols : "") {
            texts.push_back(text + symbol);
        }
    }
}

TEST_CASE("what is no decimal number comes back as it is") {
    for (const auto* text :
         {"", "NaN", "Infinity", "-Infinity", "nan", "abc", "1,5", " 1", "0x1"}) {
        CHECK(canonical_decimal(text) == text);
    }
}

TEST_CASE("case 42: a number of a thousand digits keeps each of them") {
    const std::string digits = "1" + std::string(997, '0') + "23";
    CHECK(canonical_decimal(digits + ".500") == digits + ".5");
    CHECK(canonical_decimal("0." + digits) == "0." + digits);
    CHECK(canonical_decimal(digits + "e-400") == digits.substr(0, 600) + "." + digits.substr(600));
    CHECK(canonical_decimal(digits + "e3") == digits + "000");
    CHECK(compare_decimal(digits, digits + ".0") == 0);
    CHECK(compare_decimal(digits, digits + "." + std::string(1'000, '0') + "1") == -1);
    CHECK(compare_decimal("-" + digits, digits) == -1);
    CHECK(compare_decimal("1e400", std::string(400, '9')) == 1);
}

TEST_CASE("case 41: decimals compare by value, infinities outside, NaN above all") {
    const std::vector<std::string> ascending = {
        "-Infinity", "-1e6", "-10", "-9.99", "-0.1", "-0.01", "0",        "0.01", "0.1",
        "9.99",      "10",   "11",  "1e2",   "101",  "1e6",   "Infinity", "NaN"};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            INFO(ascending[i] << " against " << ascending[j]);
            CHECK(compare_decimal(ascending[i], ascending[j]) == (i < j ? -1 : (i == j ? 0 : 1)));
        }
    }
    CHECK(compare_decimal("-0", "0.00") == 0);
}

TEST_CASE("the difference of decimals is that of their digits, however many they share") {
    CHECK(decimal_difference("12345678901234567890", "12345678901234567889") == 1.0);
    CHECK(decimal_difference("123456789012345678.13", "123456789012345678.12") == 0.01);
    CHECK(decimal_difference("-123456789012345678.13", "-123456789012345678.12") == -0.01);
    CHECK(decimal_difference("184467440737095516.29", "184467440737095517.16") == -0.87);
    CHECK(decimal_difference("10000000000000000000", "9999999999999999999.9") == 0.1);
    CHECK(decimal_difference("0.1", "-0.2") == 0.3);
    CHECK(decimal_difference("-2", "1") == -3.0);
    CHECK(decimal_difference("7.50", "7.50") == 0.0);
    CHECK(decimal_difference("7.50", "+7.5") == 0.0);
    CHECK(decimal_difference("1.5e3", "1.4e3") == 100.0);
    CHECK(decimal_difference("1e5", "2e5") == -100'000.0);
    CHECK(decimal_difference("1e15", "1e16") == -9e15);
    CHECK(decimal_difference("0.00000000000000000000000012", "0.00000000000000000000000011") ==
          1e-26);
    CHECK(decimal_difference("98765432109876543210", "12345678901234567890") ==
          86'419'753'208'641'975'320.0);
    CHECK(decimal_difference("1e400", "1") == std::numeric_limits<double>::infinity());
    CHECK(decimal_difference("-1e400", "1") == -std::numeric_limits<double>::infinity());
    CHECK(decimal_difference("1e-400", "0") == 0.0);
}

TEST_CASE("how far decimals are apart is exact") {
    CHECK(is_decimal_within("1.15", "1.14", "0.01"));
    CHECK(is_decimal_within("1.14", "1.15", "1e-2"));
    CHECK_FALSE(is_decimal_within("1.15", "1.139999999999999999", "0.01"));
    CHECK(is_decimal_within("-0.5", "0.5", "1"));
    CHECK_FALSE(is_decimal_within("-0.5", "0.51", "1"));
    CHECK(is_decimal_within("99.99", "100", ".01"));
    CHECK(is_decimal_within("-100", "-99.5", "0.5"));
    CHECK(is_decimal_within("0", "-0", "0"));
    CHECK(is_decimal_within("1e300", "1e300", "0"));
    CHECK_FALSE(is_decimal_within("1e300", "-1e300", "1e300"));
    for (const char* odd : {"NaN", "Infinity", "", "x"}) {
        CHECK_FALSE(is_decimal_within(odd, odd, "1"));
        CHECK_FALSE(is_decimal_within("1", odd, "1"));
    }
    rc::prop("as whole numbers say", [] {
        const auto a = *rc::gen::inRange(-300, 300);
        const auto b = *rc::gen::inRange(-300, 300);
        const auto most = *rc::gen::inRange(0, 600);
        const auto shifted = [](int number) { return std::to_string(number) + "e-2"; };
        RC_ASSERT(is_decimal_within(shifted(a), shifted(b), shifted(most)) ==
                  (std::abs(a - b) <= most));
    });
}

TEST_CASE("a decimal is rounded to places behind the point or before it, a half away from zero") {
    CHECK(rounded_decimal("1.005", 2) == "1.01");
    CHECK(rounded_decimal("-1.005", 2) == "-1.01");
    CHECK(rounded_decimal("1.0049999999999999999999", 2) == "1");
    CHECK(rounded_decimal("1.5", 20) == "1.5");
    CHECK(rounded_decimal("99.995", 2) == "100");
    CHECK(rounded_decimal("0.5", 0) == "1");
    CHECK(rounded_decimal("0.05", 0) == "0");
    CHECK(rounded_decimal("0.0096", 3) == "0.01");
    CHECK(rounded_decimal("-0.001", 2) == "0");
    CHECK(rounded_decimal("1250", -2) == "1300");
    CHECK(rounded_decimal("1249", -2) == "1200");
    CHECK(rounded_decimal("7", -1) == "10");
    CHECK(rounded_decimal("99999", -3) == "100000");
    CHECK(rounded_decimal("5", -2) == "0");
    CHECK(rounded_decimal("1e300", 2) == canonical_decimal("1e300"));
    CHECK(rounded_decimal("1e-300", -1'000) == "0");
}

TEST_CASE("texts that are no number have a place in the order of decimals") {
    // "10" > "9" by value, so a bytewise place between them would make the order go in circles.
    const std::vector<std::string> texts = {"9",   "10",       "1a",        "",
                                            "NaN", "Infinity", "-Infinity", "zz"};
    for (const auto& a : texts) {
        for (const auto& b : texts) {
            CHECK(compare_decimal(a, b) == -compare_decimal(b, a));
            for (const auto& c : texts) {
                INFO("'" << a << "' <= '" << b << "' <= '" << c << "'");
                CHECK_FALSE((compare_decimal(a, b) <= 0 && compare_decimal(b, c) <= 0 &&
                             compare_decimal(a, c) > 0));
            }
        }
    }
}

TEST_CASE("decimals agree with wide integer arithmetic") {
    rc::prop("compare_decimal is the order of the values", [] {
        const Number a = a_number();
        const Number b = a_number();
        const auto text_a = spelled(a);
        const auto text_b = spelled(b);
        RC_LOG() << text_a << " against " << text_b;
        RC_ASSERT(compare_decimal(text_a, text_b) == sign_of(a.scaled() - b.scaled()));
    });
    rc::prop("equal values have one spelling, different values have different ones", [] {
        const Number a = a_number();
        const Number b = a_number();
        RC_ASSERT(canonical_decimal(spelled(a)) == canonical_decimal(spelled(a)));
        RC_ASSERT((canonical_decimal(spelled(a)) == canonical_decimal(spelled(b))) ==
                  (a.scaled() == b.scaled()));
    });
    rc::prop("the canonical spelling is a fixed point without needless characters", [] {
        const auto text = canonical_decimal(spelled(a_number()));
        RC_LOG() << text;
        RC_ASSERT(canonical_decimal(text) == text);
        RC_ASSERT(text.find_first_not_of("-.0123456789") == std::string::npos);
        const bool fraction = text.find('.') != std::string::npos;
        RC_ASSERT((!fraction || (text.back() != '0' && text.back() != '.')));
        const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
        RC_ASSERT((digits == "0" || digits.starts_with("0.") || digits.front() != '0'));
    });
    rc::prop("any text at all is left alone or made canonical", [](const std::string& text) {
        RC_ASSERT(canonical_decimal(canonical_decimal(text)) == canonical_decimal(text));
        RC_ASSERT(compare_decimal(text, text) == 0);
    });
}
