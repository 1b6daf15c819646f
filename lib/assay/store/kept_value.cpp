// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/kept_value.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/store/affinity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace assay {
namespace {

using Kept = std::optional<Value>;

Value integer_value(std::int64_t number) {
    return {ColumnType::integer, CellKind::integer, number, 0, {}};
}
Value real_value(double number) { return {ColumnType::real, CellKind::real, 0, number, {}}; }
Value text_value(std::string text) {
    return {ColumnType::text, CellKind::text, 0, 0, std::move(text)};
}

template <typename Number>
std::optional<Number> whole_of(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                    : std::nullopt;
}

/// A text that SQLite takes for a number, without the blanks around it and a plus; else empty.
std::string_view sqlite_spelling(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\v\f\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    text = text.substr(first, text.find_last_not_of(blanks) + 1 - first);
    if (text.starts_with('+') && !text.starts_with("+-")) {
        text.remove_prefix(1);
    }
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    const bool is_number = digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_read = error != std::errc::invalid_argument && end == text.data() + text.size();
    return is_number && is_read ? text : std::string_view();
}

/// As strtod() does: what is too large is infinite.
double nearest_double(std::string_view number) {
    return std::strtod(std::string(number).c_str(), nullptr);
}

/// A real that is a whole number is kept as an integer.
Value as_number(double number) {
    constexpr double limit = 9223372036854775808.0;
    return std::trunc(number) == number && number > -limit && number < limit
               ? integer_value(static_cast<std::int64_t>(number))
               : real_value(number);
}

Value with_numeric_affinity(const Value& value) {
    if (value.kind == CellKind::real) {
        return as_number(value.real);
    }
    const std::string_view spelling =
        value.kind == CellKind::text ? sqlite_spelling(value.bytes) : std::string_view();
    if (spelling.empty()) {
        return value;
    }
    const auto whole = whole_of<std::int64_t>(spelling);
    return whole ? integer_value(*whole) : as_number(nearest_double(spelling));
}

/// "7.0", "1.0e+20": 15 digits, and always a point.
std::string sqlite_text_of(double number) {
    if (std::isinf(number)) {
        return number > 0 ? "Inf" : "-Inf";
    }
    std::string text = fmt::format("{:.15g}", number);
    if (text.find('.') == std::string::npos) {
        text.insert(std::min(text.find('e'), text.size()), ".0");
    }
    return text;
}

Value with_affinity(const Value& value, Affinity affinity) {
    switch (affinity) {
    case Affinity::none: return value;
    case Affinity::text:
        return value.kind == CellKind::integer ? text_value(std::to_string(value.integer))
               : value.kind == CellKind::real  ? text_value(sqlite_text_of(value.real))
                                               : value;
    case Affinity::numeric: return with_numeric_affinity(value);
    case Affinity::real: break;
    }
    const Value number = with_numeric_affinity(value);
    return number.kind == CellKind::integer ? real_value(static_cast<double>(number.integer))
                                            : number;
}

/// A key that is the rowid, and every column of a STRICT table, take one kind of value alone.
bool is_taken(const Value& kept, const ColumnSpec& column) {
    if (!column.enforced || kept.kind == CellKind::null) {
        return true;
    }
    switch (affinity_of(column.declared_type)) {
    case Affinity::text: return kept.kind == CellKind::text;
    case Affinity::numeric: return kept.kind == CellKind::integer;
    case Affinity::real: return kept.kind == CellKind::real;
    case Affinity::none: break;
    }
    return kept.kind == CellKind::blob;
}

Kept kept_by_sqlite(const Value& written, const TableSchema& table, const ColumnSpec& column) {
    // ANY has an affinity as any other word, but for a STRICT table, where it keeps all as it is.
    const bool is_any = table.strict && to_lower_ascii(column.declared_type) == "any";
    Value kept =
        with_affinity(written, is_any ? Affinity::none : affinity_of(column.declared_type));
    kept.type = column.type;
    return is_taken(kept, column) ? Kept(kept) : std::nullopt;
}

/// The digits and decimal places of "numeric(10,2)".
struct Precision {
    std::int64_t digits = 0;
    std::int64_t places = 0;
};

std::optional<Precision> precision_of(std::string_view declared) {
    constexpr std::string_view name = "numeric(";
    const std::size_t comma = declared.find(',');
    if (!declared.starts_with(name) || !declared.ends_with(')') || comma == std::string::npos) {
        return std::nullopt;
    }
    const auto digits = whole_of<std::int64_t>(declared.substr(name.size(), comma - name.size()));
    const auto places =
        whole_of<std::int64_t>(declared.substr(comma + 1, declared.size() - comma - 2));
    return digits && places ? std::optional(Precision{*digits, *places}) : std::nullopt;
}

/// How many digits there are before the point: of 12.5 two, of 0.5 none, of 0.05 minus one.
std::int64_t magnitude_of(std::string_view canonical) {
    const std::string_view digits = canonical.substr(canonical.starts_with('-') ? 1 : 0);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const std::size_t first = digits.find_first_not_of("0.");
    return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) +
           (first > point ? 1 : 0);
}

Kept kept_decimal(const std::string& number, const ColumnSpec& column) {
    Value kept{ColumnType::decimal, CellKind::text, 0, 0, number};
    const auto precision = precision_of(column.declared_type);
    if (!precision || number == "NaN") {
        return kept;
    }
    if (!is_decimal(number)) {
        return std::nullopt;
    }
    kept.bytes = rounded_decimal(number, precision->places);
    return kept.bytes == "0" || magnitude_of(kept.bytes) <= precision->digits - precision->places
               ? Kept(kept)
               : std::nullopt;
}

/// @param number a decimal, or "NaN", "Infinity", "-Infinity"
Kept kept_real(std::string_view number, const ColumnSpec& column) {
    if (!is_decimal(number)) {
        return real_value(number == "NaN"           ? std::numeric_limits<double>::quiet_NaN()
                          : number.starts_with('-') ? -std::numeric_limits<double>::infinity()
                                                    : std::numeric_limits<double>::infinity());
    }
    if (column.declared_type == "real") {
        // As it is shown: the double of its shortest text.
        const auto single = whole_of<float>(number);
        return single ? Kept(real_value(nearest_double(fmt::format("{}", *single)))) : std::nullopt;
    }
    const auto real = whole_of<double>(number);
    return real ? Kept(real_value(*real)) : std::nullopt;
}

template <typename Integer>
bool holds(std::int64_t number) {
    return number >= std::numeric_limits<Integer>::min() &&
           number <= std::numeric_limits<Integer>::max();
}

Kept kept_integer(std::string_view number, const ColumnSpec& column) {
    const auto whole = whole_of<std::int64_t>(number);
    const bool is_held = whole && (column.declared_type == "smallint"  ? holds<std::int16_t>(*whole)
                                   : column.declared_type == "integer" ? holds<std::int32_t>(*whole)
                                                                       : true);
    return is_held ? Kept(integer_value(*whole)) : std::nullopt;
}

/// The number that a value is, in its one spelling.
std::string number_of(const Value& value) {
    return value.kind == CellKind::integer ? std::to_string(value.integer)
           : value.kind == CellKind::real  ? canonical_decimal(format_double(value.real))
                                           : canonical_decimal(value.bytes);
}

Kept kept_by_postgres(const Value& written, const ColumnSpec& column) {
    const std::string number = number_of(written);
    switch (column.type) {
    case ColumnType::integer: return kept_integer(number, column);
    case ColumnType::real: return kept_real(number, column);
    default: return kept_decimal(number, column);
    }
}

/// The n of "timestamp(n) without time zone", "character varying(n)".
std::optional<std::int64_t> width_of(std::string_view declared, std::string_view name) {
    if (!declared.starts_with(name) || !declared.substr(name.size()).starts_with('(')) {
        return std::nullopt;
    }
    const std::string_view rest = declared.substr(name.size() + 1);
    return whole_of<std::int64_t>(rest.substr(0, std::min(rest.find(')'), rest.size())));
}

/// To n places of a second, halves away from 2000-01-01, as Postgres counts from there.
Micros rounded_time(Micros time, std::int64_t places) {
    constexpr Micros epoch = 946'684'800 * micros_per_second;
    Micros unit = micros_per_second;
    for (std::int64_t i = 0; i < places; ++i) {
        unit /= 10;
    }
    const Micros distance = time - epoch;
    const Micros rest = std::abs(distance) % unit;
    const Micros whole = std::abs(distance) - rest + (2 * rest >= unit ? unit : 0);
    return epoch + (distance < 0 ? -whole : whole);
}

/// A time, or a text that spells one.
Kept kept_time(Value value, const ColumnSpec& column) {
    constexpr std::int64_t most_places = 5; // with 6 all are kept
    const auto places = width_of(column.declared_type, "timestamp");
    if (!places || *places > most_places) {
        return value;
    }
    if (value.kind == CellKind::text) {
        const auto parsed = parse_time(value.bytes);
        if (!parsed) {
            return value;
        }
        value = {ColumnType::timestamp, CellKind::integer, parsed->micros, 0, {}};
    }
    constexpr auto least = std::numeric_limits<Micros>::min();
    constexpr auto most = std::numeric_limits<Micros>::max();
    const bool is_finite = value.integer != least && value.integer != most;
    if (value.kind == CellKind::integer && is_finite) {
        value.integer = rounded_time(value.integer, *places);
    }
    return value;
}

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; // begins one, in UTF-8
    }));
}

Kept kept_text(Value value, const ColumnSpec& column) {
    const auto fixed = width_of(column.declared_type, "character");
    const auto width = fixed ? fixed : width_of(column.declared_type, "character varying");
    if (!width || value.kind != CellKind::text || !column.declared_type.ends_with(')')) {
        return value;
    }
    const auto most = static_cast<std::size_t>(*width);
    std::size_t count = characters_in(value.bytes);
    for (; count > most && value.bytes.ends_with(' '); --count) {
        value.bytes.pop_back(); // blanks alone are cut off
    }
    if (count > most) {
        return std::nullopt;
    }
    while (fixed && value.bytes.ends_with(' ')) {
        value.bytes.pop_back(); // as it is read: which of them were written nobody knows
    }
    return value;
}

} // namespace

std::optional<Value> kept_value(const StoredValue& written, StoreKind kind,
                                const TableSchema& table, const ColumnSpec& column) {
    if (kind == StoreKind::sqlite) {
        const auto value = value_for_sqlite(written, column.type);
        return value ? kept_by_sqlite(*value, table, column) : std::nullopt;
    }
    if (written.value.kind == CellKind::null) {
        return written.value;
    }
    return is_numeric(column.type)    ? kept_by_postgres(written.value, column)
           : is_temporal(column.type) ? kept_time(written.value, column)
                                      : kept_text(written.value, column);
}

} // namespace assay
