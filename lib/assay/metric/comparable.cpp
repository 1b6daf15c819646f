// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/comparable.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/table/value.hpp"

#include <limits>
#include <optional>

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

bool may_hold_time(ColumnType type) noexcept {
    return is_temporal(type) || type == ColumnType::text || type == ColumnType::other;
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

void append_time(const Column& column, std::size_t row, std::string& out) {
    if (const auto instant = comparable_instant(column, row)) {
        append_tagged(tag_time, std::to_string(*instant), out);
    } else {
        append_text_form(column, row, out);
    }
}

} // namespace

std::string_view to_string(Comparison comparison) noexcept {
    switch (comparison) {
    case Comparison::number: return "number";
    case Comparison::time: return "time";
    case Comparison::text: return "text";
    case Comparison::padded_text: return "text without trailing blanks";
    case Comparison::bytes: return "bytes";
    }
    return "text";
}

Comparison comparison_for(ColumnType left, ColumnType right) noexcept {
    if (is_number_like(left) && is_number_like(right)) {
        return Comparison::number;
    }
    if ((is_temporal(left) && may_hold_time(right)) ||
        (is_temporal(right) && may_hold_time(left))) {
        return Comparison::time;
    }
    if (left == ColumnType::bytes && right == ColumnType::bytes) {
        return Comparison::bytes;
    }
    return Comparison::text;
}

bool is_lossy(ColumnType left, ColumnType right) noexcept {
    if (left == right) {
        return false;
    }
    switch (comparison_for(left, right)) {
    case Comparison::number:
        // A double stands for every decimal that rounds to it.
        return left == ColumnType::real || right == ColumnType::real;
    case Comparison::time:
    case Comparison::padded_text: return true;
    case Comparison::text:
    case Comparison::bytes: break;
    }
    const bool both_text = (left == ColumnType::text || left == ColumnType::other) &&
                           (right == ColumnType::text || right == ColumnType::other);
    return !both_text;
}

void append_comparable(Comparison comparison, const Column& column, std::size_t row,
                       std::string& out) {
    switch (comparison) {
    case Comparison::number: append_number(column, row, out); return;
    case Comparison::time: append_time(column, row, out); return;
    case Comparison::padded_text: append_padded_text(column, row, out); return;
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

std::optional<Micros> comparable_instant(const Column& column, std::size_t row) noexcept {
    if (column.kind(row) == CellKind::text) {
        const auto parsed = parse_time(column.bytes(row));
        return parsed ? std::optional(parsed->micros) : std::nullopt;
    }
    if (column.kind(row) != CellKind::integer || !is_temporal(column.type())) {
        return std::nullopt;
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

bool is_comparable_number(std::string_view text) noexcept {
    return is_decimal(text) || text == "NaN" || text == "Infinity" || text == "-Infinity";
}

std::string_view without_trailing_blanks(std::string_view text) noexcept {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

} // namespace assay
