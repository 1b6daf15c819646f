// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/judged_series.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace assay {

// What a series of numbers teaches, for people who want to know it before they let it judge.

/// Whether a run says what is wrong, or only shows what it would say, and what from.
enum class Judging : std::uint8_t { earnest, dry };

/// Why a number is no past, where a run had a finding of it that nobody accepted.
inline constexpr const char* found_wrong = "a run found it wrong";

/// Numbers that are no part of what is expected, all for one reason.
struct LeftOutNumbers {
    std::string why;                ///< "on the --calendar"
    std::vector<std::string> names; ///< of what they are from, ascending: "2024-01-30"
};
void leave_out(std::vector<LeftOutNumbers>& all, const std::string& why, std::string name);

/// A number of the past that counts.
struct NamedNumber {
    double value = 0;
    std::string name; ///< "2024-01-30"
};

/// What a number is to be expected next.
struct NextNumber {
    std::string name;
    Judgement judgement; ///< of any number: its expectation counts
};

/// What the past of a series is made of, and how it would have been judged in its own time.
struct Lesson {
    std::vector<NamedNumber> past; ///< ascending; the last ones count, see SeriesRules
    std::vector<LeftOutNumbers> left_out;
    std::function<Judgement(std::size_t)> judge_past; ///< a number of `past` by those before it
    std::optional<NextNumber> next;                   ///< nullopt: it is the one that is judged
};

/// How many numbers of the past are judged, the last ones: all that count, but of hours those of a
/// day, as every one of them has more than a thousand before it.
std::size_t backtest_points(const SeriesRules& rules) noexcept;

/// Put a lesson into the evidence, as "learned": the baseline, what is left out of it and why, what
/// is expected next, and which numbers of the past would have been findings: see backtest_points().
void tell_lesson(CheckResult& result, const JudgedSeries& series, Lesson lesson);

/// Make a result that neither passes nor fails, and says in words and in the evidence ("would_be",
/// "would_be_severity") what it would have been. An error stays one.
void make_dry(CheckResult& result);

} // namespace assay
