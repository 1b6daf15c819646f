// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_target.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/deadline_check.hpp"

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

} // namespace

std::vector<FreshnessTarget> freshness_targets(const SelectedTables& selected,
                                               const FreshnessOptions& options) {
    std::vector<FreshnessTarget> targets;
    for (const auto* table : selected.tables) {
        targets.push_back(target_of(*table, options));
    }
    const bool none =
        std::none_of(targets.begin(), targets.end(),
                     [](const FreshnessTarget& target) { return target.column.has_value(); });
    if (none) {
        throw Error(ErrorKind::not_found,
                    targets.size() == 1
                        ? fmt::format("table {} has no column that looks like the time of a row",
                                      display_identifier(targets.front().table->ref.name))
                        : "no selected table has a column that looks like the time of a row",
                    "name one with --column");
    }
    return targets;
}

std::string reason_to_skip(const FreshnessTarget& target) {
    if (!reason_not_to_read(*target.table).empty()) {
        return reason_not_to_read(*target.table);
    }
    if (!target.column) {
        return "no column looks like the time of a row";
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

std::optional<ArrivalRequest> arrivals_of(const FreshnessTarget& target, Micros now,
                                          const FreshnessOptions& options) {
    constexpr Micros cadence_past = 63 * micros_per_day; // eight weeks, and one to know their ages
    Micros past = std::max(options.backcast.value_or(0), options.slo ? options.slo->window : 0);
    past = std::max(past, needs_cadence(options) ? cadence_past : 0);
    Micros from = now - past;
    if (const auto deadline = deadline_of(options)) {
        from = std::min(from, known_from(*deadline, {from, now}));
    }
    if (from == now) {
        return std::nullopt;
    }
    TimeSource source = times_of(target, now, options.common);
    if (!needs_cadence(options)) { // which says how old the column of the age usually is
        source.column = target.arrival.value_or(source.column);
    }
    return ArrivalRequest{source, from, now, options.common.assume_tz};
}

} // namespace assay
