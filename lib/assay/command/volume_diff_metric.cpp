// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_metric.hpp"

#include "assay/base/error.hpp"
#include "assay/check/column_metric.hpp"
#include "assay/check/row_totals.hpp"
#include "assay/command/column_numbers.hpp"
#include "assay/command/dry_run.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/run_metrics.hpp"
#include "assay/command/table_record.hpp"
#include "assay/scan/profiler.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace assay {
namespace {

/// Rows of a column that are counted as a share of all.
struct CountedShare {
    std::string_view name;
    const char* kept; ///< as run_metrics.cpp keeps the count
    std::string_view words;
    std::int64_t ColumnProfile::*count;
};
constexpr std::array shares{
    CountedShare{"null_fraction", "nulls", "NULL", &ColumnProfile::nulls},
    CountedShare{"blank_fraction", "blanks", "blank", &ColumnProfile::blanks},
    CountedShare{"misfit_fraction", "misfits", "not of the declared type",
                 &ColumnProfile::misfits}};

/// A metric of a column, and what earlier runs found.
struct Wish {
    std::size_t column = 0;
    std::string metric;
    const CountedShare* share = nullptr; ///< nullptr: it is another number
    std::vector<RowShare> shares;
    std::vector<NumberAt> numbers;
    std::vector<DroppedRun> dropped; ///< what they found that does not count
};

struct Work {
    const TableSchema* table = nullptr;
    std::vector<Wish> wishes;
    TableRecord record;
};

/// What runs counted exactly that knew both numbers.
void add_shares(const RunHistory& history, const TableSchema& table, const std::string& column,
                Micros now, const CheckResult& check, Wish& wish) {
    std::map<Micros, std::int64_t> rows;
    for (const auto& seen : history.metric(history.subject(table.ref, ""), "rows", now)) {
        if (seen.value && seen.method == Method::exact) {
            rows[seen.at] = *seen.value;
        }
    }
    const auto subject = history.subject(table.ref, column);
    const auto good = history.metric(subject, wish.share->kept, now, {check});
    for (const auto& seen : good) {
        const auto of = rows.find(seen.at);
        if (seen.value && seen.method == Method::exact && of != rows.end()) {
            wish.shares.push_back({seen.at, of->second, *seen.value});
        } else {
            wish.dropped.push_back({seen.at, "not counted exactly"});
        }
    }
    for (const auto& seen : history.metric(subject, wish.share->kept, now)) {
        if (std::find(good.begin(), good.end(), seen) == good.end()) {
            wish.dropped.push_back({seen.at, found_wrong});
        }
    }
}

void add_numbers(const RunHistory& history, const TableSchema& table, const std::string& column,
                 Micros now, const CheckResult& check, Wish& wish) {
    const auto subject = history.subject(table.ref, column);
    const auto good = history.numbers(subject, wish.metric, now, {check});
    for (const auto& seen : good) {
        wish.numbers.push_back({seen.at, seen.value});
    }
    for (const auto& seen : history.numbers(subject, wish.metric, now)) {
        if (std::find(good.begin(), good.end(), seen) == good.end()) {
            wish.dropped.push_back({seen.at, found_wrong});
        }
    }
}

Wish wish_of(const ColumnMetric& metric, const TableSchema& table, const RunHistory& history,
             Micros now) {
    Wish wish{require_column(table, metric.column), metric.name, nullptr, {}, {}, {}};
    const std::string& column = table.columns[wish.column].name;
    const CheckResult check = metric_result(table.ref, column, wish.metric);
    const auto share = std::find_if(shares.begin(), shares.end(), [&](const CountedShare& one) {
        return one.name == metric.name;
    });
    if (share != shares.end()) {
        wish.share = &*share;
        add_shares(history, table, column, now, check, wish);
    } else {
        add_numbers(history, table, column, now, check, wish);
    }
    return wish;
}

/// Asked before the tables are read: the history is used by one thread.
std::vector<Work> work_of(const SelectedTables& selected, const VolumeDiffOptions& options,
                          const RunHistory& history, Micros now) {
    std::vector<Work> all;
    for (const auto* table : selected.tables) {
        Work work{table, {}, {}};
        for (const ColumnMetric& metric : options.metrics) {
            work.wishes.push_back(wish_of(metric, *table, history, now));
        }
        all.push_back(std::move(work));
    }
    return all;
}

CheckResult skipped_metric(const Work& work, const Wish& wish, std::string reason) {
    CheckResult result =
        metric_result(work.table->ref, work.table->columns[wish.column].name, wish.metric);
    result.status = Status::skipped;
    result.message = std::move(reason);
    result.evidence = {{"metric", wish.metric}};
    return result;
}

CheckResult judge_number(const Work& work, const Wish& wish, Micros now,
                         const VolumeDiffOptions& options) {
    const ColumnRecord& column = work.record.columns[wish.column];
    const auto numbers = numbers_of(work.record, column);
    const auto found = std::find_if(numbers.begin(), numbers.end(), [&](const ColumnNumber& one) {
        return one.name == wish.metric;
    });
    if (found == numbers.end()) {
        return skipped_metric(work, wish,
                              reason_for_no_number(wish.metric, column, options.common.values));
    }
    return check_column_metric({work.table->ref,
                                column.name,
                                wish.metric,
                                column_number_words(wish.metric),
                                {now, found->value},
                                found->method,
                                work.record.rows_examined.value_or(0),
                                wish.numbers,
                                BucketSize::day,
                                options.usual.calendar,
                                judging_of(options.common),
                                wish.dropped});
}

CheckResult judge_wish(const Work& work, const Wish& wish, const TableProfile& profile, Micros now,
                       const VolumeDiffOptions& options) {
    const auto found =
        std::find_if(profile.columns.begin(), profile.columns.end(),
                     [&](const ColumnProfile& one) { return one.ordinal == wish.column; });
    if (found == profile.columns.end()) {
        return skipped_metric(work, wish, "no SELECT privilege on it");
    }
    if (found->rows == 0) {
        return skipped_metric(work, wish, "the table has no rows");
    }
    if (wish.share == nullptr) {
        return judge_number(work, wish, now, options);
    }
    return check_row_share({work.table->ref,
                            work.table->columns[wish.column].name,
                            wish.metric,
                            std::string(wish.share->words),
                            {now, found->rows, (*found).*(wish.share->count)},
                            wish.shares,
                            BucketSize::day,
                            options.usual.calendar,
                            judging_of(options.common),
                            wish.dropped});
}

std::vector<CheckResult> judge(Workers& workers, Work& work, const RowFilter& filter,
                               const std::string& source, const VolumeDiffOptions& options) {
    const Micros now = now_of(options.common, workers.first());
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

std::vector<std::string> column_metric_names() {
    std::vector<std::string> names;
    for (const CountedShare& share : shares) {
        names.emplace_back(share.name);
    }
    const auto numbers = column_number_names();
    names.insert(names.end(), numbers.begin(), numbers.end());
    return names;
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
        note_dry_run(common, document);
        const Micros now = now_of(common, *source.session);
        std::vector<Work> all = work_of(selected, options, history, now);
        for (auto& work : all) {
            work.record = catalog_record(source.id, *work.table);
            document.tables.push_back(work.record);
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
                    return as_asked(judge(workers, work, filter, source.id, options), common);
                } catch (const Error& error) {
                    return {error_result("volume.metric", table, {}, error, context.cancellation)};
                }
            });
        HistoryEntry entry;
        for (std::size_t i = 0; i < all.size(); ++i) {
            TableRecord& record = all[i].record;
            add_metrics(record, history, entry);
            record.snapshot_at = document.tables[i].snapshot_at;
            document.tables[i] = std::move(record);
        }
        history.keep(now, std::move(entry), document);
    });
}

} // namespace assay
