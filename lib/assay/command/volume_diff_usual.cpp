// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_usual.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/dry_run.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/judged_buckets.hpp"
#include "assay/command/row_count.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/table_record.hpp"
#include "assay/command/time_column.hpp"
#include "assay/scan/arrival_times.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// A table and the column that says when its rows came; no column: nothing looks like a time.
struct Target {
    const TableSchema* table = nullptr;
    std::optional<TimeColumn> column;

    const ColumnSpec& spec() const { return table->columns[column->ordinal]; }
};

/// A target, what earlier runs counted, and what this one counts.
struct Work {
    Target target;
    std::vector<RowTotal> past;
    std::vector<DroppedRun> dropped;          ///< what they counted that does not count
    std::optional<std::vector<Micros>> wrong; ///< see VolumeFacts
    std::optional<std::int64_t> rows;
    std::optional<JudgedBucket> judged;
};

std::vector<Target> find_targets(const SelectedTables& selected, const CommonOptions& options) {
    std::vector<Target> targets;
    for (const auto* table : selected.tables) {
        targets.push_back(
            {table, options.since_column
                        ? TimeColumn{require_column(*table, *options.since_column), ""}
                        : guess_time_column(*table)});
    }
    const auto has_column = [](const Target& target) { return target.column.has_value(); };
    if (options.history.empty() && std::none_of(targets.begin(), targets.end(), has_column)) {
        throw Error(ErrorKind::not_found,
                    targets.size() == 1
                        ? fmt::format("table {} has no column that looks like the time of a row",
                                      display_identifier(targets.front().table->ref.name))
                        : "no selected table has a column that looks like the time of a row",
                    "name one with --column, or let --history FILE tell how many rows earlier runs "
                    "counted");
    }
    return targets;
}

void note_guess(const Target& target, Document& document) {
    if (target.column && !target.column->why.empty()) {
        document.notes.push_back(
            fmt::format("{}: column {} was guessed, {}; name another one with --column",
                        target.table->ref.name, target.spec().name, target.column->why));
    }
}

/// The moment that the rows are judged at.
Micros judged_at(const VolumeDiffOptions& options, const Session& session) {
    return now_of(options.common, session) - options.usual.min_age;
}

/// The zone of the buckets. A day without a time of day begins where it is meant.
std::string zone_of(const Target& target, const VolumeDiffOptions& options) {
    const bool own = options.usual.tz.empty() || target.spec().type == ColumnType::date;
    return own ? options.common.assume_tz : options.usual.tz;
}

VolumeFacts facts_of(const Target& target, Micros now, const VolumeDiffOptions& options) {
    VolumeFacts facts;
    facts.table = target.table->ref;
    facts.column = target.spec().name;
    facts.size = options.usual.by.value_or(BucketSize::day);
    facts.zone = zone_of(target, options);
    facts.judging = judging_of(options.common);
    facts.buckets = bucket_starts(facts.size, now, facts.zone, facts.judging);
    facts.calendar = options.usual.calendar;
    facts.now = now;
    return facts;
}

ArrivalRequest request_of(const Target& target, const VolumeFacts& facts,
                          const CommonOptions& options) {
    return {{target.table, target.column->ordinal, {facts.now, facts.now}, options.where},
            facts.buckets.front().at,
            facts.now,
            options.assume_tz};
}

/// Do all rows stand at midnight? Then their times are days, whatever their type says.
bool all_at_midnight(const VolumeFacts& facts) {
    return std::all_of(facts.minutes.begin(), facts.minutes.end(), [&facts](const auto& entry) {
        const Micros reading = facts.zone.empty()
                                   ? entry.first
                                   : utc_to_local(entry.first, facts.zone).value_or(entry.first);
        return reading % micros_per_day == 0;
    });
}

VolumeFacts read_facts(Session& session, const Target& target, const VolumeDiffOptions& options) {
    VolumeFacts facts = facts_of(target, judged_at(options, session), options);
    Arrivals found = read_arrivals(session, request_of(target, facts, options.common));
    facts.minutes = std::move(found.minutes);
    if (!found.instants.empty()) {
        facts.first = found.instants.front();
    }
    if (found.forms.naive > 0) {
        facts.assumed_zone = options.common.assume_tz.empty() ? "UTC" : options.common.assume_tz;
    }
    facts.holds_days = target.spec().type == ColumnType::date || all_at_midnight(facts);
    return facts;
}

std::string reason_to_skip(const Target& target) {
    if (!reason_not_to_read(*target.table).empty()) {
        return reason_not_to_read(*target.table);
    }
    return !target.column || target.spec().readable ? "" : "no SELECT privilege on the time column";
}

/// By the time column.
std::vector<CheckResult> judge_times(Session& session, Work& work,
                                     const VolumeDiffOptions& options) {
    VolumeFacts facts = read_facts(session, work.target, options);
    facts.wrong = work.wrong;
    if (facts.holds_days && facts.size == BucketSize::hour && facts.first) {
        return {skipped_result("volume.anomaly", facts.table, {facts.column},
                               "the times are days: count them with --by day")};
    }
    CheckResult finished = check_usual_volume(facts);
    if (finished.status != Status::skipped) {
        work.judged = {facts.size, facts.buckets[facts.buckets.size() - 2].at, finished.status};
    }
    return {std::move(finished), check_volume_so_far(facts)};
}

/// By what earlier runs counted.
std::vector<CheckResult> judge_totals(Session& session, Work& work,
                                      const VolumeDiffOptions& options) {
    const CommonOptions& common = options.common;
    work.rows = exact_row_count(session, *work.target.table, common.where);
    const RowTotalFacts facts{work.target.table->ref,
                              {now_of(common, session), *work.rows},
                              work.past,
                              options.usual.by.value_or(BucketSize::day),
                              options.usual.deletes,
                              options.usual.calendar,
                              judging_of(common),
                              work.dropped};
    if (work.target.column) {
        return {check_shrunk(facts)};
    }
    return {check_row_total(facts), check_growth(facts), check_shrunk(facts)};
}

std::vector<CheckResult> judge(Session& session, Work& work, const VolumeDiffOptions& options,
                               Unread unread, const RunHistory& history, const Context& context) {
    const Target& target = work.target;
    const TableRef& table = target.table->ref;
    if (const std::string reason = reason_to_skip(target); !reason.empty()) {
        return {unread_result("volume.anomaly", table, {}, reason, unread)};
    }
    std::vector<CheckResult> results;
    // One that cannot be answered does not take the other with it.
    const auto add = [&](std::string_view id, std::vector<std::string> columns, const auto& check) {
        try {
            for (auto& result : check()) {
                results.push_back(std::move(result));
            }
        } catch (const Error& error) {
            results.push_back(
                error_result(id, table, std::move(columns), error, context.cancellation));
        }
    };
    if (target.column) {
        add("volume.anomaly", {target.spec().name},
            [&] { return judge_times(session, work, options); });
    } else if (!history.is_wanted()) {
        results.push_back(
            skipped_result("volume.anomaly", table, {}, "no column looks like the time of a row"));
    }
    if (const Error* trouble = history.trouble()) {
        results.push_back(error_result("volume.shrunk", table, {}, *trouble, context.cancellation));
    } else if (history.is_wanted()) {
        add("volume.shrunk", {}, [&] { return judge_totals(session, work, options); });
    }
    return results;
}

/// Those that the rows of a run are judged by. Rows that one of them found to be wrong are wrong
/// for all.
std::vector<CheckResult> checks_of_totals(const TableRef& table) {
    return {make_result("volume.anomaly", table, {}), make_result("volume.growth", table, {}),
            make_result("volume.shrunk", table, {})};
}

Work work_of(const Target& target, const RunHistory& history, BucketSize size, Micros now) {
    Work work;
    work.target = target;
    const TableRef& table = target.table->ref;
    if (target.column && history.is_wanted()) {
        work.wrong = wrong_buckets(history, table, target.spec().name, size, now);
    }
    const auto subject = history.subject(table, "");
    const auto good = history.metric(subject, "rows", now, checks_of_totals(table));
    for (const auto& seen : good) {
        if (seen.value && seen.method == Method::exact) {
            work.past.push_back({seen.at, *seen.value});
        } else {
            work.dropped.push_back({seen.at, "not counted exactly"});
        }
    }
    for (const auto& seen : history.metric(subject, "rows", now)) {
        if (std::find(good.begin(), good.end(), seen) == good.end()) {
            work.dropped.push_back({seen.at, found_wrong});
        }
    }
    return work;
}

/// The rows, and the day that was judged, for later runs.
std::vector<HistoryMetric> metrics_of(const std::vector<Work>& all, const RunHistory& history,
                                      Findings findings) {
    std::vector<HistoryMetric> metrics;
    for (const auto& work : all) {
        const TableRef& table = work.target.table->ref;
        if (work.rows) {
            metrics.push_back({history.subject(table, ""), "rows", work.rows, Method::exact});
        }
        if (work.judged) {
            const auto subject = history.subject(table, work.target.spec().name);
            metrics.push_back(metric_of(*work.judged, subject, findings));
        }
    }
    return metrics;
}

void explain_count(const Source& source, const Target& target, const VolumeDiffOptions& options,
                   Document& document) {
    if (!options.common.history.empty()) {
        document.plan.push_back(
            {source.id, qualified_name(target.table->ref), "query",
             row_count_query(source.session->source().kind, target.table->ref, options.common.where)
                 .sql,
             target.table->stats.row_estimate, "the number of rows, for --history"});
    }
}

void explain_times(const Source& source, const Target& target, const VolumeDiffOptions& options,
                   Document& document) {
    const VolumeFacts facts = facts_of(target, judged_at(options, *source.session), options);
    const ArrivalRequest request = request_of(target, facts, options.common);
    const std::string why =
        fmt::format("the rows of the last {} by minute, to count them by {}",
                    format_duration(facts.now - request.from), to_string(facts.size));
    const std::string sql = arrivals_sql(source.session->source().kind, request);
    if (!sql.empty()) {
        document.plan.push_back(
            {source.id, qualified_name(target.table->ref), "query", sql, std::nullopt, why});
        return;
    }
    ScanRequest scan;
    scan.table = target.table;
    scan.columns = {target.column->ordinal};
    scan.where = options.common.where;
    document.plan.push_back(scan_step(source, scan, why));
}

void explain(const Source& source, const std::vector<Target>& targets,
             const VolumeDiffOptions& options, Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto& target : targets) {
        if (!reason_to_skip(target).empty()) {
            continue;
        }
        if (target.column) {
            explain_times(source, target, options, document);
        }
        explain_count(source, target, options, document);
    }
}

} // namespace

Document usual_volume(const VolumeDiffOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database_a, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        const auto targets = find_targets(selected, common);
        if (common.mode == Mode::explain) {
            explain(source, targets, options, document);
            return;
        }
        RunHistory history(common, options.database_a, context, document);
        note_dry_run(common, document);
        const Micros now = now_of(common, *source.session);
        std::vector<Work> all;
        for (const auto& target : targets) {
            note_guess(target, document);
            document.tables.push_back(catalog_record(source.id, *target.table));
            all.push_back(
                work_of(target, history, options.usual.by.value_or(BucketSize::day), now));
        }
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, all.size(), common, context, document, [&](Workers& workers, std::size_t i) {
                all[i].rows.reset();
                all[i].judged.reset();
                return as_asked(judge(workers.first(), all[i], options, unread, history, context),
                                common);
            });
        history.keep(now, metrics_of(all, history, common.findings), document);
    });
}

} // namespace assay
