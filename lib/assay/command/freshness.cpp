// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/freshness.hpp"
#include "assay/check/group_freshness.hpp"
#include "assay/check/progress.hpp"
#include "assay/check/promise.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/table_record.hpp"
#include "assay/command/time_column.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/arrival_times.hpp"
#include "assay/scan/group_ages.hpp"
#include "assay/scan/newest_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// A table and the column that tells its age; no column: nothing looks like a time.
struct Target {
    const TableSchema* table = nullptr;
    std::optional<TimeColumn> column; ///< `why` is empty if the user named it
    std::optional<std::size_t> by;    ///< the column whose groups are judged each

    const std::string& column_name() const { return table->columns[column->ordinal].name; }
};

/// What earlier runs saw of a target.
struct Past {
    std::vector<NewestSeen> newest; ///< oldest first
    std::vector<Micros> looks;      ///< when they looked, ascending
};

/// A target, what is known of it from before, and what this run measures.
struct Work {
    Target target;
    Past past;
    std::optional<FreshnessFacts> facts;
};

Target target_of(const TableSchema& table, const FreshnessOptions& options) {
    const auto by = options.by ? std::optional(require_column(table, *options.by)) : std::nullopt;
    if (options.column) {
        return {&table, TimeColumn{require_column(table, *options.column), ""}, by};
    }
    return {&table, guess_time_column(table), by};
}

std::vector<Target> targets_of(const SelectedTables& selected, const FreshnessOptions& options) {
    std::vector<Target> targets;
    for (const auto* table : selected.tables) {
        targets.push_back(target_of(*table, options));
    }
    const bool none = std::none_of(targets.begin(), targets.end(),
                                   [](const Target& target) { return target.column.has_value(); });
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

/// Now plus the allowed skew, as an instant and as a clock reading in the assumed zone.
TimeLimit limit_of(Micros now, const CommonOptions& options) {
    const Micros instant = now + options.skew;
    if (options.assume_tz.empty()) {
        return {instant, instant};
    }
    return {instant, utc_to_local(instant, options.assume_tz).value_or(instant)};
}

/// The newest of the times with a zone and of those without one.
std::optional<Micros> newest_of(const TimeProfile& times, const std::string& assume_tz) {
    std::optional<Micros> newest = times.newest_instant;
    if (times.newest_naive) {
        const Micros naive =
            assume_tz.empty()
                ? *times.newest_naive
                : local_to_utc(*times.newest_naive, assume_tz).value_or(*times.newest_naive);
        newest = newest ? std::max(*newest, naive) : naive;
    }
    return newest;
}

TimeSource times_of(const Target& target, Micros now, const CommonOptions& options) {
    return {target.table, target.column->ordinal, limit_of(now, options), options.where};
}

/// Without a limit the cadence judges, and that takes weeks.
bool needs_cadence(const FreshnessOptions& options) {
    return !options.max_age && !options.warn_age;
}

/// The arrivals that the checks look back on; nullopt: on none.
std::optional<ArrivalRequest> arrivals_of(const Target& target, Micros now,
                                          const FreshnessOptions& options) {
    constexpr Micros cadence_past = 63 * micros_per_day; // eight weeks, and one to know their ages
    Micros past = std::max(options.backcast.value_or(0), options.slo ? options.slo->window : 0);
    past = std::max(past, needs_cadence(options) ? cadence_past : 0);
    if (past == 0) {
        return std::nullopt;
    }
    return ArrivalRequest{times_of(target, now, options.common), now - past, now,
                          options.common.assume_tz};
}

FreshnessFacts measure(Session& session, const Target& target, const FreshnessOptions& options) {
    const CommonOptions& common = options.common;
    FreshnessFacts facts;
    facts.table = target.table->ref;
    facts.column = target.table->columns[target.column->ordinal].name;
    facts.now = now_of(common, session);
    const TimeSource source = times_of(target, facts.now, common);
    const MeasuredTimes measured = options.reading == Reading::shortest
                                       ? find_newest(session, source)
                                       : read_all_times(session, source);
    facts.times = measured.times;
    facts.rows_known = measured.rows_known;
    facts.index = measured.index;
    facts.unparsable_known = measured.unparsable_known;
    facts.newest = newest_of(facts.times, common.assume_tz);
    facts.guessed_why = target.column->why;
    if (facts.times.naive_rows > 0) {
        facts.zone = common.assume_tz.empty() ? "UTC" : common.assume_tz;
    }
    return facts;
}

/// Each group of the table against the limits.
CheckResult check_by_group(Session& session, const Work& work, const FreshnessOptions& options,
                           const FreshnessLimits& limits) {
    const FreshnessFacts& facts = *work.facts;
    const TimeSource source = times_of(work.target, facts.now, options.common);
    std::vector<GroupFacts> groups;
    for (const auto& group :
         read_group_ages(session, source, *work.target.by, options.common.assume_tz)) {
        groups.push_back(
            {shown(group.group, options.common.values, group.rows), group.rows, group.newest});
    }
    return check_groups(facts.table, facts.column, work.target.table->columns[*work.target.by].name,
                        std::move(groups), limits, facts.now);
}

/// How long the newest time may stay as it is: two usual gaps, or as long as the table may be old.
std::optional<Micros> patience_of(const ArrivalFacts& past, const FreshnessOptions& options) {
    const Micros interval = usual_interval(past.arrivals);
    return interval > 0 ? std::optional(2 * interval) : options.max_age;
}

/// What the history is asked: two checks, or why they cannot be answered.
std::vector<CheckResult> compare_with_past(const Work& work, const ArrivalFacts& past,
                                           const FreshnessOptions& options,
                                           const RunHistory& history, const Context& context) {
    const FreshnessFacts& facts = *work.facts;
    if (!history.is_wanted()) {
        return {};
    }
    if (const Error* trouble = history.trouble()) {
        return {error_result("freshness.moved_backwards", facts.table, {facts.column}, *trouble,
                             context.cancellation),
                error_result("freshness.not_advancing", facts.table, {facts.column}, *trouble,
                             context.cancellation)};
    }
    const ProgressFacts progress{facts.table,  facts.column, work.past.newest,
                                 facts.newest, facts.now,    patience_of(past, options)};
    return {check_moved_backwards(progress), check_advancing(progress)};
}

std::vector<CheckResult> check_target(Session& session, Work& work, const FreshnessOptions& options,
                                      const RunHistory& history, const Context& context) {
    work.facts = measure(session, work.target, options);
    FreshnessFacts& facts = *work.facts;
    const auto request = arrivals_of(work.target, facts.now, options);
    ArrivalFacts past{facts.table, facts.column, {}, 0, facts.now, work.past.looks};
    if (request && facts.newest) {
        Arrivals found = read_arrivals(session, *request);
        past.arrivals = std::move(found.instants);
        past.rows = found.rows;
    }
    if (needs_cadence(options)) {
        facts.cadence = expected_age(past.arrivals, facts.now);
    }
    const FreshnessLimits limits{options.max_age, options.warn_age, options.escalations};
    auto results = check_freshness(facts, limits);
    if (work.target.by) {
        try {
            results.push_back(check_by_group(session, work, options, limits));
        } catch (const Error& error) {
            results.push_back(error_result("freshness.by_group", facts.table, {facts.column}, error,
                                           context.cancellation));
        }
    }
    if (options.slo && options.max_age) {
        results.push_back(check_slo(past, *options.slo, *options.max_age));
    }
    if (options.backcast) {
        results.push_back(check_backcast(past, *options.backcast, options.max_age));
    }
    for (auto& result : compare_with_past(work, past, options, history, context)) {
        results.push_back(std::move(result));
    }
    return results;
}

/// What earlier runs saw, asked before the tables are read: the history is used by one thread.
Past past_of(const RunHistory& history, const Target& target, Micros now) {
    constexpr Micros looked_back = 400 * micros_per_day;
    Past past;
    if (!target.column) {
        return past;
    }
    const auto subject = history.subject(target.table->ref, target.column_name());
    for (const auto& seen : history.metric(subject, "newest", now)) {
        past.newest.push_back({seen.at, seen.value});
    }
    past.looks = history.looks(target.table->ref, now - looked_back);
    return past;
}

/// The numbers of this run for later ones.
std::vector<HistoryMetric> metrics_of(const std::vector<Work>& all, const RunHistory& history) {
    std::vector<HistoryMetric> metrics;
    for (const Work& work : all) {
        if (!work.facts) {
            continue;
        }
        const FreshnessFacts& facts = *work.facts;
        const TimeProfile& times = facts.times;
        const auto subject = history.subject(facts.table, facts.column);
        const auto add = [&](std::string name, std::optional<std::int64_t> value) {
            metrics.push_back({subject, std::move(name), value, Method::exact});
        };
        add("newest", facts.newest);
        add("null_rows", times.nulls);
        add("future_rows", times.future_rows);
        if (facts.rows_known) {
            add("rows", times.rows);
        }
    }
    return metrics;
}

std::string_view main_check(const FreshnessOptions& options) {
    if (options.max_age) {
        return "freshness.max_age";
    }
    return options.warn_age ? "freshness.warn_age" : "freshness.cadence";
}

/// Why there is nothing to measure; empty if there is.
std::string reason_to_skip(const Target& target) {
    if (!reason_not_to_read(*target.table).empty()) {
        return reason_not_to_read(*target.table);
    }
    if (!target.column) {
        return "no column looks like the time of a row";
    }
    return target.table->columns[target.column->ordinal].readable
               ? ""
               : "no SELECT privilege on the time column";
}

std::vector<CheckResult> judge(Session& session, Work& work, const FreshnessOptions& options,
                               Unread unread, const RunHistory& history, const Context& context) {
    const Target& target = work.target;
    const std::string_view id = main_check(options);
    const std::string reason = reason_to_skip(target);
    if (!reason.empty()) {
        return {target.column ? unread_result(id, target.table->ref, {}, reason, unread)
                              : skipped_result(id, target.table->ref, {}, reason)};
    }
    try {
        return check_target(session, work, options, history, context);
    } catch (const Error& error) {
        return {error_result(id, target.table->ref, {target.column_name()}, error,
                             context.cancellation)};
    }
}

/// The steps that read the table: the end of an index, or every row.
void explain(const Source& source, const Target& target, const FreshnessOptions& options,
             Document& document) {
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

/// The step that looks back, if a check does.
void explain_arrivals(const Source& source, const Target& target, const FreshnessOptions& options,
                      Document& document) {
    const auto request = arrivals_of(target, now_of(options.common, *source.session), options);
    if (!request) {
        return;
    }
    const std::string why = fmt::format("the arrivals of the last {}, by minute",
                                        format_duration(request->until - request->from));
    const std::string sql = arrivals_sql(source.session->source().kind, *request);
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

void explain_groups(const Source& source, const Target& target, const FreshnessOptions& options,
                    Document& document) {
    if (target.by) {
        const TimeSource times =
            times_of(target, now_of(options.common, *source.session), options.common);
        document.plan.push_back(scan_step(source, group_scan(times, *target.by),
                                          "the newest time of each group, among every row"));
    }
}

void explain(const Source& source, const std::vector<Target>& targets,
             const FreshnessOptions& options, Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto& target : targets) {
        if (target.column) {
            explain(source, target, options, document);
            explain_groups(source, target, options, document);
            explain_arrivals(source, target, options, document);
        }
    }
}

void note_guess(const Target& target, Document& document) {
    if (target.column && !target.column->why.empty()) {
        document.notes.push_back(
            fmt::format("{}: column {} was guessed, {}; name another one with --column",
                        target.table->ref.name, target.column_name(), target.column->why));
    }
}

} // namespace

Document freshness(const FreshnessOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        const auto targets = targets_of(selected, options);
        if (common.mode == Mode::explain) {
            explain(source, targets, options, document);
            return;
        }
        RunHistory history(common, options.database, context, document);
        const Micros now = now_of(common, *source.session);
        std::vector<Work> all;
        for (const auto& target : targets) {
            note_guess(target, document);
            document.tables.push_back(catalog_record(source.id, *target.table));
            all.push_back({target, past_of(history, target, now), std::nullopt});
        }
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(source, all.size(), common, context, document,
                     [&](Workers& workers, std::size_t i) {
                         return judge(workers.first(), all[i], options, unread, history, context);
                     });
        note_row_counts(document);
        history.keep(now, metrics_of(all, history), document);
    });
}

} // namespace assay
