// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/time_accumulator.hpp"

#include "assay/metric/number_time.hpp"

#include <algorithm>
#include <limits>

namespace assay {
namespace {

constexpr Micros infinite_future = std::numeric_limits<Micros>::max();
constexpr Micros infinite_past = std::numeric_limits<Micros>::min();

/// Days to microseconds; dates beyond what microseconds can hold stay just short of infinity.
Micros days_to_micros(std::int64_t days) noexcept {
    if (days == infinite_future || days == infinite_past) {
        return days;
    }
    Micros micros = 0;
    if (__builtin_mul_overflow(days, micros_per_day, &micros)) {
        return days > 0 ? infinite_future - 1 : infinite_past + 1;
    }
    return micros;
}

std::optional<TimeReading> read_epoch(double number) noexcept {
    struct Range {
        double from;
        double micros_per_unit;
        TimeEncoding encoding;
    };
    static constexpr std::array ranges{
        Range{1e17, 1e-3, TimeEncoding::epoch_nanos}, Range{1e14, 1, TimeEncoding::epoch_micros},
        Range{1e11, 1e3, TimeEncoding::epoch_millis}, Range{1e8, 1e6, TimeEncoding::epoch_seconds}};
    if (!(number < 1e20)) {
        return std::nullopt;
    }
    for (const auto& range : ranges) {
        if (number >= range.from) {
            const double micros = number * range.micros_per_unit;
            return micros < 9.2e18 ? std::optional(TimeReading{static_cast<Micros>(micros), false,
                                                               range.encoding})
                                   : std::nullopt;
        }
    }
    return std::nullopt;
}

/// Exact also for nanoseconds, which a double cannot hold.
std::optional<TimeReading> read_epoch(std::int64_t number) noexcept {
    auto reading = read_epoch(static_cast<double>(number));
    if (reading && reading->encoding == TimeEncoding::epoch_nanos) {
        reading->micros = number / 1000;
    } else if (reading && reading->encoding == TimeEncoding::epoch_micros) {
        reading->micros = number;
    }
    return reading;
}

std::optional<TimeReading> read_real(double number) noexcept {
    const bool is_julian = number >= 2e6 && number < 3e6;
    const auto moment = is_julian ? moment_of_julian_day(number) : std::nullopt;
    return moment ? TimeReading{*moment, false, TimeEncoding::julian_day} : read_epoch(number);
}

std::optional<TimeReading> read_text(std::string_view text) noexcept {
    const auto parsed = parse_time(text);
    if (!parsed) {
        return std::nullopt;
    }
    return TimeReading{parsed->micros, !parsed->has_zone, TimeEncoding::iso_text};
}

std::optional<TimeReading> read_integer(ColumnType type, std::int64_t value) noexcept {
    if (type == ColumnType::date) {
        return TimeReading{days_to_micros(value), true, TimeEncoding::native};
    }
    if (type == ColumnType::timestamp || type == ColumnType::timestamptz) {
        return TimeReading{value, type == ColumnType::timestamp, TimeEncoding::native};
    }
    return read_epoch(value);
}

void keep_newest(std::optional<Micros>& newest, Micros micros) noexcept {
    newest = newest ? std::max(*newest, micros) : micros;
}

} // namespace

std::optional<TimeReading> read_time(const Column& column, std::size_t row) noexcept {
    switch (column.kind(row)) {
    case CellKind::integer: return read_integer(column.type(), column.integer(row));
    case CellKind::real: return read_real(column.real(row));
    case CellKind::text: return read_text(column.bytes(row));
    case CellKind::null:
    case CellKind::blob: break;
    }
    return std::nullopt;
}

std::string_view to_string(TimeEncoding encoding) noexcept {
    switch (encoding) {
    case TimeEncoding::native: return "native";
    case TimeEncoding::iso_text: return "ISO 8601 text";
    case TimeEncoding::epoch_seconds: return "epoch seconds";
    case TimeEncoding::epoch_millis: return "epoch milliseconds";
    case TimeEncoding::epoch_micros: return "epoch microseconds";
    case TimeEncoding::epoch_nanos: return "epoch nanoseconds";
    case TimeEncoding::julian_day: return "Julian days";
    }
    return "native";
}

void TimeAccumulator::update(const Column& column) {
    m_profile.rows += static_cast<std::int64_t>(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.kind(row) == CellKind::null) {
            ++m_profile.nulls;
            continue;
        }
        const auto reading = read_time(column, row);
        if (!reading) {
            ++m_profile.unparsable;
            continue;
        }
        ++m_profile.encodings.at(static_cast<std::size_t>(reading->encoding));
        const bool naive = reading->naive;
        m_profile.naive_rows += naive ? 1 : 0;
        if (reading->micros == infinite_future || reading->micros == infinite_past) {
            ++m_profile.infinities;
        } else if (reading->micros > (naive ? m_limit.naive : m_limit.instant)) {
            ++m_profile.future_rows;
        } else {
            keep_newest(naive ? m_profile.newest_naive : m_profile.newest_instant, reading->micros);
        }
    }
}

void TimeAccumulator::merge(const TimeAccumulator& other) {
    const TimeProfile& more = other.m_profile;
    m_profile.rows += more.rows;
    m_profile.nulls += more.nulls;
    m_profile.unparsable += more.unparsable;
    m_profile.infinities += more.infinities;
    m_profile.naive_rows += more.naive_rows;
    m_profile.future_rows += more.future_rows;
    for (std::size_t i = 0; i < time_encodings; ++i) {
        m_profile.encodings.at(i) += more.encodings.at(i);
    }
    if (more.newest_instant) {
        keep_newest(m_profile.newest_instant, *more.newest_instant);
    }
    if (more.newest_naive) {
        keep_newest(m_profile.newest_naive, *more.newest_naive);
    }
}

} // namespace assay
