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
#include "assay/command/volume_diff_distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace assay {
namespace {

/// A column and the state that the last run kept of it; empty: none.
struct PastColumn {
    std::size_t ordinal = 0;
    std::string state;
};

/// When what a run learns of a table is kept.
enum class Keeping : std::uint8_t {
    never,
    unless_bad, ///< another bad run is kept of today
    always
};

/// A table, what is known of it from before, and what is kept of it.
struct Work {
    const TableSchema* table = nullptr;
    std::vector<PastColumn> columns = {};
    Keeping keeping = Keeping::never;
    std::vector<ColumnSketches> sketches = {};
};

bool has_quantiles(ColumnType type) noexcept { return is_numeric(type) || is_temporal(type); }

/// Those that something can be said of.
std::vector<std::size_t> judged_columns(const TableSchema& table,
                                        const VolumeDiffOptions& options) {
    std::vector<std::size_t> ignored;
    for (const auto& name : options.ignore) {
        ignored.push_back(require_column(table, name));
    }
    std::vector<std::size_t> judged;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const ColumnSpec& column = table.columns[i];
        const bool is_ignored = std::find(ignored.begin(), ignored.end(), i) != ignored.end();
        if (column.readable && !is_ignored &&
            (has_quantiles(column.type) || is_categorical(column.type))) {
            judged.push_back(i);
        }
    }
    return judged;
}

Keeping keeping_of(const TableSchema& table, const RunHistory& history, Micros now) {
    if (history.wants_sketches(table.ref, now)) {
        return Keeping::always;
    }
    return history.wants_sketches(table.ref, now, "volume.distribution") ? Keeping::unless_bad
                                                                         : Keeping::never;
}

/// Asked before the tables are read: the history is used by one thread.
std::vector<Work> work_of(const SelectedTables& selected, const VolumeDiffOptions& options,
                          const RunHistory& history, Micros now) {
    std::vector<Work> all;
    for (const auto* table : selected.tables) {
        Work work{table};
        for (const std::size_t ordinal : judged_columns(*table, options)) {
            const ColumnSpec& column = table->columns[ordinal];
            const char* sketch = is_categorical(column.type) ? "top_values" : "quantiles";
            work.columns.push_back(
                {ordinal, history.last_sketch(
                              history.subject(table->ref, column.name), sketch,
                              std::numeric_limits<Micros>::min(),
                              {make_result("volume.distribution", table->ref, {column.name})})});
        }
        work.keeping = keeping_of(*table, history, now);
        all.push_back(std::move(work));
    }
    return all;
}

/// Why a column cannot be judged, whatever was kept of it; empty: it can.
std::string reason_against(const MeasuredTable& measured, std::size_t ordinal) {
    if (!is_categorical(measured.profile.schema.columns[ordinal].type)) {
        return holds_only_texts(measured, ordinal)
                   ? "its values are kept as texts, which have no quantiles"
                   : "";
    }
    const std::string reason = reason_against_categories(measured, ordinal);
    return reason.empty() ? "" : "the column " + reason;
}

CheckResult compare_column(const TableSchema& table, const PastColumn& past,
                           const MeasuredTable& measured, ValuesPolicy values) {
    const ColumnSpec& column = table.columns[past.ordinal];
    const bool has_shares = is_categorical(column.type);
    std::string reason = reason_against(measured, past.ordinal);
    if (reason.empty() && past.state.empty()) {
        reason = fmt::format("learning: no earlier run kept {} of it",
                             has_shares ? "frequent values" : "quantiles");
    }
    if (!reason.empty()) {
        return skipped_result("volume.distribution", table.ref, {column.name}, std::move(reason));
    }
    Facts nulls{{"nulls_b", nulls_of(measured, past.ordinal)}};
    if (has_shares) {
        const TopValues then = read_top_values(past.state);
        const TopValues& now = top_values_of(measured, past.ordinal);
        return judge_categories({table.ref, column, then, now, "before", "now"}, values,
                                std::move(nulls));
    }
    const ColumnSpread then = read_column_spread(past.state, column.type);
    const ColumnSpread now =
        read_column_spread(quantile_state(measured, past.ordinal), column.type);
    return judge_spreads({table.ref, column.name, then, now, "before", "now"}, values,
                         std::move(nulls));
}

/// What an earlier run kept may not be readable any more: the next run compares with this one.
CheckResult judge_column(const TableSchema& table, const PastColumn& past,
                         const MeasuredTable& measured, ValuesPolicy values,
                         const Cancellation& cancellation) {
    try {
        CheckResult result = compare_column(table, past, measured, values);
        if (result.status == Status::fail) {
            result.remedy += " If it is right, --accept keeps it as the past.";
        }
        return result;
    } catch (const Error& error) {
        return error_result("volume.distribution", table.ref, {table.columns[past.ordinal].name},
                            error, cancellation);
    }
}

std::vector<CheckResult> judge(Workers& workers, Work& work, const RowFilter& filter,
                               const VolumeDiffOptions& options, const Cancellation& cancellation) {
    ProfileRequest request;
    request.where = filter.condition(*work.table);
    request.memory = options.common.memory / std::max(options.common.jobs, 1U);
    request.sketches = Sketches::with_top_values;
    MeasuredTable measured = measure_table(workers, *work.table, request);
    std::vector<CheckResult> results;
    for (const PastColumn& past : work.columns) {
        results.push_back(
            judge_column(*work.table, past, measured, options.common.values, cancellation));
    }
    if (results.empty()) {
        results.push_back(skipped_result("volume.distribution", work.table->ref, {},
                                         "no column of numbers, times or texts"));
    }
    const bool is_bad = std::any_of(results.begin(), results.end(), [](const auto& result) {
        return result.status == Status::fail;
    });
    if (work.keeping == Keeping::always || (work.keeping == Keeping::unless_bad && !is_bad)) {
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
        return judge(workers, work, filter, options, context.cancellation);
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
            document.plan.push_back(
                scan_step(source, profile_scan(*table, request), reason_to_scan));
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
