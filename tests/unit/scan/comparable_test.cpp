// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/time.hpp"
#include "assay/metric/comparable_hash.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace std::string_literals;
using namespace assay;
using namespace assay::test;

namespace {

constexpr auto infinite = std::numeric_limits<std::int64_t>::max();

std::string bytes_of(Comparison comparison, const Value& value) {
    Column column(value.type);
    append_value(column, value);
    std::string bytes;
    append_comparable(comparison, column, 0, bytes);
    return bytes;
}

bool equal(Comparison comparison, const Value& left, const Value& right) {
    return bytes_of(comparison, left) == bytes_of(comparison, right);
}

Value decimal(std::string text) { return text_value(std::move(text), ColumnType::decimal); }

Comparison a_comparison() {
    return *rc::gen::element(
        Comparison::number, Comparison::time, Comparison::text, Comparison::padded_text,
        Comparison::bytes, Comparison::uuid, Comparison::json, Comparison::spelled_number,
        Comparison::epoch_seconds, Comparison::epoch_nanos, Comparison::julian_day);
}

Value a_value() {
    switch (*rc::gen::inRange(0, 6)) {
    case 0: return null_value();
    case 1: return integer_value(*rc::gen::inRange(-3, 4));
    case 2: return real_value(*rc::gen::inRange(-6, 7) / 2.0);
    case 3:
        return decimal(*rc::gen::element("1"s, "1.0"s, "-1"s, "NaN"s, "0.5"s, "no number"s,
                                         "no number "s, "5. "s));
    case 4:
        return text_value(*rc::gen::element(""s, "0"s, "1"s, "n1:1"s, "1970-01-01"s, "infinity"s,
                                            "1.50 "s, "007"s, "-0.0"s, "1.5"s, "NaN"s,
                                            "no number "s, "5."s));
    default: return blob_value(*rc::gen::element(""s, "1"s, "\0"s));
    }
}

} // namespace

TEST_CASE("types of two stores are compared as what both can be") {
    CHECK(comparison_for(ColumnType::integer, ColumnType::decimal) == Comparison::number);
    CHECK(comparison_for(ColumnType::boolean, ColumnType::integer) == Comparison::number);
    CHECK(comparison_for(ColumnType::timestamptz, ColumnType::text) == Comparison::time);
    CHECK(comparison_for(ColumnType::text, ColumnType::date) == Comparison::time);
    CHECK(comparison_for(ColumnType::timestamp, ColumnType::date) == Comparison::time);
    CHECK(comparison_for(ColumnType::bytes, ColumnType::bytes) == Comparison::bytes);
    CHECK(comparison_for(ColumnType::integer, ColumnType::text) == Comparison::spelled_number);
    CHECK(comparison_for(ColumnType::boolean, ColumnType::text) == Comparison::text);
    CHECK(comparison_for(ColumnType::uuid, ColumnType::text) == Comparison::uuid);
    CHECK(comparison_for(ColumnType::bytes, ColumnType::uuid) == Comparison::uuid);
    CHECK(comparison_for(ColumnType::uuid, ColumnType::integer) == Comparison::text);
    CHECK(comparison_for(ColumnType::json, ColumnType::text) == Comparison::json);
    CHECK(comparison_for(ColumnType::json, ColumnType::bytes) == Comparison::text);
    CHECK(comparison_for(ColumnType::timestamp, ColumnType::integer) == Comparison::text);
    CHECK_FALSE(is_lossy(ColumnType::text, ColumnType::text));
    CHECK_FALSE(is_lossy(ColumnType::text, ColumnType::other));
    CHECK_FALSE(is_lossy(ColumnType::integer, ColumnType::decimal));
    CHECK(is_lossy(ColumnType::real, ColumnType::decimal));
    CHECK(is_lossy(ColumnType::decimal, ColumnType::text));
    CHECK(is_lossy(ColumnType::timestamp, ColumnType::timestamptz));
    CHECK(is_lossy(ColumnType::uuid, ColumnType::bytes));
    CHECK(is_lossy(ColumnType::json, ColumnType::text));
}

TEST_CASE("numbers are compared by value") {
    CHECK(equal(Comparison::number, integer_value(1), real_value(1.0)));
    CHECK(equal(Comparison::number, integer_value(1), decimal("1.00")));
    CHECK(equal(Comparison::number, integer_value(1), integer_value(1, ColumnType::boolean)));
    CHECK(equal(Comparison::number, real_value(0.1), decimal("0.10")));
    CHECK(equal(Comparison::number, real_value(-0.0), integer_value(0)));
    CHECK(equal(Comparison::number, real_value(1e300), decimal("1e300")));
    CHECK(equal(Comparison::number, real_value(std::nan("")), decimal("NaN")));
    CHECK(equal(Comparison::number, real_value(HUGE_VAL), decimal("Infinity")));
    CHECK_FALSE(
        equal(Comparison::number, integer_value(9007199254740993), real_value(9007199254740992.0)));
    CHECK_FALSE(equal(Comparison::number, integer_value(1), text_value("1")));
    CHECK(
        equal(Comparison::number, decimal("no number"), text_value("no number", ColumnType::real)));
    CHECK_FALSE(equal(Comparison::number, null_value(), integer_value(0)));
}

TEST_CASE("a text that spells a number is one beside numbers, and a code is none") {
    constexpr auto spelled = Comparison::spelled_number;
    CHECK(equal(spelled, decimal("1.5"), text_value("1.50")));
    CHECK(equal(spelled, integer_value(7), text_value("7")));
    CHECK(equal(spelled, integer_value(7), text_value("7.00 ")));
    CHECK(equal(spelled, decimal("-0.5"), text_value("-0.500")));
    CHECK(equal(spelled, integer_value(0), text_value("0")));
    CHECK(equal(spelled, real_value(std::nan("")), text_value("NaN")));
    CHECK(equal(spelled, text_value("abc"), text_value("abc ", ColumnType::text)));
    for (const std::string code :
         {"007", "+7", "7e0", "07.0", " 7", "", "seven", "0x7", "7,0", "7."}) {
        CAPTURE(code);
        CHECK_FALSE(is_spelled_number(code));
        CHECK_FALSE(equal(spelled, integer_value(7), text_value(code)));
    }
    CHECK_FALSE(equal(spelled, null_value(), text_value("0")));
    CHECK_FALSE(is_spelled_number("-7."));
    CHECK_FALSE(equal(spelled, decimal("0.1"), text_value("0.1000000000000000055511151231257827")));
}

TEST_CASE("where texts spell numbers, blanks at the end of others count on neither side") {
    constexpr auto spelled = Comparison::spelled_number;
    CHECK(equal(spelled, decimal("abc "), text_value("abc ")));
    CHECK(equal(spelled, decimal("abc "), text_value("abc")));
    CHECK(equal(spelled, decimal("NaN "), text_value("NaN")));
    CHECK_FALSE(equal(spelled, decimal("abc "), text_value("abd ")));
    CHECK_FALSE(equal(spelled, decimal(" "), null_value()));
    CHECK_FALSE(equal(Comparison::number, decimal("abc "), decimal("abc")));
}

TEST_CASE("times are compared by moment, whatever holds them") {
    const auto noon = integer_value(12 * 3600 * micros_per_second, ColumnType::timestamptz);
    CHECK(equal(Comparison::time, noon, text_value("1970-01-01T12:00:00Z")));
    CHECK(equal(Comparison::time, noon, text_value("1970-01-01 13:00:00+01")));
    CHECK(equal(Comparison::time, noon, text_value("1970-01-01 12:00:00")));
    CHECK(equal(Comparison::time, integer_value(1, ColumnType::date),
                text_value("1970-01-02 00:00:00")));
    CHECK(equal(Comparison::time, integer_value(infinite, ColumnType::timestamptz),
                text_value("infinity")));
    CHECK(equal(Comparison::time, integer_value(infinite, ColumnType::timestamptz),
                integer_value(infinite, ColumnType::date)));
    CHECK(equal(Comparison::time, integer_value(2'145'042'905, ColumnType::date),
                text_value("5874897-12-31")));
    CHECK_FALSE(equal(Comparison::time, noon, text_value("soon")));
    CHECK_FALSE(equal(Comparison::time, null_value(), text_value("")));
}

TEST_CASE("a number and its text are equal where text is compared") {
    CHECK(equal(Comparison::text, integer_value(42), text_value("42")));
    CHECK(equal(Comparison::text, real_value(0.5), text_value("0.5")));
    CHECK(equal(Comparison::text, decimal("1.10"), text_value("1.10")));
    CHECK(equal(Comparison::text, integer_value(1, ColumnType::boolean), text_value("true")));
    CHECK(equal(Comparison::text, integer_value(6 * 3600 * micros_per_second, ColumnType::time),
                text_value("06:00:00")));
    CHECK_FALSE(equal(Comparison::text, text_value("1"), blob_value("1")));
    CHECK_FALSE(equal(Comparison::text, text_value("0"), null_value()));
    CHECK_FALSE(equal(Comparison::text, text_value("a"), text_value("A")));
}

TEST_CASE("blanks at the end do not count where SQL pads texts") {
    constexpr auto padded = Comparison::padded_text;
    CHECK(equal(padded, text_value("a"), text_value("a  ")));
    CHECK(equal(padded, text_value(""), text_value("   ")));
    CHECK(equal(padded, integer_value(1), text_value("1 ")));
    CHECK_FALSE(equal(padded, text_value(" a"), text_value("a")));
    CHECK_FALSE(equal(padded, text_value("a\t"), text_value("a")));
    CHECK_FALSE(equal(padded, text_value(" "), null_value()));
    CHECK_FALSE(equal(padded, blob_value("a "), blob_value("a")));
    CHECK_FALSE(equal(Comparison::text, text_value("a"), text_value("a ")));
    CHECK(is_lossy(ColumnType::text, ColumnType::date));
}

TEST_CASE("numbers that tell times are compared with times") {
    const auto noon = integer_value(12 * 3600 * micros_per_second, ColumnType::timestamptz);
    CHECK(equal(Comparison::epoch_seconds, integer_value(43'200), noon));
    CHECK(equal(Comparison::epoch_millis, real_value(43'200'000.0), noon));
    CHECK(equal(Comparison::epoch_micros, decimal("43200000000"), noon));
    CHECK(equal(Comparison::epoch_seconds, text_value("1970-01-01 12:00"), noon));
    CHECK_FALSE(equal(Comparison::epoch_seconds, integer_value(43'201), noon));
    CHECK_FALSE(equal(Comparison::time, integer_value(43'200), noon));
    CHECK_FALSE(equal(Comparison::epoch_seconds, text_value("43200"), noon));
    CHECK_FALSE(equal(Comparison::epoch_seconds, null_value(), integer_value(0)));
}

TEST_CASE("a uuid is compared by its bytes, however it is kept") {
    constexpr auto as = Comparison::uuid;
    const auto uuid = text_value("00112233-4455-6677-8899-aabbccddeeff", ColumnType::uuid);
    CHECK(equal(as, uuid,
                blob_value("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"s)));
    CHECK(equal(as, uuid, text_value("{00112233445566778899AABBCCDDEEFF}")));
    CHECK(bytes_of(as, uuid) == bytes_of(Comparison::text, uuid));
    CHECK_FALSE(equal(as, blob_value("short"), text_value("short")));
    CHECK_FALSE(equal(as, text_value("A"), text_value("a")));
}

TEST_CASE("JSON is compared by what it says") {
    constexpr auto as = Comparison::json;
    CHECK(equal(as, text_value(R"({"a": 1, "b": "\u00e9"})"),
                text_value(R"({"b":"é","a":1.0})", ColumnType::json)));
    CHECK_FALSE(equal(as, text_value("[1]"), text_value("[1,1]")));
    CHECK_FALSE(equal(as, text_value("no json"), text_value("no  json")));
    CHECK_FALSE(equal(as, text_value("null"), null_value()));
    CHECK_FALSE(equal(as, blob_value("1"), text_value("1")));
}

TEST_CASE("the bytes of a row leave no doubt where a value ends") {
    rc::prop("rows of equal length differ or are equal, none begins another", [] {
        const auto comparison = a_comparison();
        const auto cells = *rc::gen::inRange(1, 4);
        std::string left;
        std::string right;
        bool same = true;
        for (int i = 0; i < cells; ++i) {
            const auto a = bytes_of(comparison, a_value());
            const auto b = bytes_of(comparison, a_value());
            same = same && a == b;
            left += a;
            right += b;
        }
        RC_ASSERT((left == right) == same);
        RC_ASSERT((left == right || (!left.starts_with(right) && !right.starts_with(left))));
    });
    rc::prop("no value is equal to NULL but NULL", [] {
        const auto value = a_value();
        RC_ASSERT(equal(Comparison::text, value, null_value()) == (value.kind == CellKind::null));
    });
}

TEST_CASE("cells have equal hashes where their bytes are equal, and only there") {
    const auto hash = [](Comparison comparison, const Value& value) {
        Column column(value.type);
        append_value(column, value);
        std::string scratch;
        return comparable_hash(comparison, column, 0, scratch);
    };
    rc::prop("in every comparison", [&] {
        const auto comparison = a_comparison();
        const Value left = a_value();
        const Value right = a_value();
        const bool same = hash(comparison, left) == hash(comparison, right);
        RC_ASSERT(same == equal(comparison, left, right));
    });
    rc::prop("of decimals of any length around a double", [&] {
        const double number = *rc::gen::arbitrary<double>();
        const auto digits = *rc::gen::element(1, 4, 15, 16, 17, 18, 30);
        const Value real = real_value(number);
        const Value text = decimal(fmt::format("{:.{}e}", number, digits - 1));
        const bool same = hash(Comparison::number, real) == hash(Comparison::number, text);
        RC_ASSERT(same == equal(Comparison::number, real, text));
    });
    constexpr Comparison as_number = Comparison::number;
    CHECK(hash(as_number, real_value(0.1 + 0.2)) ==
          hash(as_number, decimal("0.30000000000000004")));
    CHECK(hash(as_number, real_value(0.1)) !=
          hash(as_number, decimal("0.1000000000000000055511151231257827")));
    CHECK(hash(as_number, integer_value(1)) != hash(as_number, decimal("0.99999999999999999999")));
    CHECK(hash(as_number, real_value(0.1)) == hash(as_number, decimal("0.10")));
    CHECK(hash(as_number, real_value(1e300)) == hash(as_number, decimal("1e300")));
    CHECK(hash(as_number, integer_value(1'152'921'504'606'847'000)) ==
          hash(as_number, decimal("1152921504606847000.0")));
    CHECK(hash(as_number, real_value(std::nan(""))) == hash(as_number, decimal("NaN")));
    CHECK(hash(as_number, real_value(-0.0)) == hash(as_number, integer_value(0)));
    CHECK(hash(as_number, real_value(0.1)) != hash(as_number, real_value(0.1 + 0x1p-56)));
    constexpr Comparison padded = Comparison::padded_text;
    CHECK(hash(padded, text_value("a  ")) == hash(padded, text_value("a")));
    CHECK(hash(padded, text_value("   ")) == hash(padded, text_value("")));
    CHECK(hash(padded, text_value("5 ")) == hash(padded, integer_value(5)));
}
