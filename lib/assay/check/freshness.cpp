// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/freshness.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// Whole seconds, never negative: a row up to the allowed skew ahead of the clock is of age 0.
std::optional<std::int64_t> age_in_seconds(const FreshnessFacts& facts) noexcept {
    if (!facts.newest) {
        return std::nullopt;
    }
    return std::max<Micros>(facts.now - *facts.newest, 0) / micros_per_second;
}

std::string encodings_of(const TimeProfile& times) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < time_encodings; ++i) {
        if (times.encodings.at(i) > 0) {
            names.emplace_back(to_string(static_cast<TimeEncoding>(i)));
        }
    }
    return join_and(names);
}

Facts evidence_of(const FreshnessFacts& facts, const FreshnessLimits& limits) {
    const TimeProfile& times = facts.times;
    const auto age = age_in_seconds(facts);
    Facts evidence{{"newest", facts.newest ? Fact(format_instant(*facts.newest)) : Fact()},
                   {"age_s", age ? Fact(*age) : Fact()},
                   {"state", to_string(freshness_state(facts, limits))},
                   {"now", format_instant(facts.now)},
                   {"rows", facts.rows_known ? Fact(times.rows) : Fact()},
                   {"null_rows", times.nulls},
                   {"future_rows", times.future_rows},
                   {"unparsable_rows", facts.unparsable_known ? Fact(times.unparsable) : Fact()},
                   {"infinite_rows", times.infinities},
                   {"encoding", encodings_of(times)}};
    if (!facts.index.empty()) {
        evidence.emplace_back("index", facts.index);
    }
    if (!facts.zone.empty()) {
        evidence.emplace_back("assumed_time_zone", facts.zone);
    }
    if (!facts.guessed_why.empty()) {
        evidence.emplace_back("column_guessed", facts.guessed_why);
    }
    return evidence;
}

/// Why there is no newest row.
std::string missing_age(const TimeProfile& times) {
    if (times.rows == 0) {
        return "the table is empty: it has no newest row";
    }
    if (times.nulls == times.rows) {
        return times.rows == 1 ? "the only row has NULL there"
                               : fmt::format("all {} have NULL there", count_of(times.rows, "row"));
    }
    if (times.future_rows > 0) {
        return fmt::format("no row is dated up to now, {} in the future",
                           count_of(times.future_rows, "row is", "rows are"));
    }
    return times.infinities > 0 ? "the only times are infinite" : "no value can be read as a time";
}

/// Was a table that is empty now ever loaded? Earlier runs know.
std::string loading_words(const EarlierRows& earlier) {
    if (earlier.seen_at) {
        return fmt::format("; it was emptied since the run of {}, which saw rows",
                           format_instant(*earlier.seen_at));
    }
    return fmt::format("; it was never loaded, as far as {} since {} saw",
                       count_of(earlier.runs, "run"), format_instant(earlier.first_run));
}

CheckResult base_result(std::string_view id, const FreshnessFacts& facts) {
    CheckResult result = make_result(id, facts.table, {facts.column});
    if (facts.rows_known) {
        result.rows_examined = facts.times.rows;
    }
    return result;
}

/// The age is beyond a limit: how severe that is grows with it.
Severity escalated(Severity severity, std::int64_t age, std::int64_t limit,
                   const std::vector<Escalation>& escalations) {
    for (const auto& step : escalations) {
        if (static_cast<double>(age) > step.factor * static_cast<double>(limit)) {
            severity = std::max(severity, step.severity);
        }
    }
    return severity;
}

/// What both results about an age have in common.
CheckResult age_result(std::string_view id, const FreshnessFacts& facts, std::int64_t age,
                       const FreshnessLimits& limits) {
    CheckResult result = base_result(id, facts);
    result.observed = {age, "s"};
    result.evidence = evidence_of(facts, limits);
    const std::string zone =
        facts.zone.empty() ? "" : fmt::format(" (times read as {})", facts.zone);
    result.message =
        fmt::format("newest row is {} old{}", format_duration(age * micros_per_second), zone);
    return result;
}

CheckResult unlimited_age(const FreshnessFacts& facts, std::int64_t age,
                          const FreshnessLimits& limits) {
    CheckResult result = age_result("freshness.max_age", facts, age, limits);
    result.status = Status::skipped;
    result.message += "; no limit was given";
    result.remedy = "Give a limit with --max-age, such as --max-age 1d.";
    return result;
}

bool is_learned(const FreshnessFacts& facts) noexcept {
    return facts.cadence && facts.cadence->basis == Cadence::Basis::weeks && facts.cadence->limit;
}

std::string_view to_string(Cadence::Basis basis) noexcept {
    switch (basis) {
    case Cadence::Basis::weeks: return "weeks";
    case Cadence::Basis::gaps: return "gaps";
    case Cadence::Basis::none: return "none";
    }
    return "none";
}

/// Judged by the age that is usual at this time of the week.
CheckResult check_cadence(const FreshnessFacts& facts, std::int64_t age,
                          const FreshnessLimits& limits) {
    CheckResult result = age_result("freshness.cadence", facts, age, limits);
    const Cadence& cadence = *facts.cadence;
    const std::int64_t usual = cadence.limit.value_or(0) / micros_per_second;
    result.evidence.emplace_back("cadence", Facts{{"basis", to_string(cadence.basis)},
                                                  {"limit_s", cadence.limit ? Fact(usual) : Fact()},
                                                  {"weeks", cadence.weeks}});
    if (is_learned(facts)) {
        result.expected = fmt::format("<= {} s", usual);
        result.method = Method::estimate;
        result.message += fmt::format(", usual at this time of the week is up to {}",
                                      format_duration(usual * micros_per_second));
        result.status = age <= usual ? Status::pass : Status::fail;
        return result;
    }
    result.status = Status::skipped;
    result.remedy = "Give a limit with --max-age, such as --max-age 1d, or ask again after three "
                    "weeks of arrivals.";
    result.message += "; learning: ";
    result.message += cadence.limit ? fmt::format("less than 3 weeks of arrivals, whose gaps are "
                                                  "up to {}",
                                                  format_duration(usual * micros_per_second))
                                    : "too few arrivals to know how old is usual";
    return result;
}

CheckResult check_age(std::string_view id, const FreshnessFacts& facts, std::int64_t age,
                      Micros limit, const FreshnessLimits& limits) {
    CheckResult result = age_result(id, facts, age, limits);
    const std::int64_t allowed = limit / micros_per_second;
    result.expected = fmt::format("<= {} s", allowed);
    result.message += fmt::format(", allowed is {}", format_duration(limit));
    if (age > allowed) {
        result.status = Status::fail;
        result.severity = escalated(result.severity, age, allowed, limits.escalations);
        if (format_duration(age * micros_per_second) == format_duration(limit)) {
            result.message += fmt::format(" ({} s more)", group_digits(age - allowed));
        }
    }
    return result;
}

/// A table without rows, or without any time up to now, is not fresh, however old it may be.
CheckResult check_presence(const FreshnessFacts& facts, const FreshnessLimits& limits) {
    const bool is_empty = freshness_state(facts, limits) == FreshnessState::empty;
    CheckResult result = base_result(is_empty ? "freshness.empty" : "freshness.undated", facts);
    result.status = Status::fail;
    if (!limits.max_age && !limits.has_deadline) {
        result.severity = Severity::warning;
    }
    result.message = missing_age(facts.times);
    result.evidence = evidence_of(facts, limits);
    if (is_empty && facts.earlier) {
        result.message += loading_words(*facts.earlier);
        result.evidence.emplace_back("loaded", facts.earlier->seen_at ? "emptied" : "never");
    }
    return result;
}

CheckResult check_count(std::string_view id, const FreshnessFacts& facts, std::int64_t bad,
                        std::string message) {
    CheckResult result = base_result(id, facts);
    result.observed = {bad, "rows"};
    result.expected = "0 rows";
    result.rows_failed = bad;
    result.status = bad > 0 ? Status::fail : Status::pass;
    result.message = std::move(message);
    return result;
}

CheckResult check_future(const FreshnessFacts& facts) {
    const std::int64_t rows = facts.times.future_rows;
    return check_count(
        "freshness.future_rows", facts, rows,
        rows > 0 ? fmt::format("{} dated in the future", count_of(rows, "row is", "rows are"))
                 : "no row is dated in the future");
}

CheckResult check_unparsable(const FreshnessFacts& facts) {
    const std::int64_t rows = facts.times.unparsable;
    const std::string_view at_least = facts.unparsable_known ? "" : "at least ";
    CheckResult result =
        check_count("freshness.unparsable_rows", facts, rows,
                    rows > 0 ? fmt::format("{}{} a value that is no time", at_least,
                                           count_of(rows, "row has", "rows have"))
                             : "every value can be read as a time");
    if (rows == 0 && !facts.unparsable_known) {
        result.status = Status::skipped;
        result.observed.value = Fact();
        result.rows_failed.reset();
        result.message = "not counted: only the end of the index " + facts.index + " was read";
        result.remedy = "Read every row with --depth full.";
    }
    return result;
}

} // namespace

std::string_view to_string(FreshnessState state) noexcept {
    switch (state) {
    case FreshnessState::fresh: return "fresh";
    case FreshnessState::ageing: return "ageing";
    case FreshnessState::stale: return "stale";
    case FreshnessState::empty: return "empty";
    case FreshnessState::undated: return "undated";
    case FreshnessState::future: return "future";
    case FreshnessState::unknown: return "unknown";
    }
    return "unknown";
}

FreshnessState freshness_state(const FreshnessFacts& facts,
                               const FreshnessLimits& limits) noexcept {
    const auto age = age_in_seconds(facts);
    if (!age) {
        const TimeProfile& times = facts.times;
        if (times.rows == 0) {
            return FreshnessState::empty;
        }
        return times.future_rows > 0 ? FreshnessState::future : FreshnessState::undated;
    }
    if (limits.max_age && *age > *limits.max_age / micros_per_second) {
        return FreshnessState::stale;
    }
    if (limits.warn_age && *age > *limits.warn_age / micros_per_second) {
        return FreshnessState::ageing;
    }
    if (limits.max_age || limits.warn_age) {
        return FreshnessState::fresh;
    }
    if (is_learned(facts)) {
        return *age <= *facts.cadence->limit / micros_per_second ? FreshnessState::fresh
                                                                 : FreshnessState::stale;
    }
    return FreshnessState::unknown;
}

std::vector<CheckResult> check_freshness(const FreshnessFacts& facts,
                                         const FreshnessLimits& limits) {
    std::vector<CheckResult> results;
    const auto age = age_in_seconds(facts);
    if (!age) {
        results.push_back(check_presence(facts, limits));
    } else if (!limits.max_age && !limits.warn_age && !limits.has_deadline) {
        results.push_back(facts.cadence ? check_cadence(facts, *age, limits)
                                        : unlimited_age(facts, *age, limits));
    }
    if (age && limits.max_age) {
        results.push_back(check_age("freshness.max_age", facts, *age, *limits.max_age, limits));
    }
    if (age && limits.warn_age) {
        results.push_back(check_age("freshness.warn_age", facts, *age, *limits.warn_age, limits));
    }
    results.push_back(check_future(facts));
    results.push_back(check_unparsable(facts));
    return results;
}

} // namespace assay
