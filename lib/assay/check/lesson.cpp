// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/lesson.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace assay {
namespace {

/// Those of a few numbers, which need not follow each other; else null.
Fact few_names(const std::vector<std::string>& names) {
    constexpr std::size_t few = 5;
    if (names.size() > few) {
        return {};
    }
    Fact::List list;
    for (const std::string& name : names) {
        list.emplace_back(name);
    }
    return list;
}

Fact::List left_out_facts(const std::vector<LeftOutNumbers>& all) {
    Fact::List facts;
    for (const LeftOutNumbers& one : all) {
        facts.emplace_back(Facts{{"why", one.why},
                                 {"points", static_cast<std::int64_t>(one.names.size())},
                                 {"from", one.names.front()},
                                 {"to", one.names.back()},
                                 {"names", few_names(one.names)}});
    }
    return facts;
}

void add_expectation(Facts& facts, const Expectation& known, Quantity quantity) {
    const ToldInterval told = told_interval(known, quantity);
    facts.emplace_back("expected", known.expected);
    facts.emplace_back("lower", told.lower);
    facts.emplace_back("upper", told.upper);
    facts.emplace_back("noticed_below", told.noticed_below);
    facts.emplace_back("noticed_above", told.noticed_above);
}

Fact next_fact(const std::optional<NextNumber>& next, Quantity quantity) {
    if (!next || next->judgement.state == VolumeState::learning) {
        return {};
    }
    Facts facts{{"point", next->name}};
    add_expectation(facts, next->judgement.expectation, quantity);
    return facts;
}

Facts flagged_fact(const NamedNumber& number, const Judgement& judgement, Quantity quantity) {
    Facts facts{{"point", number.name},
                {"value", told_number(number.value, quantity)},
                {"verdict", to_string(judgement.state)},
                {"severity", to_string(severity_of(judgement))}};
    add_expectation(facts, judgement.expectation, quantity);
    return facts;
}

Facts backtest_facts(const Lesson& lesson, const SeriesRules& rules, Quantity quantity) {
    Fact::List flagged;
    std::int64_t judged = 0;
    const std::size_t size = lesson.past.size();
    for (std::size_t i = std::max(least_points, size - std::min(size, backtest_points(rules)));
         i < size; ++i) {
        const Judgement judgement = lesson.judge_past(i);
        ++judged;
        if (judgement.is_bad()) {
            flagged.emplace_back(flagged_fact(lesson.past[i], judgement, quantity));
        }
    }
    const auto count = static_cast<std::int64_t>(flagged.size());
    return {{"judged", judged},
            {"flagged", count},
            {"share",
             judged == 0 ? Fact() : Fact(static_cast<double>(count) / static_cast<double>(judged))},
            {"points", std::move(flagged)}};
}

} // namespace

std::size_t backtest_points(const SeriesRules& rules) noexcept {
    constexpr std::size_t seldom = 100;
    return rules.most_points <= seldom ? rules.most_points : rules.level_points;
}

void leave_out(std::vector<LeftOutNumbers>& all, const std::string& why, std::string name) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const LeftOutNumbers& one) { return one.why == why; });
    LeftOutNumbers& place = found == all.end() ? all.emplace_back(LeftOutNumbers{why, {}}) : *found;
    place.names.push_back(std::move(name));
}

void tell_lesson(CheckResult& result, const JudgedSeries& series, Lesson lesson) {
    const auto& past = lesson.past;
    const std::size_t known = std::min(past.size(), series.rules.most_points);
    const std::size_t first = past.size() - known;
    for (std::size_t i = 0; i < first; ++i) {
        leave_out(lesson.left_out, fmt::format("older than the last {} that count", known),
                  past[i].name);
    }
    const Facts baseline{{"points", static_cast<std::int64_t>(known)},
                         {"from", known == 0 ? Fact() : Fact(past[first].name)},
                         {"to", known == 0 ? Fact() : Fact(past.back().name)}};
    result.evidence.emplace_back(
        "learned", Facts{{"unit", series.unit},
                         {"baseline", baseline},
                         {"left_out", left_out_facts(lesson.left_out)},
                         {"next", next_fact(lesson.next, series.quantity)},
                         {"backtest", backtest_facts(lesson, series.rules, series.quantity)}});
}

void make_dry(CheckResult& result) {
    if (result.status == Status::error) {
        return;
    }
    const bool is_finding = result.status == Status::fail;
    if (is_finding) {
        result.message = fmt::format("would be {}: {}",
                                     result.severity == Severity::critical  ? "critical"
                                     : result.severity == Severity::warning ? "a warning"
                                                                            : "for information",
                                     result.message);
    } else if (result.status == Status::pass) {
        result.message = "would pass: " + result.message;
    }
    result.evidence.emplace_back("would_be", to_string(result.status));
    result.evidence.emplace_back("would_be_severity",
                                 is_finding ? Fact(to_string(result.severity)) : Fact());
    result.status = Status::skipped;
}

} // namespace assay
