// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_measure.hpp"

#include "assay/check/missing_windows.hpp"

#include <algorithm>

namespace assay {
namespace {

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

/// Runs that saw a time saw a row, and so did those that counted some.
std::optional<EarlierRows> rows_seen(const std::vector<NewestSeen>& newest,
                                     const std::vector<PastMetric>& counts) {
    if (newest.empty()) {
        return std::nullopt;
    }
    EarlierRows earlier{static_cast<std::int64_t>(newest.size()), newest.front().at, std::nullopt};
    for (const auto& seen : newest) {
        if (seen.newest) {
            earlier.seen_at = seen.at;
        }
    }
    for (const auto& seen : counts) {
        if (seen.value.value_or(0) > 0) {
            earlier.seen_at = std::max(earlier.seen_at.value_or(seen.at), seen.at);
        }
    }
    return earlier;
}

/// What earlier runs counted of the writes to a table without a time.
std::vector<CounterSeen> counters_seen(const RunHistory& history, const FreshnessTarget& target,
                                       Micros now) {
    std::vector<CounterSeen> counters;
    const auto subject = history.subject(target.table->ref, "");
    for (const auto& seen : history.metric(subject, "writes", now)) {
        if (seen.value) {
            counters.push_back({seen.at, *seen.value});
        }
    }
    return counters;
}

} // namespace

FreshnessFacts measure_age(Session& session, const FreshnessTarget& target,
                           const FreshnessOptions& options) {
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

FreshnessPast past_of(const RunHistory& history, const FreshnessTarget& target, Micros now) {
    constexpr Micros looked_back = 400 * micros_per_day;
    constexpr Micros windows_followed = 100 * micros_per_day; // since the last run that sought them
    FreshnessPast past;
    if (!target.column) {
        past.counters = counters_seen(history, target, now);
        return past;
    }
    const auto subject = history.subject(target.table->ref, target.column_name());
    for (const auto& seen : history.metric(subject, "newest", now)) {
        past.newest.push_back({seen.at, seen.value});
    }
    past.rows = rows_seen(past.newest, history.metric(subject, "rows", now));
    past.windows =
        restored_windows(history.last_sketch(subject, "windows", now - windows_followed));
    past.looks = history.looks(target.table->ref, now - looked_back);
    return past;
}

ReadArrivals read_past(Session& session, const FreshnessWork& work,
                       const std::optional<ArrivalRequest>& request,
                       const FreshnessOptions& options) {
    const FreshnessFacts& facts = *work.facts;
    ReadArrivals past{{facts.table, facts.column, {}, 0, facts.now, work.past.looks}, {}};
    if (!request || facts.times.rows == 0) {
        return past;
    }
    const ColumnSpec& column = work.target.table->columns[request->source.column];
    Arrivals found = read_arrivals(session, *request);
    past.facts.column = column.name;
    past.facts.arrivals = std::move(found.instants);
    past.facts.minutes = std::move(found.minutes);
    past.facts.holds_days = column.type == ColumnType::date;
    past.forms = found.forms;
    if (found.forms.naive > 0) {
        past.facts.zone = options.common.assume_tz.empty() ? "UTC" : options.common.assume_tz;
    }
    if (options.backcast) {
        past.facts.rows = rows_in(past.facts, {facts.now - *options.backcast, facts.now + 1});
    }
    return past;
}

std::vector<HistorySketch> windows_of(const std::vector<FreshnessWork>& all,
                                      const RunHistory& history) {
    std::vector<HistorySketch> kept;
    for (const FreshnessWork& work : all) {
        if (work.facts && work.windows) {
            kept.push_back({history.subject(work.facts->table, work.facts->column), "windows",
                            saved_windows(*work.windows)});
        }
    }
    return kept;
}

std::vector<HistoryMetric> metrics_of(const std::vector<FreshnessWork>& all,
                                      const RunHistory& history) {
    std::vector<HistoryMetric> metrics;
    for (const FreshnessWork& work : all) {
        if (work.counter) {
            metrics.push_back({history.subject(work.target.table->ref, ""), "writes", work.counter,
                               Method::exact});
        }
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

} // namespace assay
