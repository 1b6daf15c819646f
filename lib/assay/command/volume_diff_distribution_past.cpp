// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_distribution_past.hpp"

#include "assay/base/error.hpp"
#include "assay/command/column_categories.hpp"
#include "assay/command/column_spread.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/run_metrics.hpp"
#include "assay/command/table_record.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace assay {
namespace {

/// A table, what is known of it from before, and what is kept of it.
struct Work {
    const TableSchema* table = nullptr;
    std::map<std::size_t, std::string> before = {}; ///< states of quantiles by ordinal
    std::vector<std::string> texts = {};            ///< columns
    Sketches wanted = Sketches::dropped;
    std::vector<ColumnSketches> sketches = {};
};

/// Columns by what can be said of them.
struct JudgedColumns {
    std::vector<std::size_t> with_quantiles;
    std::vector<std::string> texts; ///< names
};

JudgedColumns judged_columns(const TableSchema& table, const VolumeDiffOptions& options) {
    std::vector<std::size_t> ignored;
    for (const auto& name : options.ignore) {
        ignored.push_back(require_column(table, name));
    }
    JudgedColumns columns;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const ColumnSpec& column = table.columns[i];
        if (!column.readable || std::find(ignored.begin(), ignored.end(), i) != ignored.end()) {
            continue;
        }
        if (is_numeric(column.type) || is_temporal(column.type)) {
            columns.with_quantiles.push_back(i);
        } else if (has_categories(column.type, column.type)) {
            columns.texts.push_back(column.name);
        }
    }
    return columns;
}

/// Asked before the tables are read: the history is used by one thread.
std::vector<Work> work_of(const SelectedTables& selected, const VolumeDiffOptions& options,
                          const RunHistory& history, Micros now) {
    std::vector<Work> all;
    for (const auto* table : selected.tables) {
        Work work{table};
        JudgedColumns columns = judged_columns(*table, options);
        work.texts = std::move(columns.texts);
        for (const std::size_t column : columns.with_quantiles) {
            work.before[column] =
                history.last_sketch(history.subject(table->ref, table->columns[column].name),
                                    "quantiles", std::numeric_limits<Micros>::min());
        }
        work.wanted = history.wants_sketches(table->ref, now) ? Sketches::kept : Sketches::dropped;
        all.push_back(std::move(work));
    }
    return all;
}

CheckResult judge_column(const Work& work, std::size_t ordinal, const std::string& before,
                         const MeasuredTable& measured, ValuesPolicy values) {
    const ColumnSpec& column = work.table->columns[ordinal];
    const auto skip = [&](std::string reason) {
        return skipped_result("volume.distribution", work.table->ref, {column.name},
                              std::move(reason));
    };
    if (holds_only_texts(measured, ordinal)) {
        return skip("its values are kept as texts, which have no quantiles");
    }
    if (before.empty()) {
        return skip("learning: no earlier run kept quantiles of it");
    }
    const ColumnSpread then = read_column_spread(before, column.type);
    const ColumnSpread now = read_column_spread(quantile_state(measured, ordinal), column.type);
    return judge_spreads({work.table->ref, column.name, then, now, "before", "now"}, values,
                         {{"nulls_b", nulls_of(measured, ordinal)}});
}

std::vector<CheckResult> judge(Workers& workers, Work& work, const RowFilter& filter,
                               const VolumeDiffOptions& options) {
    ProfileRequest request;
    request.where = filter.condition(*work.table);
    request.memory = options.common.memory / std::max(options.common.jobs, 1U);
    request.sketches = Sketches::kept;
    MeasuredTable measured = measure_table(workers, *work.table, request);
    std::vector<CheckResult> results;
    for (const auto& [ordinal, before] : work.before) {
        results.push_back(judge_column(work, ordinal, before, measured, options.common.values));
    }
    if (!work.texts.empty()) {
        results.push_back(skipped_result("volume.distribution", work.table->ref, work.texts,
                                         "columns of texts or truth values are compared between "
                                         "two sides only: a history keeps no frequent values"));
    }
    if (results.empty()) {
        results.push_back(skipped_result("volume.distribution", work.table->ref, {},
                                         "no column of numbers, times or texts"));
    }
    if (work.wanted == Sketches::kept) {
        work.sketches = std::move(measured.sketches);
    }
    return results;
}

std::vector<CheckResult> judge_readable(Workers& workers, Work& work, const RowFilter& filter,
                                        const VolumeDiffOptions& options, Unread unread,
                                        const RunHistory& history, const Context& context) {
    const TableRef& table = work.table->ref;
    if (const std::string reason = reason_not_to_read(*work.table); !reason.empty()) {
        return {unread_result("volume.distribution", table, {}, reason, unread)};
    }
    if (const Error* trouble = history.trouble()) {
        return {error_result("volume.distribution", table, {}, *trouble, context.cancellation)};
    }
    try {
        return judge(workers, work, filter, options);
    } catch (const Error& error) {
        return {error_result("volume.distribution", table, {}, error, context.cancellation)};
    }
}

void explain(const Source& source, const SelectedTables& selected, const RowFilter& filter,
             Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto* table : selected.tables) {
        if (reason_not_to_read(*table).empty()) {
            ProfileRequest request;
            request.where = filter.condition(*table);
            document.plan.push_back(scan_step(source, profile_scan(*table, request),
                                              "quantiles of every column of numbers or times"));
        }
    }
}

} // namespace

Document distribution_since_last_run(const VolumeDiffOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database_a, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        const RowFilter filter = filter_of(source, common);
        if (common.mode == Mode::explain) {
            explain(source, selected, filter, document);
            return;
        }
        RunHistory history(common, options.database_a, context, document);
        const Micros now = now_of(common, *source.session);
        std::vector<Work> all = work_of(selected, options, history, now);
        for (const auto& work : all) {
            document.tables.push_back(catalog_record(source.id, *work.table));
        }
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, all.size(), common, context, document, [&](Workers& workers, std::size_t i) {
                all[i].sketches.clear();
                return judge_readable(workers, all[i], filter, options, unread, history, context);
            });
        HistoryEntry entry;
        for (auto& work : all) {
            add_sketches(*work.table, std::move(work.sketches), history, entry);
        }
        history.keep(now, std::move(entry), document);
    });
}

} // namespace assay
