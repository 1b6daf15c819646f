// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/hash.hpp"
#include "assay/table/value.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace std::string_literals;
using namespace assay;
using namespace assay::test;

namespace {

constexpr std::int64_t two_to_53 = std::int64_t{1} << 53;
constexpr double two_to_63 = 9223372036854775808.0;

Column column_of(const std::vector<Value>& values, ColumnType type) {
    Column column(type);
    for (const auto& value : values) {
        append_value(column, value);
    }
    return column;
}

std::string bytes_of(const Value& value) {
    std::string bytes;
    append_canonical(column_of({value}, value.type), 0, bytes);
    return bytes;
}

/// The canonical bytes of a row, cell after cell.
std::string row_bytes(const std::vector<Value>& values) {
    std::string bytes;
    for (const auto& value : values) {
        bytes += bytes_of(value);
    }
    return bytes;
}

std::int64_t an_integer() {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-3, 4),
                           rc::gen::inRange(two_to_53 - 3, two_to_53 + 4),
                           rc::gen::inRange(-two_to_53 - 3, -two_to_53 + 4),
                           rc::gen::element(least, least + 1, most - 1, most, most - 1023),
                           rc::gen::arbitrary<std::int64_t>());
}

double a_real() {
    return *rc::gen::oneOf(rc::gen::element(0.0, -0.0, 0.5, -0.5, std::nan(""), -std::nan("1"),
                                            HUGE_VAL, -HUGE_VAL, two_to_63, -two_to_63, 1e300,
                                            5e-324),
                           rc::gen::map(rc::gen::inRange<std::int64_t>(-3, 4),
                                        [](auto n) { return static_cast<double>(n); }),
                           rc::gen::map(rc::gen::inRange(two_to_53 - 3, two_to_53 + 4),
                                        [](auto n) { return static_cast<double>(n); }),
                           rc::gen::map(rc::gen::arbitrary<std::int64_t>(),
                                        [](auto n) { return static_cast<double>(n); }),
                           rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                        [](auto n) { return std::bit_cast<double>(n); }));
}

std::string a_decimal() {
    return *rc::gen::element("1.1"s, "1.10"s, "11e-1"s, "-1.1"s, "0"s, "-0.00"s, "9"s, "10"s,
                             "1e1"s, "NaN"s, "Infinity"s, "-Infinity"s, "no number"s, ""s, "1a"s,
                             "0." + std::string(40, '3'), std::string(40, '3'));
}

/// Any cell that a column of the type may hold in a store that does not enforce it.
Value a_value(ColumnType type) {
    switch (*rc::gen::inRange(0, 5)) {
    case 0: return null_value(type);
    case 1: return integer_value(an_integer(), type);
    case 2: return real_value(a_real(), type);
    case 3:
        return text_value(type == ColumnType::decimal
                              ? a_decimal()
                              : *rc::gen::element(""s, "1"s, "a"s, "ab"s, "\0"s, "a\0b"s, "\xff"s),
                          type);
    default: return blob_value(*rc::gen::element(""s, "1"s, "a"s, "\0\0"s), type);
    }
}

ColumnType a_type() {
    return *rc::gen::element(ColumnType::other, ColumnType::decimal, ColumnType::real);
}

} // namespace

TEST_CASE("NULL is one byte of its own and differs from every text") {
    CHECK(bytes_of(null_value()) == "\0"s);
    for (const auto* text : {"", "<null>", "NULL", "null", "\\N"}) {
        CHECK(bytes_of(text_value(text)) != bytes_of(null_value()));
    }
    CHECK(bytes_of(text_value("\0"s)) != bytes_of(null_value()));
}

TEST_CASE("equal numbers have equal bytes, whatever holds them") {
    CHECK(bytes_of(integer_value(1)) == bytes_of(real_value(1.0)));
    CHECK(bytes_of(integer_value(0)) == bytes_of(real_value(-0.0)));
    CHECK(bytes_of(real_value(0.0)) == bytes_of(real_value(-0.0)));
    CHECK(bytes_of(real_value(std::nan(""))) == bytes_of(real_value(-std::nan("7"))));
    CHECK(bytes_of(real_value(0.5)) != bytes_of(integer_value(0)));
    CHECK(bytes_of(real_value(HUGE_VAL)) != bytes_of(real_value(-HUGE_VAL)));
    CHECK(bytes_of(integer_value(two_to_53)) == bytes_of(real_value(9007199254740992.0)));
    CHECK(bytes_of(integer_value(two_to_53 + 1)) != bytes_of(real_value(9007199254740992.0)));
    CHECK(bytes_of(integer_value(std::numeric_limits<std::int64_t>::min())) ==
          bytes_of(real_value(-two_to_63)));
    CHECK(bytes_of(integer_value(std::numeric_limits<std::int64_t>::max())) !=
          bytes_of(real_value(two_to_63)));
}

TEST_CASE("a decimal is its value, a text is its bytes") {
    const auto decimal = [](const char* text) { return text_value(text, ColumnType::decimal); };
    CHECK(bytes_of(decimal("1.10")) == bytes_of(decimal("1.1")));
    CHECK(bytes_of(decimal("11e-1")) == bytes_of(decimal("1.1")));
    CHECK(bytes_of(decimal("-0.00")) == bytes_of(decimal("0")));
    CHECK(bytes_of(decimal("NaN")) == bytes_of(decimal("NaN")));
    CHECK(bytes_of(text_value("1.10")) != bytes_of(text_value("1.1")));
    CHECK(bytes_of(text_value("1")) != bytes_of(integer_value(1)));
    CHECK(bytes_of(text_value("1")) != bytes_of(blob_value("1")));
    CHECK(bytes_of(text_value("")) != bytes_of(blob_value("")));
}

TEST_CASE("no separator inside a value moves the border between two values") {
    CHECK(row_bytes({text_value("a|b"), text_value("c")}) !=
          row_bytes({text_value("a"), text_value("b|c")}));
    CHECK(row_bytes({text_value("ab"), text_value("")}) !=
          row_bytes({text_value("a"), text_value("b")}));
    CHECK(row_bytes({text_value("\0"s), null_value()}) !=
          row_bytes({null_value(), text_value("\0"s)}));
    CHECK(row_bytes({null_value(), null_value()}) != row_bytes({null_value()}));
}

TEST_CASE("no sequence of cells is the prefix of another one of the same length") {
    rc::prop("rows differ or are equal, but none begins another", [] {
        const auto type = a_type();
        const auto cells = *rc::gen::inRange(1, 4);
        std::vector<Value> left;
        std::vector<Value> right;
        for (int i = 0; i < cells; ++i) {
            left.push_back(a_value(type));
            right.push_back(a_value(type));
        }
        const auto left_bytes = row_bytes(left);
        const auto right_bytes = row_bytes(right);
        RC_ASSERT((left_bytes == right_bytes ||
                   (!left_bytes.starts_with(right_bytes) && !right_bytes.starts_with(left_bytes))));
    });
}

TEST_CASE("the hash of a cell is the hash of its bytes") {
    rc::prop("whatever the scratch memory held before", [] {
        const auto type = a_type();
        const auto value = a_value(type);
        std::string scratch = "left over";
        RC_ASSERT(canonical_hash(column_of({value}, type), 0, scratch) == hash64(bytes_of(value)));
    });
}

TEST_CASE("the order of values is total and agrees with their bytes") {
    rc::prop("comparing the other way round gives the opposite", [] {
        const auto type = a_type();
        const auto a = a_value(type);
        const auto b = a_value(type);
        RC_ASSERT(compare(a, b) == -compare(b, a));
        RC_ASSERT(compare(a, a) == 0);
    });
    rc::prop("equal in order means equal bytes", [] {
        const auto type = a_type();
        const auto a = a_value(type);
        const auto b = a_value(type);
        RC_LOG() << display(a) << " and " << display(b);
        RC_ASSERT((compare(a, b) == 0) == (bytes_of(a) == bytes_of(b)));
    });
    rc::prop("it never goes in circles", [] {
        const auto type = a_type();
        const auto a = a_value(type);
        const auto b = a_value(type);
        const auto c = a_value(type);
        RC_LOG() << display(a) << ", " << display(b) << ", " << display(c);
        RC_ASSERT(!(compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) > 0));
        RC_ASSERT(!(compare(a, b) < 0 && compare(b, c) < 0 && compare(a, c) >= 0));
    });
}
