// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/since.hpp"

#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr Micros micros_per_milli = 1000;

/// Rounded down, also before 1970.
std::int64_t whole_units(Micros micros, Micros unit) noexcept {
    const std::int64_t units = micros / unit;
    return micros % unit < 0 ? units - 1 : units;
}

/// The nearest moment of the years 1 to 9999, all that texts in SQLite can name.
Micros in_text(Micros micros) noexcept {
    constexpr Micros first = -62'135'596'800 * micros_per_second;
    constexpr Micros last = 253'402'300'799 * micros_per_second;
    return std::clamp(micros, first, last);
}

std::string postgres_condition(const ColumnSpec& column, const TimeStart& start) {
    const auto not_before = [&column](const std::string& time, std::string_view type) {
        return fmt::format("{} OPERATOR(pg_catalog.>=) '{}'::pg_catalog.{}",
                           quote_identifier(column.name), time, type);
    };
    switch (column.type) {
    case ColumnType::date:
        return not_before(format_date(whole_units(start.naive, micros_per_day)), "date");
    case ColumnType::timestamp: return not_before(format_timestamp(start.naive), "timestamp");
    default: return not_before(format_instant(start.instant), "timestamptz");
    }
}

/// A moment as SQLite's date functions take it, to the millisecond.
std::string julian_day(Micros micros) {
    const Micros millis = whole_units(in_text(micros), micros_per_milli);
    return fmt::format("julianday('{}')", format_timestamp(millis * micros_per_milli));
}

/// Which of the texts of a column that begin with a date are not before the start. SQLite does not
/// know zones of the forms +hh and +hhmm, takes the 30th of February for the 1st of March, and
/// would take more than a date for a time ("now", "12:00").
std::string text_condition(const std::string& name, const TimeStart& start) {
    return fmt::format(
        "{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' AND date(julianday(substr({0}, 1, "
        "10))) "
        "= substr({0}, 1, 10) AND CASE WHEN {0} GLOB '*:*[0-9][zZ]' OR {0} GLOB "
        "'*:*[+-][0-9][0-9]:[0-9][0-9]' THEN julianday({0}) >= {1} WHEN {0} GLOB "
        "'*:*[+-][0-9][0-9][0-9][0-9]' THEN julianday(substr({0}, 1, length({0}) - 2) || ':' || "
        "substr({0}, -2)) >= {1} WHEN {0} GLOB '*:*[+-][0-9][0-9]' THEN julianday({0} || ':00') >= "
        "{1} WHEN length({0}) = 10 THEN {0} >= '{3}' ELSE julianday({0}) >= {2} END",
        name, julian_day(start.instant), julian_day(start.naive),
        format_date(whole_units(in_text(start.naive), micros_per_day)));
}

/// Numbers since 1970, told apart by their size. Bounds beyond 64 bits are those of reals.
std::string number_condition(const std::string& name, Micros start) {
    const auto micros = static_cast<double>(start);
    const std::string seconds =
        fmt::format("{}.{:06}", start / micros_per_second, start % micros_per_second);
    const std::string millis =
        fmt::format("{}.{:03}", start / micros_per_milli, start % micros_per_milli);
    const std::string nanos = micros < 9.2e15 ? fmt::format("{}000", start) : "9.3e18";
    return fmt::format(
        "CASE WHEN {0} >= 100000000000000000 THEN {0} >= {4} AND {0} < 1e20 WHEN {0} >= "
        "100000000000000 THEN {0} >= {3} WHEN {0} >= 100000000000 THEN {0} >= {2} "
        "WHEN {0} >= 100000000 THEN {0} >= {1} ELSE 0 END",
        name, seconds, millis, start, nanos);
}

std::string sqlite_condition(const ColumnSpec& column, const TimeStart& start) {
    const std::string name = quote_identifier(column.name);
    // Nothing from before 1973 is written as a number of these sizes.
    const std::string numbers =
        number_condition(name, std::max<Micros>(start.instant, micros_per_second));
    return fmt::format("CASE typeof({0}) WHEN 'text' THEN {1} WHEN 'integer' THEN {2} WHEN 'real' "
                       "THEN CASE WHEN {0} >= 2000000 AND {0} < 3000000 THEN {0} >= {3} ELSE {2} "
                       "END ELSE 0 END",
                       name, text_condition(name, start), numbers, julian_day(start.instant));
}

} // namespace

bool can_hold_time(StoreKind kind, const ColumnSpec& column) noexcept {
    return kind == StoreKind::sqlite || is_temporal(column.type);
}

std::string since_condition(StoreKind kind, const ColumnSpec& column, const TimeStart& start) {
    return kind == StoreKind::sqlite ? sqlite_condition(column, start)
                                     : postgres_condition(column, start);
}

} // namespace assay
