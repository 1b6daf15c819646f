// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_target.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/cadence.hpp"
#include "assay/check/deadline_check.hpp"
#include "assay/check/missing_windows.hpp"
#include "assay/command/freshness_writes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

FreshnessTarget target_of(const TableSchema& table, const FreshnessOptions& options) {
    const auto by = options.by ? std::optional(require_column(table, *options.by)) : std::nullopt;
    const auto arrival = options.arrival_column
                             ? std::optional(require_column(table, *options.arrival_column))
                             : std::nullopt;
    if (options.column) {
        return {&table, TimeColumn{require_column(table, *options.column), ""}, by, arrival};
    }
    if (arrival) {
        return {&table, TimeColumn{*arrival, ""}, by, arrival};
    }
    return {&table, guess_time_column(table), by, arrival};
}

/// Now plus the allowed skew, as an instant and as a clock reading in the assumed zone.
TimeLimit limit_of(Micros now, const CommonOptions& options) {
    const Micros instant = now + options.skew;
    if (options.assume_tz.empty()) {
        return {instant, instant};
    }
    return {instant, utc_to_local(instant, options.assume_tz).value_or(instant)};
}

constexpr Micros cadence_past = 63 * micros_per_day; // eight weeks, and one to know their ages

/// From when on the checks that look back want to know arrivals; `now`: from never on.
Micros looked_back_from(Micros now, const FreshnessOptions& options) {
    Micros past = std::max(options.backcast.value_or(0), options.slo ? options.slo->window : 0);
    past = std::max(past, needs_cadence(options) ? cadence_past : 0);
    const Micros from = now - past;
    const auto deadline = deadline_of(options);
    return deadline ? std::min(from, known_from(*deadline, {from, now})) : from;
}

/// From when on they must be known to find windows, and say what those lack.
Micros windows_known_from(Micros now, const FreshnessOptions& options) {
    return now - options.backcast.value_or(0) -
           (window_limit(options) ? expectation_past : cadence_past);
}

} // namespace

std::vector<FreshnessTarget> freshness_targets(Session& session, const SelectedTables& selected,
                                               const FreshnessOptions& options) {
    std::vector<FreshnessTarget> targets;
    for (const auto* table : selected.tables) {
        targets.push_back(target_of(*table, options));
    }
    const auto has_column = [](const FreshnessTarget& target) { return target.column.has_value(); };
    if (!std::all_of(targets.begin(), targets.end(), has_column) &&
        tells_writes(session, options)) {
        for (auto& target : targets) {
            target.by_writes = !target.column;
        }
        return targets;
    }
    if (std::none_of(targets.begin(), targets.end(), has_column)) {
        throw Error(ErrorKind::not_found,
                    targets.size() == 1
                        ? fmt::format("table {} has no column that looks like the time of a row",
                                      display_identifier(targets.front().table->ref.name))
                        : "no selected table has a column that looks like the time of a row",
                    "name one with --column, or let --history FILE tell when it is written");
    }
    return targets;
}

std::string reason_to_skip(const FreshnessTarget& target) {
    if (!reason_not_to_read(*target.table).empty()) {
        return reason_not_to_read(*target.table);
    }
    if (!target.column) {
        return target.by_writes ? "" : "no column looks like the time of a row";
    }
    const auto& columns = target.table->columns;
    return columns[target.column->ordinal].readable &&
                   columns[target.arrival.value_or(target.column->ordinal)].readable
               ? ""
               : "no SELECT privilege on the time column";
}

TimeSource times_of(const FreshnessTarget& target, Micros now, const CommonOptions& options) {
    return {target.table, target.column->ordinal, limit_of(now, options), options.where};
}

TimeStart kept_from(Micros now, Micros retention, const CommonOptions& options) {
    constexpr Micros first = -210'866'803'200 * micros_per_second; // no store has older times
    Micros instant = 0;
    instant = __builtin_sub_overflow(now, retention, &instant) ? first : std::max(instant, first);
    return {instant, options.assume_tz.empty()
                         ? instant
                         : utc_to_local(instant, options.assume_tz).value_or(instant)};
}

bool needs_cadence(const FreshnessOptions& options) noexcept {
    return !options.max_age && !options.warn_age && !options.by_time;
}

std::optional<Deadline> deadline_of(const FreshnessOptions& options) {
    auto deadline = options.by_time;
    if (deadline) {
        deadline->grace = options.grace.value_or(0);
        deadline->calendar = options.calendar.value_or(Calendar());
    }
    return deadline;
}

bool seeks_windows(const FreshnessOptions& options) noexcept {
    return options.backcast && (window_limit(options) || needs_cadence(options));
}

std::optional<Micros> window_limit(const FreshnessOptions& options) noexcept {
    return options.max_age ? options.max_age : options.warn_age;
}

ArrivalRequests arrivals_of(const FreshnessTarget& target, Micros now, Micros earliest,
                            const FreshnessOptions& options) {
    const TimeSource source = times_of(target, now, options.common);
    const auto request = [&](std::size_t column, Micros from) {
        ArrivalRequest wanted{source, from, now, options.common.assume_tz};
        wanted.source.column = column;
        return wanted;
    };
    // The cadence says how old the column of the age usually is.
    const std::size_t column =
        needs_cadence(options) ? source.column : target.arrival.value_or(source.column);
    ArrivalRequests requests;
    Micros from = looked_back_from(now, options);
    if (seeks_windows(options)) {
        const Micros windows_from = std::min(windows_known_from(now, options), earliest);
        if (column == source.column) {
            from = std::min(from, windows_from);
        } else {
            requests.windows = request(source.column, windows_from);
        }
    }
    if (from < now) {
        requests.arrivals = request(column, from);
    }
    const bool only_cadence = needs_cadence(options) && !options.slo && !options.backcast &&
                              options.common.history.empty();
    if (requests.arrivals && only_cadence) {
        requests.arrivals->moments = cadence_moments(now);
    }
    return requests;
}

} // namespace assay
