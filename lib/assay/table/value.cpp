// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/table/value.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/endian.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace assay {
namespace {

// Type tags of the canonical bytes, besides those of Column. They are part of every stored hash:
// never renumber.
constexpr char tag_null = 0x00;
constexpr char tag_integer = 0x01;
constexpr char tag_real = 0x02;
constexpr char tag_decimal = 0x05;

// Integers up to 2^53 are exact in a double, and so in every reader of JSON.
constexpr std::int64_t exact_integer_limit = std::int64_t{1} << 53;

/// A tag and a word, lowest byte first, in one go: there are many.
template <typename Word>
void append_tagged(char tag, Word word, std::string& out) {
    std::array<char, 1 + sizeof word> bytes; // NOLINT(*-member-init): filled below
    bytes[0] = tag;
    store_little(word, bytes.data() + 1);
    out.append(bytes.data(), bytes.size());
}

void append_integer(std::int64_t value, std::string& out) {
    append_tagged(tag_integer, std::bit_cast<std::uint64_t>(value), out);
}

bool is_small_integral(double value) noexcept {
    return std::fabs(value) < static_cast<double>(exact_integer_limit) &&
           value == std::trunc(value);
}

void append_real(double value, std::string& out) {
    if (equals_some_integer(value)) {
        append_integer(static_cast<std::int64_t>(value), out);
        return;
    }
    const double one_nan = std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
    append_tagged(tag_real, std::bit_cast<std::uint64_t>(one_nan), out);
}

void append_bytes(char tag, std::string_view bytes, std::string& out) {
    append_tagged(tag, static_cast<std::uint32_t>(bytes.size()), out);
    out.append(bytes);
}

/// Most decimals are spelled in such a way that nothing but zeros at their end has to go.
void append_decimal(std::string_view text, std::string& out) {
    if (const auto number = read_short_decimal(text)) {
        append_bytes(tag_decimal, text.substr(0, number->canonical_size), out);
    } else {
        append_bytes(tag_decimal, canonical_decimal(text), out);
    }
}

std::string display_integer(ColumnType type, std::int64_t value) {
    switch (type) {
    case ColumnType::boolean: return value != 0 ? "true" : "false";
    case ColumnType::date: return format_date(value);
    case ColumnType::time: return format_time_of_day(value);
    case ColumnType::timestamp: return format_timestamp(value);
    case ColumnType::timestamptz: return format_instant(value);
    case ColumnType::integer:
    case ColumnType::real:
    case ColumnType::decimal:
    case ColumnType::text:
    case ColumnType::interval:
    case ColumnType::uuid:
    case ColumnType::bytes:
    case ColumnType::json:
    case ColumnType::other: break;
    }
    return std::to_string(value);
}

/// Does an integer cell of this type stand for something else than a number?
bool means_something_else(ColumnType type) noexcept {
    return type == ColumnType::boolean || type == ColumnType::time || is_temporal(type);
}

std::string display_blob(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "\\x";
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text.push_back(digits[value >> 4U]);
        text.push_back(digits[value & 0xFU]);
    }
    return text;
}

Fact integer_fact(std::int64_t value) {
    if (value > exact_integer_limit || value < -exact_integer_limit) {
        return std::to_string(value);
    }
    return value;
}

/// A decimal as a number if a double prints back as the same decimal.
Fact decimal_fact(const std::string& text) {
    const std::string canonical = canonical_decimal(text);
    double number = 0;
    const auto [end, error] =
        std::from_chars(canonical.data(), canonical.data() + canonical.size(), number);
    const bool whole = error == std::errc{} && end == canonical.data() + canonical.size();
    // from_chars also reads "NaN" and "Infinity", which no JSON number can be.
    if (!whole || !std::isfinite(number) || canonical_decimal(format_double(number)) != canonical) {
        return text;
    }
    return is_small_integral(number) ? Fact(static_cast<std::int64_t>(number)) : Fact(number);
}

int kind_rank(CellKind kind) noexcept {
    switch (kind) {
    case CellKind::null: return 0;
    case CellKind::integer:
    case CellKind::real: return 1;
    case CellKind::text: return 2;
    case CellKind::blob: return 3;
    }
    return 3;
}

template <typename Number>
int three_way(Number left, Number right) noexcept {
    return left < right ? -1 : (right < left ? 1 : 0);
}

/// NaN is above all numbers and equal to itself, as in Postgres.
int compare_reals(double left, double right) noexcept {
    if (std::isnan(left) || std::isnan(right)) {
        return three_way(std::isnan(left) ? 1 : 0, std::isnan(right) ? 1 : 0);
    }
    return three_way(left, right);
}

/// Exact also where the integer has more than 53 bits.
int compare_integer_with_real(std::int64_t left, double right) noexcept {
    constexpr double two_to_63 = 9223372036854775808.0;
    if (std::isnan(right) || right >= two_to_63) {
        return -1;
    }
    if (right < -two_to_63) {
        return 1;
    }
    const double whole = std::trunc(right);
    const int order = three_way(left, static_cast<std::int64_t>(whole));
    return order != 0 ? order : three_way(whole, right);
}

int compare_numbers(const Value& left, const Value& right) noexcept {
    if (left.kind == CellKind::integer && right.kind == CellKind::integer) {
        return three_way(left.integer, right.integer);
    }
    if (left.kind == CellKind::real && right.kind == CellKind::real) {
        return compare_reals(left.real, right.real);
    }
    return left.kind == CellKind::integer ? compare_integer_with_real(left.integer, right.real)
                                          : -compare_integer_with_real(right.integer, left.real);
}

} // namespace

bool equals_some_integer(double value) noexcept {
    constexpr double two_to_63 = 9223372036854775808.0;
    return value >= -two_to_63 && value < two_to_63 && value == std::trunc(value);
}

Value value_at(const Column& column, std::size_t row) {
    Value value;
    value.type = column.type();
    value.kind = column.kind(row);
    switch (value.kind) {
    case CellKind::null: break;
    case CellKind::integer: value.integer = column.integer(row); break;
    case CellKind::real: value.real = column.real(row); break;
    case CellKind::text:
    case CellKind::blob: value.bytes = column.bytes(row); break;
    }
    return value;
}

void append_value(Column& column, const Value& value) {
    switch (value.kind) {
    case CellKind::null: column.append_null(); return;
    case CellKind::integer: column.append_integer(value.integer); return;
    case CellKind::real: column.append_real(value.real); return;
    case CellKind::text: column.append_text(value.bytes); return;
    case CellKind::blob: column.append_blob(value.bytes); return;
    }
}

std::string display(const Value& value) {
    switch (value.kind) {
    case CellKind::null: return {};
    case CellKind::integer: return display_integer(value.type, value.integer);
    case CellKind::real: return format_double(value.real);
    case CellKind::text: return value.bytes;
    case CellKind::blob: return display_blob(value.bytes);
    }
    return {};
}

Fact to_fact(const Value& value) {
    switch (value.kind) {
    case CellKind::null: return {};
    case CellKind::integer:
        if (value.type == ColumnType::boolean) {
            return value.integer != 0;
        }
        return means_something_else(value.type) ? Fact(display(value))
                                                : integer_fact(value.integer);
    case CellKind::real:
        if (!std::isfinite(value.real)) {
            return format_double(value.real);
        }
        return is_small_integral(value.real) ? Fact(static_cast<std::int64_t>(value.real))
                                             : Fact(value.real);
    case CellKind::text:
        return value.type == ColumnType::decimal ? decimal_fact(value.bytes) : Fact(value.bytes);
    case CellKind::blob: return display(value);
    }
    return {};
}

void append_canonical(const Column& column, std::size_t row, std::string& out) {
    switch (column.kind(row)) {
    case CellKind::null: out.push_back(tag_null); return;
    case CellKind::integer: append_integer(column.integer(row), out); return;
    case CellKind::real: append_real(column.real(row), out); return;
    case CellKind::text:
        if (column.type() == ColumnType::decimal) {
            append_decimal(column.bytes(row), out);
        } else {
            out.append(column.tagged_bytes(row));
        }
        return;
    case CellKind::blob: out.append(column.tagged_bytes(row)); return;
    }
}

std::uint64_t canonical_hash(const Column& column, std::size_t row, std::string& scratch) {
    scratch.clear();
    append_canonical(column, row, scratch);
    return hash64(scratch);
}

int compare(const Value& left, const Value& right) noexcept {
    const int ranks = three_way(kind_rank(left.kind), kind_rank(right.kind));
    if (ranks != 0 || left.kind == CellKind::null) {
        return ranks;
    }
    if (left.kind == CellKind::integer || left.kind == CellKind::real) {
        return compare_numbers(left, right);
    }
    if (left.type == ColumnType::decimal && right.type == ColumnType::decimal) {
        return compare_decimal(left.bytes, right.bytes);
    }
    return three_way(std::string_view(left.bytes), std::string_view(right.bytes));
}

} // namespace assay
