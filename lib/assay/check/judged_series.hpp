// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/anomaly.hpp"
#include "assay/check/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// What a judged number is one of.
enum class Quantity : std::uint8_t {
    rows,  ///< whole, and evidence tells them as rows
    number ///< of any unit
};

/// What a judged number is about.
struct JudgedSeries {
    std::string what; ///< "2024-01-30 has 5 rows", for messages
    std::string unit; ///< of one bucket: "day"
    SeriesPoint tested;
    SeriesRules rules;
    Quantity quantity = Quantity::rows;
    std::string grace = {}; ///< behind the interval: ", give or take 1 h"
};

std::string_view to_string(VolumeState state) noexcept;
/// Of a judgement that is bad.
Severity severity_of(const Judgement& judgement) noexcept;

/// A number as it is told: rows as whole ones; null beyond what any table has.
Fact told_number(double value, Quantity quantity);

/// An interval as it is told: of rows the whole ones inside of it. null: no end.
struct ToldInterval {
    Fact lower;
    Fact upper;
    Fact noticed_below;
    Fact noticed_above;
};
ToldInterval told_interval(const Expectation& known, Quantity quantity);

/// Put a judgement into a result: status, severity, numbers, message, and in the evidence the
/// expected value, the interval, the score, the season, how many points of the past it is from, and
/// the smallest changes that are noticed. What is expected is an estimate, and the evidence says
/// so; whether the number is one, the caller. While learning it is skipped.
void tell_judgement(CheckResult& result, const JudgedSeries& series, const Judgement& judgement);

} // namespace assay
