// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/promise.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;

std::int64_t seconds(Micros time) noexcept { return time / micros_per_second; }
double minutes(Micros time) noexcept {
    return static_cast<double>(time) / static_cast<double>(minute);
}
Fact fact_of(const std::optional<double>& number) { return number ? Fact(*number) : Fact(); }

Facts evidence_of(const Attainment& attained) {
    return {{"attained", fact_of(attained.fraction())},
            {"good_minutes", minutes(attained.good)},
            {"bad_minutes", minutes(attained.bad)},
            {"unknown_minutes", minutes(attained.unknown)}};
}

Fact evidence_of(const std::vector<Burn>& burns) {
    Fact::List list;
    for (const Burn& burn : burns) {
        list.push_back(Facts{{"window_s", seconds(burn.length)},
                             {"rate", fact_of(burn.rate)},
                             {"threshold", burn.threshold},
                             {"judged", burn.judged},
                             {"alarm", burn.alarm}});
    }
    return list;
}

Facts evidence_of(const EventBudget& events) {
    return {{"expected", events.expected}, {"late", events.late}, {"allowed", events.allowed}};
}

Facts evidence_of(const SloReport& report, const Slo& slo, Micros target) {
    Facts facts{{"objective", slo.objective},
                {"window_s", seconds(slo.window)},
                {"target_s", seconds(target)}};
    for (auto& fact : evidence_of(report.attained)) {
        facts.push_back(std::move(fact));
    }
    facts.emplace_back("budget_minutes", minutes(report.budget));
    facts.emplace_back("remaining_minutes", minutes(report.remaining));
    facts.emplace_back("kind", report.batch ? "batch" : "stream");
    facts.emplace_back("burn", evidence_of(report.burns));
    facts.emplace_back("loads", evidence_of(report.events));
    facts.emplace_back("exhausted_at",
                       report.exhausted_at ? Fact(format_instant(*report.exhausted_at)) : Fact());
    return facts;
}

/// "kept 99.2 % of 30 d, 2 h 10 min too old; the budget of 3 h 36 min has 1 h 26 min left"
std::string slo_sentence(const SloReport& report, const Slo& slo) {
    std::string sentence = fmt::format("kept for {} of {}, too old for {}",
                                       format_percent(report.attained.fraction().value_or(0)),
                                       format_duration(slo.window - report.attained.unknown),
                                       format_duration(report.attained.bad));
    if (report.batch) {
        sentence += fmt::format("; {} late of {}, {} allowed",
                                count_of(report.events.late, "load was", "loads were"),
                                group_digits(report.events.expected), report.events.allowed);
    } else if (report.remaining >= 0) {
        sentence += fmt::format("; of the budget of {} there is {} left",
                                format_duration(report.budget), format_duration(report.remaining));
    } else {
        sentence += fmt::format("; the budget of {} is overspent by {}",
                                format_duration(report.budget), format_duration(-report.remaining));
    }
    const bool burning = std::any_of(report.burns.begin(), report.burns.end(),
                                     [](const Burn& burn) { return burn.alarm; });
    if (!report.batch && burning && report.remaining > 0 && report.exhausted_at) {
        sentence += ", at this rate until " + format_instant(*report.exhausted_at);
    }
    if (report.attained.unknown > 0) {
        sentence += fmt::format("; {} before the first arrival are unknown",
                                format_duration(report.attained.unknown));
    }
    return sentence;
}

CheckResult base_result(std::string_view id, const ArrivalFacts& facts) {
    return make_result(id, facts.table, {facts.column});
}

/// Up to a number that people would write: minutes, quarters of an hour, hours.
Micros round_up(Micros time) noexcept {
    const Micros unit = time < hour ? minute : time < 24 * hour ? 15 * minute : hour;
    return (time + unit - 1) / unit * unit;
}

/// As a flag takes it: "90m", "26h".
std::string flag_words(Micros time) {
    return time % hour == 0 ? fmt::format("{}h", time / hour) : fmt::format("{}m", time / minute);
}

Fact gap_evidence(const std::vector<Micros>& gaps) {
    const auto at = [&gaps](double rank) {
        return Fact(seconds(nearest_rank(gaps, rank).value_or(0)));
    };
    return Facts{{"count", static_cast<std::int64_t>(gaps.size())},
                 {"p50_s", at(0.5)},
                 {"p95_s", at(0.95)},
                 {"p99_s", at(0.99)},
                 {"max_s", at(1)}};
}

std::string gap_sentence(const std::vector<Micros>& gaps, const ProposedLimits& proposed) {
    const auto at = [&gaps](double rank) {
        return format_duration(nearest_rank(gaps, rank).value_or(0));
    };
    std::string sentence = fmt::format(
        "{}, usually {} apart, 99 % up to {}, {} at most; fits ",
        count_of(static_cast<std::int64_t>(gaps.size()), "gap between loads", "gaps between loads"),
        at(0.5), at(0.99), at(1));
    if (proposed.warn_age) {
        sentence += fmt::format("--warn-age {} ", flag_words(*proposed.warn_age));
    }
    return sentence + "--max-age " + flag_words(proposed.max_age);
}

} // namespace

std::int64_t rows_in(const ArrivalFacts& facts, const Span& span) {
    std::int64_t rows = 0;
    const auto first = std::lower_bound(facts.minutes.begin(), facts.minutes.end(),
                                        std::pair(span.from, INT64_MIN));
    for (auto at = first; at != facts.minutes.end() && at->first < span.to; ++at) {
        rows += at->second;
    }
    return rows;
}

CheckResult check_slo(const ArrivalFacts& facts, const Slo& slo, Micros target) {
    CheckResult result = base_result("freshness.slo", facts);
    const SloReport report =
        judge_slo(facts.arrivals, target, slo, usual_interval(facts.arrivals), facts.now);
    result.evidence = {{"slo", evidence_of(report, slo, target)}};
    result.expected = fmt::format(">= {} %", slo.objective * 100);
    const auto attained = report.attained.fraction();
    if (!attained) {
        result.status = Status::skipped;
        result.message = fmt::format("learning: no arrival is known in the last {}",
                                     format_duration(slo.window));
        return result;
    }
    result.observed = {*attained * 100, "%"};
    result.message = slo_sentence(report, slo);
    if (report.severity) {
        result.status = Status::fail;
        result.severity = *report.severity;
    }
    return result;
}

std::optional<ProposedLimits> proposed_limits(const std::vector<Micros>& ascending_gaps) {
    constexpr std::size_t least_gaps = 3;
    if (ascending_gaps.size() < least_gaps) {
        return std::nullopt;
    }
    const auto more = [](Micros gap) { return round_up(gap / 10 * 11); };
    ProposedLimits proposed{more(ascending_gaps.back()), std::nullopt};
    const Micros warn_age = more(nearest_rank(ascending_gaps, 0.99).value_or(0));
    if (warn_age < proposed.max_age) {
        proposed.warn_age = warn_age;
    }
    return proposed;
}

CheckResult check_backcast(const ArrivalFacts& facts, Micros window, std::optional<Micros> target) {
    CheckResult result = base_result("freshness.backcast", facts);
    // What lies before the window counts for the age at its start, not as a gap in it.
    const auto first =
        std::lower_bound(facts.arrivals.begin(), facts.arrivals.end(), facts.now - window);
    const auto gaps = load_gaps({first, facts.arrivals.end()});
    const auto proposed = proposed_limits(gaps);
    result.evidence = {{"window_s", seconds(window)}, {"rows", facts.rows}};
    if (!proposed) {
        result.status = Status::skipped;
        result.message = fmt::format("learning: there are too few loads in the last {}",
                                     format_duration(window));
        return result;
    }
    result.message =
        fmt::format("in the last {}: {}", format_duration(window), gap_sentence(gaps, *proposed));
    result.evidence.emplace_back("gaps", gap_evidence(gaps));
    result.evidence.emplace_back(
        "proposed",
        Facts{{"warn_age_s", proposed->warn_age ? Fact(seconds(*proposed->warn_age)) : Fact()},
              {"max_age_s", seconds(proposed->max_age)}});
    if (target) {
        const Span span{facts.now - window, facts.now};
        const Attainment attained = attainment(facts.arrivals, *target, span);
        const auto found = incidents(facts.arrivals, *target, span);
        for (auto& fact : evidence_of(attained)) {
            result.evidence.push_back(std::move(fact));
        }
        result.evidence.emplace_back("incidents", static_cast<std::int64_t>(found.size()));
        if (!facts.looks.empty()) {
            const Downtime sum = downtime(found, facts.looks);
            const auto seconds_of = [](const std::optional<Micros>& time) {
                return time ? Fact(seconds(*time)) : Fact();
            };
            result.evidence.emplace_back("incidents_detected", sum.detected);
            result.evidence.emplace_back("mean_time_to_detect_s", seconds_of(sum.mean_detect));
            result.evidence.emplace_back("mean_time_to_resolve_s", seconds_of(sum.mean_resolve));
        }
        result.message += fmt::format("; older than {} for {} in {}, which keeps {}",
                                      format_duration(*target), format_duration(attained.bad),
                                      count_of(static_cast<std::int64_t>(found.size()), "incident"),
                                      format_percent(attained.fraction().value_or(0)));
    }
    return result;
}

} // namespace assay
