// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_metric.hpp"

#include "assay/base/error.hpp"
#include "assay/check/row_totals.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/run_metrics.hpp"
#include "assay/command/table_record.hpp"
#include "assay/scan/profiler.hpp"

#include <algorithm>
#include <map>

namespace assay {
namespace {

/// A column of a table, and what earlier runs counted.
struct Wish {
    std::size_t column = 0;
    ColumnShare share = ColumnShare::nulls;
    std::vector<RowShare> past;
};

struct Work {
    const TableSchema* table = nullptr;
    std::vector<Wish> wishes;
    TableRecord record;
};

/// As run_metrics.cpp keeps it.
std::string kept_name(ColumnShare share) {
    switch (share) {
    case ColumnShare::nulls: return "nulls";
    case ColumnShare::blanks: return "blanks";
    case ColumnShare::misfits: return "misfits";
    }
    return "nulls";
}

std::string words_of(ColumnShare share) {
    switch (share) {
    case ColumnShare::nulls: return "NULL";
    case ColumnShare::blanks: return "blank";
    case ColumnShare::misfits: return "not of the declared type";
    }
    return "NULL";
}

std::int64_t count_of_share(const ColumnProfile& profile, ColumnShare share) noexcept {
    switch (share) {
    case ColumnShare::nulls: return profile.nulls;
    case ColumnShare::blanks: return profile.blanks;
    case ColumnShare::misfits: return profile.misfits;
    }
    return profile.nulls;
}

/// What runs counted exactly that knew both numbers.
std::vector<RowShare> earlier_shares(const RunHistory& history, const TableSchema& table,
                                     const std::string& column, ColumnShare share, Micros now) {
    std::map<Micros, std::int64_t> rows;
    for (const auto& seen : history.metric(history.subject(table.ref, ""), "rows", now)) {
        if (seen.value && seen.method == Method::exact) {
            rows[seen.at] = *seen.value;
        }
    }
    std::vector<RowShare> shares;
    for (const auto& seen :
         history.metric(history.subject(table.ref, column), kept_name(share), now)) {
        const auto found = rows.find(seen.at);
        if (seen.value && seen.method == Method::exact && found != rows.end()) {
            shares.push_back({seen.at, found->second, *seen.value});
        }
    }
    return shares;
}

/// Asked before the tables are read: the history is used by one thread.
std::vector<Work> work_of(const SelectedTables& selected, const VolumeDiffOptions& options,
                          const RunHistory& history, Micros now) {
    std::vector<Work> all;
    for (const auto* table : selected.tables) {
        Work work{table, {}, {}};
        for (const ColumnMetric& metric : options.metrics) {
            const std::size_t column = require_column(*table, metric.column);
            work.wishes.push_back(
                {column, metric.share,
                 earlier_shares(history, *table, table->columns[column].name, metric.share, now)});
        }
        all.push_back(std::move(work));
    }
    return all;
}

CheckResult judge_wish(const Work& work, const Wish& wish, const TableProfile& profile, Micros now,
                       const VolumeDiffOptions& options) {
    const ColumnSpec& column = work.table->columns[wish.column];
    const auto found =
        std::find_if(profile.columns.begin(), profile.columns.end(),
                     [&](const ColumnProfile& one) { return one.ordinal == wish.column; });
    if (found == profile.columns.end()) {
        return skipped_result("volume.metric", work.table->ref, {column.name},
                              "no SELECT privilege on it");
    }
    return check_row_share({work.table->ref,
                            column.name,
                            std::string(to_string(wish.share)),
                            words_of(wish.share),
                            {now, found->rows, count_of_share(*found, wish.share)},
                            wish.past,
                            BucketSize::day,
                            options.usual.calendar});
}

std::vector<CheckResult> judge(Workers& workers, Work& work, const RowFilter& filter,
                               const std::string& source, Micros now,
                               const VolumeDiffOptions& options) {
    ProfileRequest request;
    request.where = filter.condition(*work.table);
    request.memory = options.common.memory / std::max(options.common.jobs, 1U);
    const TableProfile profile = profile_table(workers, *work.table, request);
    work.record = profile_record(source, profile, options.common.values);
    std::vector<CheckResult> results;
    for (const Wish& wish : work.wishes) {
        results.push_back(judge_wish(work, wish, profile, now, options));
    }
    return results;
}

void explain(const Source& source, const SelectedTables& selected, const RowFilter& filter,
             const VolumeDiffOptions& options, Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto* table : selected.tables) {
        for (const ColumnMetric& metric : options.metrics) {
            require_column(*table, metric.column);
        }
        if (reason_not_to_read(*table).empty()) {
            ProfileRequest request;
            request.where = filter.condition(*table);
            document.plan.push_back(scan_step(source, profile_scan(*table, request),
                                              "every metric of every column in one pass"));
        }
    }
}

} // namespace

std::string_view to_string(ColumnShare share) noexcept {
    switch (share) {
    case ColumnShare::nulls: return "null_fraction";
    case ColumnShare::blanks: return "blank_fraction";
    case ColumnShare::misfits: return "misfit_fraction";
    }
    return "null_fraction";
}

Document metrics_against_past(const VolumeDiffOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database_a, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        const RowFilter filter = filter_of(source, common);
        if (common.mode == Mode::explain) {
            explain(source, selected, filter, options, document);
            return;
        }
        RunHistory history(common, options.database_a, context, document);
        const Micros now = now_of(common, *source.session);
        std::vector<Work> all = work_of(selected, options, history, now);
        for (auto& work : all) {
            work.record = catalog_record(source.id, *work.table);
        }
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, all.size(), common, context, document,
            [&](Workers& workers, std::size_t i) -> std::vector<CheckResult> {
                Work& work = all[i];
                const TableRef& table = work.table->ref;
                if (const auto reason = reason_not_to_read(*work.table); !reason.empty()) {
                    return {unread_result("volume.metric", table, {}, reason, unread)};
                }
                if (const Error* trouble = history.trouble()) {
                    return {
                        error_result("volume.metric", table, {}, *trouble, context.cancellation)};
                }
                try {
                    return judge(workers, work, filter, source.id, now, options);
                } catch (const Error& error) {
                    return {error_result("volume.metric", table, {}, error, context.cancellation)};
                }
            });
        HistoryEntry entry;
        for (auto& work : all) {
            add_metrics(work.record, history, entry);
            document.tables.push_back(std::move(work.record));
        }
        history.keep(now, std::move(entry), document);
    });
}

} // namespace assay
