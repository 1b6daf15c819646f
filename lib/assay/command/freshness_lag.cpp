// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_lag.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/lag.hpp"
#include "assay/scan/lag_times.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

bool is_wanted(const FreshnessOptions& options) {
    return options.event_column && options.arrival_column;
}

LagSource source_of(const TableSchema& table, const FreshnessOptions& options) {
    return {&table, require_column(table, *options.event_column),
            require_column(table, *options.arrival_column), options.common.where};
}

LagRules rules_of(Micros now, const FreshnessOptions& options) {
    const CommonOptions& common = options.common;
    const Micros limit = now + common.skew;
    const Micros naive =
        common.assume_tz.empty() ? limit : utc_to_local(limit, common.assume_tz).value_or(limit);
    return {{limit, naive}, now, common.skew, options.max_lag, common.assume_tz};
}

/// The column that we may not read; empty if there is none.
std::string unreadable_column(const LagSource& source) {
    for (const std::size_t ordinal : {source.event, source.arrival}) {
        if (!source.table->columns[ordinal].readable) {
            return source.table->columns[ordinal].name;
        }
    }
    return {};
}

std::vector<CheckResult> measure(Session& session, const LagSource& source, Micros now,
                                 const FreshnessOptions& options) {
    LagFacts facts;
    facts.table = source.table->ref;
    facts.event_column = source.table->columns[source.event].name;
    facts.arrival_column = source.table->columns[source.arrival].name;
    facts.profile = read_lags(session, source, rules_of(now, options));
    if (facts.profile.naive_rows > 0) {
        facts.zone = options.common.assume_tz.empty() ? "UTC" : options.common.assume_tz;
    }
    return {check_lag(facts, {options.max_lag, options.max_late}), check_negative_lag(facts)};
}

} // namespace

void require_lag_columns(const SelectedTables& selected, const FreshnessOptions& options) {
    if (!is_wanted(options)) {
        return;
    }
    for (const auto* table : selected.tables) {
        const LagSource source = source_of(*table, options);
        if (source.event == source.arrival) {
            throw Error(ErrorKind::usage,
                        fmt::format("--event-column and --arrival-column both name {}",
                                    display_identifier(*options.event_column)),
                        "name the column that says when a row was loaded");
        }
    }
}

std::vector<CheckResult> judge_lag(Session& session, const TableSchema& table, Micros now,
                                   const FreshnessOptions& options, const Context& context) {
    if (!is_wanted(options)) {
        return {};
    }
    const LagSource source = source_of(table, options);
    const std::vector<std::string> columns{table.columns[source.event].name,
                                           table.columns[source.arrival].name};
    if (const std::string name = unreadable_column(source); !name.empty()) {
        return {unread_result("freshness.lag", table.ref, columns,
                              fmt::format("no SELECT privilege on column {}", name),
                              Unread::error)};
    }
    try {
        return measure(session, source, now, options);
    } catch (const Error& error) {
        return {error_result("freshness.lag", table.ref, columns, error, context.cancellation)};
    }
}

void explain_lag(const Source& source, const TableSchema& table, const FreshnessOptions& options,
                 Document& document) {
    if (is_wanted(options)) {
        document.plan.push_back(scan_step(source, lag_scan(source_of(table, options)),
                                          "the time from event to arrival, of every row"));
    }
}

} // namespace assay
