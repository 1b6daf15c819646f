// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/window_condition.hpp"

#include "assay/scan/sqlite_times.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

std::string between(const std::string& value, const std::string& from, const std::string& to) {
    return fmt::format("{0} >= {1} AND {0} < {2}", value, from, to);
}

/// The day that begins at a clock reading; a clock change may have moved it by an hour.
std::string day_text(Micros reading) { return format_date(day_of(reading + micros_per_day / 2)); }

std::string server_condition(const ColumnSpec& column, const std::string& name,
                             const TimeStart& from, const TimeStart& to) {
    const auto literal = [](std::string_view type, const std::string& time) {
        return fmt::format("{} '{}'", type, time);
    };
    switch (column.type) {
    case ColumnType::date:
        return between(name, literal("DATE", day_text(from.naive)),
                       literal("DATE", day_text(to.naive)));
    case ColumnType::timestamptz:
        return between(name, literal("TIMESTAMPTZ", format_instant(from.instant)),
                       literal("TIMESTAMPTZ", format_instant(to.instant)));
    default:
        return between(name, literal("TIMESTAMP", format_timestamp(from.naive)),
                       literal("TIMESTAMP", format_timestamp(to.naive)));
    }
}

/// SQLite's date functions read texts in all of their forms, and Julian days, to the millisecond.
std::string text_condition(const ColumnSpec& column, const std::string& name, const TimeStart& from,
                           const TimeStart& to) {
    if (column.type == ColumnType::date) {
        return between(fmt::format("date({})", name), fmt::format("'{}'", day_text(from.naive)),
                       fmt::format("'{}'", day_text(to.naive)));
    }
    return between(fmt::format("strftime('%Y-%m-%d %H:%M:%f', {})", name),
                   fmt::format("'{}'", format_timestamp(from.naive)),
                   fmt::format("'{}'", format_timestamp(to.naive)));
}

/// Numbers since 1970 with what is left of a unit behind the point.
std::string number_condition(const std::string& name, TimeEncoding encoding, const TimeStart& from,
                             const TimeStart& to) {
    const auto number = [encoding](Micros moment) {
        switch (encoding) {
        case TimeEncoding::epoch_seconds:
            return fmt::format("{}.{:06}", moment / micros_per_second, moment % micros_per_second);
        case TimeEncoding::epoch_millis:
            return fmt::format("{}.{:03}", moment / 1000, moment % 1000);
        case TimeEncoding::epoch_nanos: return fmt::format("{}000", moment);
        default: return fmt::format("{}", moment);
        }
    };
    return between(name, number(from.instant), number(to.instant));
}

} // namespace

std::string window_condition(StoreKind kind, const ColumnSpec& column, const TimeForms& forms,
                             const TimeStart& from, const TimeStart& to) {
    const std::string name = quote_identifier(column.name);
    if (kind == StoreKind::postgresql && is_temporal(column.type)) {
        return server_condition(column, name, from, to);
    }
    const auto is_used = [](std::int64_t values) { return values > 0; };
    const auto used = std::find_if(forms.encodings.begin(), forms.encodings.end(), is_used);
    const bool one_way =
        std::count_if(forms.encodings.begin(), forms.encodings.end(), is_used) == 1;
    const auto encoding = static_cast<TimeEncoding>(used - forms.encodings.begin());
    if (one_way && encoding == TimeEncoding::iso_text && forms.naive == *used &&
        kind == StoreKind::sqlite) {
        return text_condition(column, name, from, to);
    }
    if (one_way && encoding >= TimeEncoding::epoch_seconds &&
        encoding <= TimeEncoding::epoch_nanos && from.instant > 0) {
        return number_condition(name, encoding, from, to);
    }
    return fmt::format("({}) AND NOT ({})", since_condition(kind, column, from),
                       since_condition(kind, column, to));
}

} // namespace assay
