// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_checks.hpp"

#include "assay/base/error.hpp"
#include "assay/check/deadline_check.hpp"
#include "assay/check/group_freshness.hpp"
#include "assay/check/promise.hpp"
#include "assay/check/retention.hpp"
#include "assay/command/freshness_lag.hpp"
#include "assay/command/freshness_recovery.hpp"
#include "assay/command/freshness_writes.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/group_ages.hpp"
#include "assay/scan/oldest_rows.hpp"

#include <iterator>

namespace assay {
namespace {

/// Each group of the table against the limits.
CheckResult check_by_group(Session& session, const FreshnessWork& work,
                           const FreshnessOptions& options, const FreshnessLimits& limits) {
    const FreshnessFacts& facts = *work.facts;
    const TimeSource source = times_of(work.target, facts.now, options.common);
    const std::string& by = work.target.table->columns[*work.target.by].name;
    std::vector<GroupFacts> groups;
    for (const auto& group :
         read_group_ages(session, source, *work.target.by, options.common.assume_tz)) {
        groups.push_back({shown_of(by, group.group, options.common.values, group.rows), group.rows,
                          group.newest});
    }
    return check_groups(facts.table, facts.column, by, std::move(groups), limits, facts.now);
}

/// How old the oldest row is against how long rows are kept.
CheckResult check_oldest(Session& session, const FreshnessWork& work,
                         const FreshnessOptions& options) {
    const FreshnessFacts& facts = *work.facts;
    const OldestRows found = read_oldest(session, times_of(work.target, facts.now, options.common),
                                         kept_from(facts.now, *options.retention, options.common),
                                         options.common.assume_tz);
    return check_retention(
        {facts.table, facts.column, found.oldest, found.before, facts.now, found.index},
        *options.retention);
}

/// How long the newest time may stay as it is: two usual gaps, or as long as the table may be old.
std::optional<Micros> patience_of(const ArrivalFacts& past, const FreshnessOptions& options) {
    const Micros interval = usual_interval(past.arrivals);
    return interval > 0 ? std::optional(2 * interval) : options.max_age;
}

/// What the history is asked: two checks, or why they cannot be answered.
std::vector<CheckResult> compare_with_past(const FreshnessWork& work, const ArrivalFacts& past,
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

/// What follows from when rows came: deadlines, promises, a look back.
std::vector<CheckResult> check_arrivals(const ArrivalFacts& past, const FreshnessOptions& options) {
    std::vector<CheckResult> results;
    const auto deadline = deadline_of(options);
    if (deadline) {
        results.push_back(check_deadline(past, *deadline));
    }
    if (options.slo && deadline) {
        results.push_back(check_deadline_slo(past, *deadline, *options.slo));
    } else if (options.slo && options.max_age) {
        results.push_back(check_slo(past, *options.slo, *options.max_age));
    }
    if (options.backcast) {
        results.push_back(check_backcast(past, *options.backcast, options.max_age));
        if (deadline) {
            add_deadlines(results.back(), past, *deadline, *options.backcast);
        }
    }
    return results;
}

void append(std::vector<CheckResult>& results, std::vector<CheckResult> more) {
    results.insert(results.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
}

std::vector<CheckResult> check_target(Session& session, FreshnessWork& work,
                                      const FreshnessOptions& options, const RunHistory& history,
                                      const Context& context) {
    work.facts = measure_age(session, work.target, options);
    FreshnessFacts& facts = *work.facts;
    facts.earlier = work.past.rows;
    ArrivalRequests requests =
        arrivals_of(work.target, facts.now, earliest_window(work.past, facts.now), options);
    ReadArrivals read = read_past(session, work, requests.arrivals, options);
    const ArrivalFacts& past = read.facts;
    if (needs_cadence(options)) {
        facts.cadence = expected_age(past.arrivals, facts.now);
        // A short past is judged by all of its gaps.
        if (facts.cadence->basis != Cadence::Basis::weeks && requests.arrivals &&
            !requests.arrivals->moments.empty()) {
            requests.arrivals->moments.clear();
            read = read_past(session, work, requests.arrivals, options);
            facts.cadence = expected_age(past.arrivals, facts.now);
        }
    }
    const FreshnessLimits limits{options.max_age, options.warn_age, options.escalations,
                                 options.by_time.has_value()};
    auto results = check_freshness(facts, limits);
    // One check that cannot be answered does not take the others with it.
    const auto add = [&](std::string_view id, const auto& check) {
        try {
            results.push_back(check());
        } catch (const Error& error) {
            results.push_back(
                error_result(id, facts.table, {facts.column}, error, context.cancellation));
        }
    };
    if (work.target.by) {
        add("freshness.by_group", [&] { return check_by_group(session, work, options, limits); });
    }
    if (options.retention) {
        add("freshness.retention", [&] { return check_oldest(session, work, options); });
    }
    append(results, check_arrivals(past, options));
    if (seeks_windows(options)) {
        const StoreKind kind = session.source().kind;
        results.push_back(requests.windows
                              ? check_recovery(read_past(session, work, requests.windows, options),
                                               work, kind, options)
                              : check_recovery(read, work, kind, options));
    }
    append(results, judge_lag(session, *work.target.table, facts.now, options, context));
    append(results, compare_with_past(work, past, options, history, context));
    return results;
}

std::string_view main_check(const FreshnessOptions& options) {
    if (options.max_age) {
        return "freshness.max_age";
    }
    if (options.by_time) {
        return "freshness.deadline";
    }
    return options.warn_age ? "freshness.warn_age" : "freshness.cadence";
}

} // namespace

std::vector<CheckResult> judge_freshness(Session& session, FreshnessWork& work,
                                         const FreshnessOptions& options, Unread unread,
                                         const RunHistory& history, const Context& context) {
    const FreshnessTarget& target = work.target;
    const std::string_view id = main_check(options);
    const std::string reason = reason_to_skip(target);
    if (!reason.empty()) {
        return {target.column ? unread_result(id, target.table->ref, {}, reason, unread)
                              : skipped_result(id, target.table->ref, {}, reason)};
    }
    if (!target.column) {
        return judge_writes(session, work, options, unread, context);
    }
    try {
        return check_target(session, work, options, history, context);
    } catch (const Error& error) {
        return {error_result(id, target.table->ref, {target.column_name()}, error,
                             context.cancellation)};
    }
}

} // namespace assay
