// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/comparable.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/metric/canonical_json.hpp"
#include "assay/metric/number_time.hpp"
#include "assay/table/value.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace assay {
namespace {

constexpr char tag_null = '0';
constexpr char tag_number = 'n';
constexpr char tag_time = 't';
constexpr char tag_text = 's';
constexpr char tag_bytes = 'b';

/// A netstring under a tag: "n3:1.5".
void append_tagged(char tag, std::string_view bytes, std::string& out) {
    out.push_back(tag);
    out.append(std::to_string(bytes.size()));
    out.push_back(':');
    out.append(bytes);
}

bool is_number_like(ColumnType type) noexcept {
    return is_numeric(type) || type == ColumnType::boolean;
}

/// Is it a type that holds texts of every sort?
bool is_text_like(ColumnType type) noexcept {
    return type == ColumnType::text || type == ColumnType::other;
}

bool may_hold_time(ColumnType type) noexcept { return is_temporal(type) || is_text_like(type); }

/// Is one of them of the type, and the other one another that can hold the same values?
template <typename Holds>
bool is_one_of(ColumnType type, ColumnType left, ColumnType right, Holds holds) {
    return (left == type && holds(right)) || (right == type && holds(left));
}

void append_text_form(const Column& column, std::size_t row, std::string& out) {
    switch (column.kind(row)) {
    case CellKind::null: out.push_back(tag_null); return;
    case CellKind::text: append_tagged(tag_text, column.bytes(row), out); return;
    case CellKind::blob: append_tagged(tag_bytes, column.bytes(row), out); return;
    case CellKind::real:
        append_tagged(tag_text, canonical_decimal(format_double(column.real(row))), out);
        return;
    case CellKind::integer: append_tagged(tag_text, display(value_at(column, row)), out); return;
    }
}

void append_padded_text(const Column& column, std::size_t row, std::string& out) {
    if (column.kind(row) == CellKind::text && column.type() != ColumnType::decimal) {
        append_tagged(tag_text, without_trailing_blanks(column.bytes(row)), out);
    } else {
        append_text_form(column, row, out);
    }
}

void append_number(const Column& column, std::size_t row, std::string& out) {
    switch (column.kind(row)) {
    case CellKind::integer:
        append_tagged(tag_number, std::to_string(column.integer(row)), out);
        return;
    case CellKind::real:
        append_tagged(tag_number, canonical_decimal(format_double(column.real(row))), out);
        return;
    case CellKind::text:
        if (column.type() == ColumnType::decimal && is_comparable_number(column.bytes(row))) {
            append_tagged(tag_number, canonical_decimal(column.bytes(row)), out);
            return;
        }
        break;
    case CellKind::null:
    case CellKind::blob: break;
    }
    append_text_form(column, row, out);
}

void append_spelled_number(const Column& column, std::size_t row, std::string& out) {
    if (column.kind(row) != CellKind::text) {
        append_number(column, row, out);
        return;
    }
    const std::string_view text = without_trailing_blanks(column.bytes(row));
    const bool is_number =
        column.type() == ColumnType::decimal ? is_comparable_number(text) : is_spelled_number(text);
    if (is_number) {
        append_tagged(tag_number, canonical_decimal(text), out);
    } else {
        append_tagged(tag_text, text, out);
    }
}

void append_time(Comparison comparison, const Column& column, std::size_t row, std::string& out) {
    if (const auto instant = comparable_instant(comparison, column, row)) {
        append_tagged(tag_time, std::to_string(*instant), out);
    } else {
        append_text_form(column, row, out);
    }
}

void append_spelling(Comparison comparison, const Column& column, std::size_t row,
                     std::string& out) {
    if (const auto spelling = comparable_spelling(comparison, column, row)) {
        append_tagged(tag_text, *spelling, out);
    } else {
        append_text_form(column, row, out);
    }
}

std::optional<std::string> uuid_spelling(const Column& column, std::size_t row) {
    if (column.kind(row) == CellKind::text && is_canonical_uuid(column.bytes(row))) {
        return std::nullopt;
    }
    const auto bytes = comparable_uuid(column, row);
    return bytes ? std::optional(format_uuid({bytes->data(), bytes->size()})) : std::nullopt;
}

} // namespace

std::string_view to_string(Comparison comparison) noexcept {
    switch (comparison) {
    case Comparison::number:
    case Comparison::spelled_number: return "number";
    case Comparison::text: return "text";
    case Comparison::padded_text: return "text without trailing blanks";
    case Comparison::bytes: return "bytes";
    case Comparison::uuid: return "uuid";
    case Comparison::json: return "json";
    case Comparison::time:
    case Comparison::epoch_seconds:
    case Comparison::epoch_millis:
    case Comparison::epoch_micros:
    case Comparison::epoch_nanos:
    case Comparison::julian_day: break;
    }
    return "time";
}

Comparison time_comparison(TimeEncoding encoding) noexcept {
    switch (encoding) {
    case TimeEncoding::epoch_seconds: return Comparison::epoch_seconds;
    case TimeEncoding::epoch_millis: return Comparison::epoch_millis;
    case TimeEncoding::epoch_micros: return Comparison::epoch_micros;
    case TimeEncoding::epoch_nanos: return Comparison::epoch_nanos;
    case TimeEncoding::julian_day: return Comparison::julian_day;
    case TimeEncoding::native:
    case TimeEncoding::iso_text: break;
    }
    return Comparison::time;
}

std::optional<TimeEncoding> encoding_of(Comparison comparison) noexcept {
    switch (comparison) {
    case Comparison::epoch_seconds: return TimeEncoding::epoch_seconds;
    case Comparison::epoch_millis: return TimeEncoding::epoch_millis;
    case Comparison::epoch_micros: return TimeEncoding::epoch_micros;
    case Comparison::epoch_nanos: return TimeEncoding::epoch_nanos;
    case Comparison::julian_day: return TimeEncoding::julian_day;
    case Comparison::number:
    case Comparison::spelled_number:
    case Comparison::time:
    case Comparison::text:
    case Comparison::padded_text:
    case Comparison::bytes:
    case Comparison::uuid:
    case Comparison::json: break;
    }
    return std::nullopt;
}

Comparison comparison_for(ColumnType left, ColumnType right) noexcept {
    if (is_number_like(left) && is_number_like(right)) {
        return Comparison::number;
    }
    if ((is_numeric(left) && is_text_like(right)) || (is_numeric(right) && is_text_like(left))) {
        return Comparison::spelled_number;
    }
    if ((is_temporal(left) && may_hold_time(right)) ||
        (is_temporal(right) && may_hold_time(left))) {
        return Comparison::time;
    }
    if (left == ColumnType::bytes && right == ColumnType::bytes) {
        return Comparison::bytes;
    }
    if (is_one_of(ColumnType::uuid, left, right, [](ColumnType other) {
            return is_text_like(other) || other == ColumnType::bytes;
        })) {
        return Comparison::uuid;
    }
    return is_one_of(ColumnType::json, left, right, is_text_like) ? Comparison::json
                                                                  : Comparison::text;
}

bool is_lossy(ColumnType left, ColumnType right) noexcept {
    if (left == right) {
        return false;
    }
    switch (comparison_for(left, right)) {
    case Comparison::number:
        // A double stands for every decimal that rounds to it.
        return left == ColumnType::real || right == ColumnType::real;
    case Comparison::text:
    case Comparison::bytes: return !(is_text_like(left) && is_text_like(right));
    case Comparison::spelled_number:
    case Comparison::time:
    case Comparison::padded_text:
    case Comparison::uuid:
    case Comparison::json:
    case Comparison::epoch_seconds:
    case Comparison::epoch_millis:
    case Comparison::epoch_micros:
    case Comparison::epoch_nanos:
    case Comparison::julian_day: break;
    }
    return true;
}

void append_comparable(Comparison comparison, const Column& column, std::size_t row,
                       std::string& out) {
    switch (comparison) {
    case Comparison::number: append_number(column, row, out); return;
    case Comparison::spelled_number: append_spelled_number(column, row, out); return;
    case Comparison::padded_text: append_padded_text(column, row, out); return;
    case Comparison::uuid:
    case Comparison::json: append_spelling(comparison, column, row, out); return;
    case Comparison::time:
    case Comparison::epoch_seconds:
    case Comparison::epoch_millis:
    case Comparison::epoch_micros:
    case Comparison::epoch_nanos:
    case Comparison::julian_day: append_time(comparison, column, row, out); return;
    case Comparison::text:
    case Comparison::bytes: append_text_form(column, row, out); return;
    }
}

bool is_within(const CellTolerance& tolerance, std::string_view a, std::string_view b) {
    const char tag = tolerance.number.empty() ? tag_time : tag_number;
    if (!a.starts_with(tag) || !b.starts_with(tag)) {
        return false;
    }
    const auto value = [](std::string_view bytes) { return bytes.substr(bytes.find(':') + 1); };
    return is_decimal_within(value(a), value(b),
                             tolerance.number.empty() ? std::to_string(tolerance.time)
                                                      : tolerance.number);
}

std::optional<Micros> comparable_instant(Comparison comparison, const Column& column,
                                         std::size_t row) {
    const CellKind kind = column.kind(row);
    const bool may_be_number = column.type() == ColumnType::decimal;
    if (kind == CellKind::text && !(may_be_number && is_decimal(column.bytes(row)))) {
        const auto parsed = parse_time(column.bytes(row));
        return parsed ? std::optional(parsed->micros) : std::nullopt;
    }
    if (kind != CellKind::integer || !is_temporal(column.type())) {
        const auto encoding = encoding_of(comparison);
        return encoding ? moment_of_number(*encoding, column, row) : std::nullopt;
    }
    const std::int64_t value = column.integer(row);
    const bool infinite =
        value == std::numeric_limits<Micros>::max() || value == std::numeric_limits<Micros>::min();
    if (infinite) {
        // Another store has no number for it, only the text.
        return std::nullopt;
    }
    if (column.type() != ColumnType::date) {
        return value;
    }
    Micros micros = 0;
    return __builtin_mul_overflow(value, micros_per_day, &micros) ? std::nullopt
                                                                  : std::optional(micros);
}

std::optional<UuidBytes> comparable_uuid(const Column& column, std::size_t row) {
    switch (column.kind(row)) {
    case CellKind::text: return parse_uuid(column.bytes(row));
    case CellKind::blob: {
        const std::string_view cell = column.bytes(row);
        UuidBytes bytes{};
        if (cell.size() != bytes.size()) {
            return std::nullopt;
        }
        std::copy(cell.begin(), cell.end(), bytes.begin());
        return bytes;
    }
    case CellKind::null:
    case CellKind::integer:
    case CellKind::real: break;
    }
    return std::nullopt;
}

std::optional<std::string> comparable_spelling(Comparison comparison, const Column& column,
                                               std::size_t row) {
    if (comparison == Comparison::uuid) {
        return uuid_spelling(column, row);
    }
    return comparison == Comparison::json && column.kind(row) == CellKind::text
               ? canonical_json(column.bytes(row))
               : std::nullopt;
}

bool is_comparable_number(std::string_view text) noexcept {
    return is_decimal(text) || text == "NaN" || text == "Infinity" || text == "-Infinity";
}

bool is_spelled_number(std::string_view text) noexcept {
    const bool has_exponent = text.find_first_of("eE") != std::string_view::npos;
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    const bool has_zeros = digits.starts_with('0') && digits.size() > 1 && digits[1] != '.';
    const bool begins_as_number = !digits.empty() && digits.front() >= '0' && digits.front() <= '9';
    return is_decimal(text)
               ? begins_as_number && !has_zeros && !has_exponent && !text.ends_with('.')
               : is_comparable_number(text);
}

std::string_view without_trailing_blanks(std::string_view text) noexcept {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

} // namespace assay
