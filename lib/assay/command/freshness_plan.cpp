// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_plan.hpp"

#include "assay/base/time.hpp"
#include "assay/command/freshness_lag.hpp"
#include "assay/scan/group_ages.hpp"
#include "assay/scan/oldest_rows.hpp"
#include "assay/scan/write_marks.hpp"

#include <fmt/format.h>

#include <string>

namespace assay {
namespace {

/// The steps that read the table: the end of an index, or every row.
void explain_age(const Source& source, const FreshnessTarget& target,
                 const FreshnessOptions& options, Document& document) {
    const std::string guess =
        target.column->why.empty() ? "" : "; the column was guessed: " + target.column->why;
    const StoreKind kind = source.session->source().kind;
    const Micros now = now_of(options.common, *source.session);
    const TimeSource times = times_of(target, now, options.common);
    const Index* index = options.reading == Reading::shortest ? newest_index(kind, times) : nullptr;
    if (index == nullptr) {
        ScanRequest scan;
        scan.where = options.common.where;
        scan.table = target.table;
        scan.columns = {target.column->ordinal};
        document.plan.push_back(scan_step(
            source, scan, "the newest time that is not in the future, among every row" + guess));
        return;
    }
    for (const auto& sql : newest_sql(kind, times, *index)) {
        document.plan.push_back(
            {source.id, qualified_name(target.table->ref), "index", sql, std::nullopt,
             fmt::format(
                 "the newest time that is not in the future, from the end of the index {}{}",
                 index->name, guess)});
    }
}

/// The step that looks back on arrivals, if a check does.
void explain_arrivals(const Source& source, const FreshnessTarget& target,
                      const std::optional<ArrivalRequest>& request, const FreshnessOptions& options,
                      Document& document) {
    if (!request) {
        return;
    }
    const std::string arrivals =
        "the arrivals of the last " + format_duration(request->until - request->from);
    const std::string why = request->moments.empty()
                                ? arrivals + ", by minute"
                                : "how old it was at this time of the week, from " + arrivals;
    const std::string sql = arrivals_sql(source.session->source().kind, *request);
    if (sql.empty()) {
        ScanRequest scan;
        scan.where = options.common.where;
        scan.table = target.table;
        scan.columns = {request->source.column};
        document.plan.push_back(scan_step(source, scan, why));
        return;
    }
    document.plan.push_back(
        {source.id, qualified_name(target.table->ref), "query", sql, std::nullopt, why});
}

/// The step that finds the oldest row, if somebody asks how long rows are kept.
void explain_retention(const Source& source, const FreshnessTarget& target,
                       const FreshnessOptions& options, Document& document) {
    if (!options.retention) {
        return;
    }
    const Micros now = now_of(options.common, *source.session);
    const TimeSource times = times_of(target, now, options.common);
    const std::string why = "the oldest time, and the rows that are older than --retention";
    const std::string sql = oldest_sql(source.session->source().kind, times,
                                       kept_from(now, *options.retention, options.common));
    if (sql.empty()) {
        ScanRequest scan;
        scan.where = options.common.where;
        scan.table = target.table;
        scan.columns = {target.column->ordinal};
        document.plan.push_back(scan_step(source, scan, why));
        return;
    }
    document.plan.push_back(
        {source.id, qualified_name(target.table->ref), "query", sql, std::nullopt, why});
}

void explain_groups(const Source& source, const FreshnessTarget& target,
                    const FreshnessOptions& options, Document& document) {
    if (target.by) {
        const TimeSource times =
            times_of(target, now_of(options.common, *source.session), options.common);
        document.plan.push_back(scan_step(source, group_scan(times, *target.by),
                                          "the newest time of each group, among every row"));
    }
}

/// The step that finds the last write to a table without a time.
void explain_writes(const Source& source, const FreshnessTarget& target,
                    const FreshnessOptions& options, Document& document) {
    document.plan.push_back(
        {source.id, qualified_name(target.table->ref), "query",
         write_marks_sql(*source.session, *target.table, options.common.where), std::nullopt,
         "what tells of the last write: no column looks like the time of a row"});
}

} // namespace

void explain_freshness(const Source& source, const std::vector<FreshnessTarget>& targets,
                       const FreshnessOptions& options, Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto& target : targets) {
        if (target.by_writes) {
            explain_writes(source, target, options, document);
        }
        if (target.column) {
            explain_age(source, target, options, document);
            explain_groups(source, target, options, document);
            const Micros now = now_of(options.common, *source.session);
            const auto requests = arrivals_of(target, now, now, options);
            explain_arrivals(source, target, requests.arrivals, options, document);
            explain_arrivals(source, target, requests.windows, options, document);
            explain_retention(source, target, options, document);
            explain_lag(source, *target.table, options, document);
        }
    }
}

} // namespace assay
