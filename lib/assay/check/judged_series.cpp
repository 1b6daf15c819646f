// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/judged_series.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

/// Whole numbers only, and none that no table has.
Fact whole(double value) {
    constexpr double most = 9e15;
    return std::abs(value) < most ? Fact(static_cast<std::int64_t>(value)) : Fact();
}

std::string words_of(const Fact& number) {
    if (const auto* real = std::get_if<double>(&number.value)) {
        return format_brief(*real);
    }
    const auto* value = std::get_if<std::int64_t>(&number.value);
    return value == nullptr ? "any number" : group_digits(*value);
}

/// The ends of an interval as they are told: rows as whole ones inside of it, others as they are.
Fact lower_end(double value, Quantity quantity) {
    return quantity == Quantity::rows ? whole(std::ceil(value)) : Fact(value);
}
Fact upper_end(double value, Quantity quantity) {
    return quantity == Quantity::rows ? whole(std::floor(value)) : Fact(value);
}

/// "about 1,000 were"
std::string expected_words(double expected, Quantity quantity) {
    if (quantity == Quantity::number) {
        return fmt::format("about {} was", format_brief(expected));
    }
    const std::int64_t rows = std::llround(std::clamp(expected, -9e15, 9e15));
    return fmt::format("about {} {}", group_digits(rows), rows == 1 ? "was" : "were");
}

std::string_view season_of(std::int64_t period) noexcept {
    return period == 0    ? ""
           : period == 24 ? "hour of the day"
           : period == 7  ? "day of the week"
                          : "hour of the week";
}

/// "on this weekday"
std::string_view season_words(std::int64_t period) noexcept {
    return period == 0    ? ""
           : period == 24 ? " at this hour"
           : period == 7  ? " on this weekday"
                          : " at this hour of the week";
}

/// "less than 880 or more than 1,120 would have been noticed"
std::string noticed_words(const Fact& below, const Fact& above) {
    if (below.is_null()) {
        return above.is_null()
                   ? "no change would have been noticed"
                   : fmt::format("more than {} would have been noticed, a fall would not",
                                 words_of(above));
    }
    if (above.is_null()) {
        return fmt::format("less than {} would have been noticed, a rise would not",
                           words_of(below));
    }
    return fmt::format("less than {} or more than {} would have been noticed", words_of(below),
                       words_of(above));
}

} // namespace

std::string_view to_string(VolumeState state) noexcept {
    switch (state) {
    case VolumeState::learning: return "learning";
    case VolumeState::usual: return "usual";
    case VolumeState::habit: return "habit";
    case VolumeState::unusual: return "unusual";
    case VolumeState::missing: return "missing";
    }
    return "unusual";
}

Severity severity_of(const Judgement& judgement) noexcept {
    return judgement.state == VolumeState::missing ||
                   std::abs(judgement.score) >= 2 * judgement.threshold
               ? Severity::critical
               : Severity::warning;
}

Fact told_number(double value, Quantity quantity) {
    return quantity == Quantity::rows ? whole(std::round(value)) : Fact(value);
}

ToldInterval told_interval(const Expectation& known, Quantity quantity) {
    const double slack = quantity == Quantity::rows ? 1e-9 : 0; // both ends are usual
    return {lower_end(known.lower - slack, quantity), upper_end(known.upper + slack, quantity),
            known.noticed_below ? lower_end(*known.noticed_below, quantity) : Fact(),
            upper_end(known.noticed_above, quantity)};
}

void tell_judgement(CheckResult& result, const JudgedSeries& series, const Judgement& judgement) {
    const Expectation& known = judgement.expectation;
    const auto points = static_cast<std::int64_t>(known.points);
    if (series.quantity == Quantity::rows) {
        const auto rows = static_cast<std::int64_t>(series.tested.value);
        result.observed = {rows, "rows"};
        result.evidence.emplace_back("rows", rows);
    } else {
        result.observed = {series.tested.value, ""};
    }
    result.evidence.emplace_back("verdict", to_string(judgement.state));
    result.evidence.emplace_back("points", points);
    if (judgement.state == VolumeState::learning) {
        result.status = Status::skipped;
        result.message =
            fmt::format("learning: {}; {} before it {} known, and {} are needed", series.what,
                        count_of(points, series.unit), points == 1 ? "is" : "are", least_points);
        return;
    }
    const Quantity quantity = series.quantity;
    const auto [lower, upper, below, above] = told_interval(known, quantity);
    const std::string_view season = season_of(known.period);
    const Facts told{{"expected", known.expected},
                     {"expected_method", to_string(Method::estimate)},
                     {"lower", lower},
                     {"upper", upper},
                     {"score", judgement.score},
                     {"threshold", judgement.threshold},
                     {"probability", judgement.probability},
                     {"season", season.empty() ? Fact() : Fact(season)},
                     {"noticed_below", below},
                     {"noticed_above", above}};
    result.evidence.insert(result.evidence.end(), told.begin(), told.end());
    const std::string interval = fmt::format("{} to {}", words_of(lower), words_of(upper));
    result.expected = interval + (quantity == Quantity::rows ? " rows" : "");
    result.status = judgement.is_bad() ? Status::fail : Status::pass;
    result.message = fmt::format("{}, {} expected (usual{} are {}{})", series.what,
                                 expected_words(known.expected, quantity),
                                 season_words(known.period), interval, series.grace);
    if (judgement.is_bad()) {
        result.severity = severity_of(judgement);
        return;
    }
    if (judgement.state == VolumeState::habit) {
        result.message += "; unusual, but it has done so before";
    } else if (above != upper ||
               (below != lower && (quantity == Quantity::number || known.expected >= 1))) {
        result.message += "; " + noticed_words(below, above);
    }
}

} // namespace assay
