// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/literal.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/base/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace assay {
namespace {

using Literal = std::optional<std::string>;

/// Would a terminal show something else than the character?
bool needs_escape(std::string_view character) { return escape_text(character) != character; }

std::string doubled_quotes(std::string_view text) {
    std::string doubled;
    for (const char c : text) {
        doubled.append(c == '\'' ? 2 : 1, c);
    }
    return doubled;
}

std::string quoted(std::string_view text) { return fmt::format("'{}'", doubled_quotes(text)); }

std::string hex_digits(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) {
        fmt::format_to(std::back_inserter(hex), "{:02x}", static_cast<unsigned char>(byte));
    }
    return hex;
}

/// With backslashes only in E'...', which means the same under every setting.
Literal postgres_text(std::string_view text) {
    std::string body;
    bool is_escaped = false;
    while (!text.empty()) {
        const CodePoint next = next_code_point(text);
        const std::string_view character = text.substr(0, next.size);
        if (next.value <= 0) {
            return std::nullopt;
        }
        if (character == "\\") {
            is_escaped = true;
            body += "\\\\";
        } else if (needs_escape(character)) {
            is_escaped = true;
            body += next.value < 0x10000 ? fmt::format("\\u{:04x}", next.value)
                                         : fmt::format("\\U{:08x}", next.value);
        } else {
            body += doubled_quotes(character);
        }
        text.remove_prefix(next.size);
    }
    return fmt::format("{}'{}'", is_escaped ? "E" : "", body);
}

/// In halves: SQLite takes expressions of a depth of 1,000 only.
std::string concatenated(const std::vector<std::string>& parts, std::size_t first,
                         std::size_t last) {
    constexpr std::size_t few = 8;
    if (last - first <= few) {
        return fmt::format("{}",
                           fmt::join(parts.begin() + static_cast<std::ptrdiff_t>(first),
                                     parts.begin() + static_cast<std::ptrdiff_t>(last), "||"));
    }
    const std::size_t middle = first + (last - first) / 2;
    return fmt::format("({})||({})", concatenated(parts, first, middle),
                       concatenated(parts, middle, last));
}

/// SQLite has no escapes, but a function that makes characters of their numbers.
std::string sqlite_text(std::string_view text) {
    if (!is_valid_utf8(text)) {
        return fmt::format("CAST(x'{}' AS TEXT)", hex_digits(text));
    }
    std::vector<std::string> parts;
    std::string plain;
    const auto end_plain = [&] {
        if (!plain.empty()) {
            parts.push_back(quoted(plain));
            plain.clear();
        }
    };
    while (!text.empty()) {
        const CodePoint next = next_code_point(text);
        const std::string_view character = text.substr(0, next.size);
        if (needs_escape(character)) {
            end_plain();
            parts.push_back(fmt::format("char({})", next.value));
        } else {
            plain += character;
        }
        text.remove_prefix(next.size);
    }
    end_plain();
    return parts.empty() ? "''" : concatenated(parts, 0, parts.size());
}

bool is_number_like(ColumnType type) noexcept {
    return is_numeric(type) || type == ColumnType::boolean;
}

/// In SQLite a number in a column of times means what its owner knows, so only another SQLite takes
/// it.
bool is_odd_time(const StoredValue& stored) noexcept {
    return stored.kind == StoreKind::sqlite && stored.value.kind == CellKind::integer &&
           (is_temporal(stored.value.type) || stored.value.type == ColumnType::time);
}

bool is_whole_number(std::string_view text) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool is_number(std::string_view text) noexcept {
    return is_decimal(text) || text == "NaN" || text == "Infinity" || text == "-Infinity";
}

/// The number that a value is; nullopt if it is none, or one whose spelling would be lost.
Literal number_of(const Value& value) {
    switch (value.kind) {
    case CellKind::integer:
        return is_number_like(value.type) ? Literal(std::to_string(value.integer)) : std::nullopt;
    case CellKind::real: return canonical_decimal(format_double(value.real));
    case CellKind::text:
        if (value.type == ColumnType::decimal && is_number(value.bytes)) {
            return value.bytes;
        }
        if (!is_number_like(value.type) && is_decimal(value.bytes) &&
            canonical_decimal(value.bytes) == value.bytes) {
            return value.bytes;
        }
        return std::nullopt;
    case CellKind::null:
    case CellKind::blob: break;
    }
    return std::nullopt;
}

Literal boolean_of(const Value& value) {
    const bool is_word = value.kind == CellKind::text && !is_number_like(value.type);
    if (is_word && (value.bytes == "true" || value.bytes == "false")) {
        return value.bytes;
    }
    const Literal number = number_of(value);
    if (is_word || !number || !is_decimal(*number)) {
        return std::nullopt;
    }
    const std::string canonical = canonical_decimal(*number);
    return canonical == "1" ? Literal("true") : canonical == "0" ? Literal("false") : std::nullopt;
}

/// A moment as Postgres reads it; dates and times before the year 1 have another spelling there.
Literal moment_of(const Value& value, ColumnType type) {
    constexpr Micros year_1 = -62'135'596'800 * micros_per_second;
    const bool is_text = value.kind == CellKind::text;
    if (is_text && (value.bytes == "infinity" || value.bytes == "-infinity")) {
        return value.bytes;
    }
    Micros micros = value.integer;
    if (is_text) {
        const auto parsed = parse_time(value.bytes);
        if (!parsed) {
            return std::nullopt;
        }
        micros = parsed->micros;
        // NOLINTNEXTLINE(bugprone-branch-clone): the last one counts, and asks last
    } else if (value.kind != CellKind::integer || !is_temporal(value.type)) {
        return std::nullopt;
    } else if (micros == std::numeric_limits<Micros>::max() ||
               micros == std::numeric_limits<Micros>::min()) {
        return display(value);
    } else if (value.type == ColumnType::date &&
               __builtin_mul_overflow(value.integer, micros_per_day, &micros)) {
        return std::nullopt;
    }
    if (micros < year_1 || (type == ColumnType::date && micros % micros_per_day != 0)) {
        return std::nullopt;
    }
    return type == ColumnType::date        ? format_date(micros / micros_per_day)
           : type == ColumnType::timestamp ? format_timestamp(micros)
                                           : format_instant(micros);
}

bool is_uuid(std::string_view text) noexcept {
    constexpr std::size_t size = 36;
    return text.size() == size &&
           text.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
}

Value text_value(std::string text) {
    return {ColumnType::text, CellKind::text, 0, 0, std::move(text)};
}

/// The text form by which a value is compared with a text.
Literal text_of(const Value& value) {
    if (value.kind == CellKind::blob) {
        return std::nullopt;
    }
    return value.kind == CellKind::real ? canonical_decimal(format_double(value.real))
                                        : display(value);
}

/// What Postgres makes a value of the type of.
Literal postgres_form(const Value& value, ColumnType type) {
    switch (type) {
    case ColumnType::boolean: return boolean_of(value);
    case ColumnType::integer: {
        const Literal number = number_of(value);
        const std::string whole = number && is_decimal(*number) ? canonical_decimal(*number) : "";
        return is_whole_number(whole) ? Literal(whole) : std::nullopt;
    }
    case ColumnType::real:
    case ColumnType::decimal: return number_of(value);
    case ColumnType::date:
    case ColumnType::timestamp:
    case ColumnType::timestamptz: return moment_of(value, type);
    case ColumnType::bytes: return std::nullopt;
    case ColumnType::uuid:
        return value.kind == CellKind::text && is_uuid(value.bytes) ? Literal(value.bytes)
                                                                    : std::nullopt;
    case ColumnType::text:
    case ColumnType::time:
    case ColumnType::interval:
    case ColumnType::json:
    case ColumnType::other: break;
    }
    return text_of(value);
}

Literal postgres_literal(const StoredValue& stored, ColumnType type) {
    const Value& value = stored.value;
    if (value.kind == CellKind::blob && type == ColumnType::bytes) {
        return fmt::format("E'\\\\x{}'", hex_digits(value.bytes));
    }
    if (is_odd_time(stored)) {
        return std::nullopt;
    }
    Literal form = postgres_form(value, type);
    if (!form || type == ColumnType::integer) {
        return form;
    }
    return postgres_text(*form);
}

/// As people write it where SQLite has read no more digits than it keeps; else as the quotient of
/// two whole numbers, because SQLite reads 16 digits and more only nearly right.
Literal sqlite_real(double number) {
    constexpr int kept_digits = 15;
    constexpr int mantissa_bits = 53;
    if (std::isnan(number)) {
        return std::nullopt;
    }
    if (std::isinf(number)) {
        return number > 0 ? "9e999" : "-9e999";
    }
    const std::string text = format_double(number);
    const std::string_view significant = std::string_view(text).substr(0, text.find('e'));
    const auto digits = std::count_if(significant.begin(), significant.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
    int exponent = 0;
    const double mantissa = std::frexp(number, &exponent);
    const int shift = mantissa_bits - exponent;
    if (digits > kept_digits + 1 && shift > 0 &&
        shift < std::numeric_limits<std::int64_t>::digits) {
        return fmt::format("({}/{}.0)",
                           static_cast<std::int64_t>(std::ldexp(mantissa, mantissa_bits)),
                           std::int64_t{1} << shift);
    }
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// A decimal as what SQLite keeps, if that means the same.
std::optional<Value> sqlite_number(const std::string& decimal, ColumnType type) {
    if (!is_decimal(decimal)) {
        // Only a column of decimals is looked into for such texts.
        return type == ColumnType::decimal ? std::optional(text_value(decimal)) : std::nullopt;
    }
    const std::string canonical = canonical_decimal(decimal);
    const char* const last = canonical.data() + canonical.size();
    Value value{ColumnType::decimal, CellKind::integer, 0, 0, {}};
    if (is_whole_number(canonical)) {
        std::from_chars(canonical.data(), last, value.integer);
        return value;
    }
    value.kind = CellKind::real;
    const auto [end, error] = std::from_chars(canonical.data(), last, value.real);
    const bool is_kept = error == std::errc() && end == last &&
                         canonical_decimal(format_double(value.real)) == canonical;
    return is_kept ? std::optional(value) : std::nullopt;
}

/// What Postgres holds, as SQLite does.
std::optional<Value> sqlite_form(const Value& value, ColumnType type) {
    if (value.kind == CellKind::blob ||
        (value.kind == CellKind::integer && value.type == ColumnType::integer)) {
        return value;
    }
    if (is_number_like(type) && is_number_like(value.type)) {
        const bool is_infinite = value.kind == CellKind::real && std::isinf(value.real);
        if (value.kind == CellKind::integer || is_infinite) {
            return value;
        }
        const Literal number = number_of(value);
        return number ? sqlite_number(*number, type) : std::nullopt;
    }
    const Literal text = text_of(value);
    return text ? std::optional(text_value(*text)) : std::nullopt;
}

Literal sqlite_literal(const Value& value) {
    switch (value.kind) {
    case CellKind::null: return "NULL";
    case CellKind::integer: return std::to_string(value.integer);
    case CellKind::real: return sqlite_real(value.real);
    case CellKind::text: return sqlite_text(value.bytes);
    case CellKind::blob: return fmt::format("x'{}'", hex_digits(value.bytes));
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> text_literal(StoreKind kind, std::string_view text) {
    return kind == StoreKind::sqlite ? sqlite_text(text) : postgres_text(text);
}

std::optional<std::string> value_literal(const StoredValue& stored, StoreKind kind,
                                         ColumnType type) {
    if (stored.value.kind == CellKind::null) {
        return "NULL";
    }
    if (kind == StoreKind::postgresql) {
        return postgres_literal(stored, type);
    }
    const auto value = value_for_sqlite(stored, type);
    return value ? sqlite_literal(*value) : std::nullopt;
}

std::optional<Value> value_for_sqlite(const StoredValue& stored, ColumnType type) {
    return stored.kind == StoreKind::sqlite || stored.value.kind == CellKind::null
               ? std::optional(stored.value)
               : sqlite_form(stored.value, type);
}

} // namespace assay
