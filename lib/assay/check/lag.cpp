// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/lag.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace assay {
namespace {

constexpr std::int64_t most_days_told = 14;

std::int64_t seconds(Micros time) noexcept { return time / micros_per_second; }

CheckResult base_result(std::string_view id, const LagFacts& facts) {
    return make_result(id, facts.table, {facts.event_column, facts.arrival_column});
}

/// Rows with both times, arrivals in the future apart.
std::int64_t measured_rows(const LagProfile& profile) noexcept {
    return profile.all.lags.count() + profile.negative;
}

CheckResult without_rows(CheckResult result, const LagProfile& profile) {
    result.status = Status::skipped;
    result.message = profile.rows == 0
                         ? "the table holds no rows"
                         : fmt::format("no row of {} has both times", group_digits(profile.rows));
    return result;
}

/// A quantile in microseconds; the histogram knows it to about half a percent, the longest exactly.
Micros quantile(const LagSummary& summary, double rank) {
    const double value = summary.lags.quantile(rank).value_or(0);
    const double micros = std::round(value * static_cast<double>(micros_per_second));
    const Micros longest = summary.longest.value_or(0);
    return micros < static_cast<double>(longest) ? static_cast<Micros>(micros) : longest;
}

constexpr double rounding_error = 0.005; // of three digits

/// To three digits: more than the histogram knows.
Fact rounded(Micros lag) {
    const double value = static_cast<double>(lag) / static_cast<double>(micros_per_second);
    if (value == 0) {
        return 0.0;
    }
    const double unit = std::pow(10, std::floor(std::log10(value)) - 2);
    return unit < 1 ? std::round(value / unit) / (1 / unit) : std::round(value / unit) * unit;
}

Facts lag_evidence(const LagSummary& summary) {
    if (!summary.longest) {
        return {{"p50_s", Fact()}, {"p90_s", Fact()}, {"p99_s", Fact()}, {"max_s", Fact()}};
    }
    return {{"p50_s", rounded(quantile(summary, 0.5))},
            {"p90_s", rounded(quantile(summary, 0.9))},
            {"p99_s", rounded(quantile(summary, 0.99))},
            {"max_s", static_cast<double>(*summary.longest) / 1e6}};
}

Fact share_of(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? Fact() : Fact(static_cast<double>(part) / static_cast<double>(whole));
}

Fact::List completeness_evidence(const LagProfile& profile) {
    Fact::List list;
    for (std::size_t i = 0; i < completeness_steps.size(); ++i) {
        const Completeness& step = profile.completeness.at(i);
        list.push_back(Facts{{"after_s", seconds(completeness_steps.at(i))},
                             {"fraction", share_of(step.arrived, step.rows)},
                             {"rows", step.rows}});
    }
    return list;
}

Fact::List day_evidence(const LagProfile& profile, const LagLimits& limits) {
    Fact::List list;
    auto first = profile.days.end();
    for (std::int64_t told = 0; told < most_days_told && first != profile.days.begin(); ++told) {
        --first;
    }
    for (; first != profile.days.end(); ++first) {
        const auto& [date, day] = *first;
        Facts facts{{"day", format_date(date)}, {"rows", day.rows}};
        for (auto& fact : lag_evidence(day.summary)) {
            facts.push_back(std::move(fact));
        }
        facts.emplace_back("late_rows", limits.max_lag ? Fact(day.summary.late) : Fact());
        list.emplace_back(std::move(facts));
    }
    return list;
}

Facts evidence_of(const LagFacts& facts, const LagLimits& limits) {
    const LagProfile& profile = facts.profile;
    const bool limited = limits.max_lag.has_value();
    return {
        {"event_column", facts.event_column},
        {"arrival_column", facts.arrival_column},
        {"zone", facts.zone.empty() ? Fact() : Fact(facts.zone)},
        {"rows", profile.rows},
        {"measured_rows", measured_rows(profile)},
        {"null_event_rows", profile.null_events},
        {"null_arrival_rows", profile.null_arrivals},
        {"unusable_rows", profile.unusable},
        {"future_arrival_rows", profile.future_arrivals},
        {"negative_rows", profile.negative},
        {"lag", lag_evidence(profile.all)},
        {"relative_error", profile.all.lags.relative_error() + rounding_error},
        {"max_lag_s", limited ? Fact(seconds(*limits.max_lag)) : Fact()},
        {"late_rows", limited ? Fact(profile.all.late) : Fact()},
        {"late_fraction", limited ? share_of(profile.all.late, measured_rows(profile)) : Fact()},
        {"completeness", completeness_evidence(profile)},
        {"days", day_evidence(profile, limits)}};
}

/// "1 h", "1 d"
std::string step_words(Micros step) { return format_duration(step); }

/// "of a day's rows 93 % had arrived 1 h after its end, 99 % after 6 h": up to where all have.
std::string completeness_words(const LagProfile& profile) {
    std::string words;
    for (std::size_t i = 0; i < completeness_steps.size(); ++i) {
        const Completeness& step = profile.completeness.at(i);
        if (step.rows == 0) {
            break;
        }
        const std::string share =
            format_percent(static_cast<double>(step.arrived) / static_cast<double>(step.rows));
        const std::string after = step_words(completeness_steps.at(i));
        words += words.empty() ? fmt::format("; of a day's rows {} had arrived {} after its end",
                                             share, after)
                               : fmt::format(", {} after {}", share, after);
        if (step.arrived == step.rows) {
            break;
        }
    }
    return words;
}

/// What was left out, as far as there is any.
std::string left_out_words(const LagProfile& profile) {
    std::string words;
    const auto add = [&words](std::int64_t rows, std::string_view what) {
        if (rows > 0) {
            words += fmt::format("; {} {}", count_of(rows, "row"), what);
        }
    };
    add(profile.null_events, "without an event time");
    add(profile.null_arrivals, "without an arrival time");
    add(profile.unusable, "with a value that is no time");
    add(profile.future_arrivals, "with an arrival in the future");
    return words;
}

std::string lag_words(const LagProfile& profile) {
    if (!profile.all.longest) {
        return fmt::format("every one of {} arrived before its event",
                           count_of(profile.negative, "row"));
    }
    const auto at = [&profile](double rank) {
        const Fact value = rounded(quantile(profile.all, rank));
        return format_duration(static_cast<Micros>(
            std::llround(std::get<double>(value.value) * static_cast<double>(micros_per_second))));
    };
    return fmt::format("half of the rows arrive within {}, 90 % within {}, 99 % within {}, all "
                       "within {}",
                       at(0.5), at(0.9), at(0.99), format_duration(*profile.all.longest));
}

} // namespace

CheckResult check_lag(const LagFacts& facts, const LagLimits& limits) {
    const LagProfile& profile = facts.profile;
    CheckResult result = base_result("freshness.lag", facts);
    result.rows_examined = profile.rows;
    result.evidence = evidence_of(facts, limits);
    if (measured_rows(profile) == 0) {
        return without_rows(std::move(result), profile);
    }
    result.message = lag_words(profile);
    if (limits.max_lag) {
        const std::int64_t late = profile.all.late;
        result.observed = {late, "rows"};
        result.expected = display(limits.max_late);
        result.rows_failed = late;
        result.message = fmt::format(
            "{} later than {}, {}; {}", count_of(late, "row was", "rows were"),
            format_duration(*limits.max_lag),
            format_percent(static_cast<double>(late) / static_cast<double>(measured_rows(profile))),
            result.message);
        result.status =
            within(limits.max_late, late, measured_rows(profile)) ? Status::pass : Status::fail;
    }
    result.message += completeness_words(profile) + left_out_words(profile);
    return result;
}

CheckResult check_negative_lag(const LagFacts& facts) {
    const LagProfile& profile = facts.profile;
    CheckResult result = base_result("freshness.negative_lag", facts);
    result.rows_examined = profile.rows;
    if (measured_rows(profile) == 0) {
        return without_rows(std::move(result), profile);
    }
    result.observed = {profile.too_early, "rows"};
    result.expected = "0 rows";
    result.rows_failed = profile.too_early;
    result.evidence = {{"negative_rows", profile.negative},
                       {"beyond_skew_rows", profile.too_early},
                       {"earliest_s", static_cast<double>(profile.earliest) / 1e6}};
    if (profile.negative == 0) {
        result.message = "no row arrived before its event";
        return result;
    }
    const std::string earliest = format_duration(profile.earliest);
    if (profile.too_early == 0) {
        result.message =
            fmt::format("{} up to {} before the event, which the skew of the clocks "
                        "explains",
                        count_of(profile.negative, "row arrived", "rows arrived"), earliest);
        return result;
    }
    result.message =
        fmt::format("{} up to {} before the event",
                    count_of(profile.too_early, "row arrived", "rows arrived"), earliest);
    if (profile.negative > profile.too_early) {
        result.message += fmt::format(", {} more within the skew of the clocks",
                                      group_digits(profile.negative - profile.too_early));
    }
    result.status = Status::fail;
    return result;
}

} // namespace assay
