// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/change_cause.hpp"

#include "assay/base/text.hpp"
#include "assay/base/unicode.hpp"
#include "assay/match/fold.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

namespace assay {
namespace {

constexpr std::array units{micros_per_second, micros_per_minute, micros_per_hour, micros_per_day};
/// Of units that people mix up: percent and parts, cents, kilo, milliseconds, minutes.
constexpr std::array<std::int64_t, 8> factors{10, 60, 100, 1000, 1024, 3600, 10'000, 1'000'000};
constexpr int most_decimals = 6;
/// Causes that are remembered: shifts and lengths of texts may be all different.
constexpr std::size_t most_causes = 1'000;
constexpr std::int64_t least_cells = 3;
constexpr double least_share = 0.95;

std::optional<double> number_of(const Value& value) {
    double number = 0;
    if (value.kind == CellKind::real) {
        number = value.real;
    } else if (value.kind == CellKind::integer && is_numeric(value.type)) {
        number = static_cast<double>(value.integer);
    } else if (value.kind == CellKind::text && value.type == ColumnType::decimal) {
        const char* const end = value.bytes.data() + value.bytes.size();
        const auto [stop, error] = std::from_chars(value.bytes.data(), end, number);
        if (error != std::errc() || stop != end) {
            return std::nullopt;
        }
    } else {
        return std::nullopt;
    }
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

bool is_about(double a, double b) noexcept {
    constexpr double most = 1e-9;
    return std::abs(a - b) <= most * std::max(std::abs(a), std::abs(b));
}

/// Is `less` what is left of `more` with so many decimals?
bool is_rounded(double more, double less, int decimals) noexcept {
    const double scale = std::pow(10.0, decimals);
    return is_about(std::round(more * scale) / scale, less) ||
           is_about(std::trunc(more * scale) / scale, less);
}

bool is_cut(Micros more, Micros less, Micros unit) noexcept {
    const Micros rest = more % unit;
    return less != more && more - (rest < 0 ? rest + unit : rest) == less;
}

std::string unit_words(Micros unit) {
    return unit == micros_per_second   ? "seconds"
           : unit == micros_per_minute ? "minutes"
           : unit == micros_per_hour   ? "hours"
                                       : "days";
}

std::string decimals_words(std::int64_t decimals) {
    return decimals == 0 ? "whole numbers" : count_of(decimals, "decimal");
}

} // namespace

std::optional<Micros> moment_of(const Value& value) {
    if (value.kind == CellKind::text && value.type != ColumnType::decimal) {
        const auto parsed = parse_time(value.bytes);
        return parsed ? std::optional(parsed->micros) : std::nullopt;
    }
    constexpr Micros most = std::numeric_limits<Micros>::max() / 4;
    const bool is_finite = value.integer < most && value.integer > -most;
    if (value.kind != CellKind::integer || !is_temporal(value.type) || !is_finite) {
        return std::nullopt;
    }
    if (value.type != ColumnType::date) {
        return value.integer;
    }
    constexpr std::int64_t most_days = most / micros_per_day;
    return value.integer < most_days && value.integer > -most_days
               ? std::optional(value.integer * micros_per_day)
               : std::nullopt;
}

std::string_view to_string(CellCause cause) noexcept {
    switch (cause) {
    case CellCause::null_in_a: return "null_in_a";
    case CellCause::null_in_b: return "null_in_b";
    case CellCause::null_is_empty: return "null_is_empty";
    case CellCause::shifted: return "shifted";
    case CellCause::time_cut_in_b: return "time_cut_in_b";
    case CellCause::time_cut_in_a: return "time_cut_in_a";
    case CellCause::times: return "times";
    case CellCause::divided: return "divided";
    case CellCause::negated: return "negated";
    case CellCause::rounded_in_b: return "rounded_in_b";
    case CellCause::rounded_in_a: return "rounded_in_a";
    case CellCause::trimmed: return "trimmed";
    case CellCause::letter_case: return "letter_case";
    case CellCause::accents: return "accents";
    case CellCause::normal_form: return "normal_form";
    case CellCause::text_cut_in_b: return "text_cut_in_b";
    case CellCause::text_cut_in_a: return "text_cut_in_a";
    }
    return "null_in_a";
}

std::string words_of(const LikelyCause& cause) {
    const std::int64_t by = cause.parameter;
    switch (cause.cause) {
    case CellCause::null_in_a: return "A has NULL";
    case CellCause::null_in_b: return "B has NULL";
    case CellCause::null_is_empty: return "NULL is the empty text on the other side";
    case CellCause::shifted:
        return fmt::format("B is {} {} than A", format_duration(std::abs(by)),
                           by > 0 ? "later" : "earlier");
    case CellCause::time_cut_in_b: return "B is cut to " + unit_words(by);
    case CellCause::time_cut_in_a: return "A is cut to " + unit_words(by);
    case CellCause::times: return fmt::format("B is {} times A", group_digits(by));
    case CellCause::divided: return fmt::format("A is {} times B", group_digits(by));
    case CellCause::negated: return "the sign is the other one";
    case CellCause::rounded_in_b: return "B is rounded to " + decimals_words(by);
    case CellCause::rounded_in_a: return "A is rounded to " + decimals_words(by);
    case CellCause::trimmed: return "only blanks at the ends differ";
    case CellCause::letter_case: return "only upper and lower case differ";
    case CellCause::accents: return "only accents and case differ, as between collations";
    case CellCause::normal_form: return "only the Unicode form differs";
    case CellCause::text_cut_in_b: return fmt::format("B is cut to {}", count_of(by, "character"));
    case CellCause::text_cut_in_a: return fmt::format("A is cut to {}", count_of(by, "character"));
    }
    return {};
}

void ColumnChanges::note(CellCause cause, std::int64_t parameter) {
    const auto found = m_found.find({cause, parameter});
    if (found != m_found.end()) {
        ++found->second;
    } else if (m_found.size() < most_causes) {
        m_found.emplace(std::pair(cause, parameter), 1);
    }
}

void ColumnChanges::add_times(Micros a, Micros b) {
    constexpr Micros quarter = 15 * micros_per_minute;
    const Micros shift = b - a;
    if (shift != 0 && shift % quarter == 0) {
        note(CellCause::shifted, shift);
    }
    for (const Micros unit : units) {
        if (is_cut(a, b, unit)) {
            note(CellCause::time_cut_in_b, unit);
        }
        if (is_cut(b, a, unit)) {
            note(CellCause::time_cut_in_a, unit);
        }
    }
}

void ColumnChanges::add_numbers(double a, double b) {
    for (const std::int64_t factor : factors) {
        if (a != 0 && is_about(a * static_cast<double>(factor), b)) {
            note(CellCause::times, factor);
        }
        if (b != 0 && is_about(b * static_cast<double>(factor), a)) {
            note(CellCause::divided, factor);
        }
    }
    if (is_about(a, -b)) {
        note(CellCause::negated);
    }
    for (int decimals = 0; decimals <= most_decimals; ++decimals) {
        if (is_rounded(a, b, decimals)) {
            note(CellCause::rounded_in_b, decimals);
        }
        if (is_rounded(b, a, decimals)) {
            note(CellCause::rounded_in_a, decimals);
        }
    }
}

void ColumnChanges::add_texts(const std::string& a, const std::string& b) {
    const auto are_one = [&](const std::vector<Fold>& folds) {
        return folded(a, folds) == folded(b, folds);
    };
    if (are_one({Fold::trim})) {
        note(CellCause::trimmed);
    }
    if (are_one({Fold::letter_case})) {
        note(CellCause::letter_case);
    }
    if (are_one({Fold::nfkc})) {
        note(CellCause::normal_form);
    } else if (are_one({Fold::accents, Fold::letter_case})) {
        note(CellCause::accents);
    }
    if (a.size() > b.size() && a.starts_with(b)) {
        note(CellCause::text_cut_in_b, static_cast<std::int64_t>(count_code_points(b)));
    }
    if (b.size() > a.size() && b.starts_with(a)) {
        note(CellCause::text_cut_in_a, static_cast<std::int64_t>(count_code_points(a)));
    }
}

void ColumnChanges::add(const Value& a, const Value& b) {
    ++m_cells;
    const auto is_empty = [](const Value& value) {
        return value.kind == CellKind::text && value.bytes.empty();
    };
    if (a.kind == CellKind::null || b.kind == CellKind::null) {
        if (is_empty(a) || is_empty(b)) {
            note(CellCause::null_is_empty);
        }
        note(a.kind == CellKind::null ? CellCause::null_in_a : CellCause::null_in_b);
        return;
    }
    const auto time_a = moment_of(a);
    const auto time_b = moment_of(b);
    if (time_a && time_b) {
        add_times(*time_a, *time_b);
        return;
    }
    const auto number_a = number_of(a);
    const auto number_b = number_of(b);
    if (number_a && number_b) {
        add_numbers(*number_a, *number_b);
    } else if (a.kind == CellKind::text && b.kind == CellKind::text) {
        add_texts(a.bytes, b.bytes);
    }
}

std::optional<LikelyCause> ColumnChanges::likely_cause() const {
    if (m_cells < least_cells) {
        return std::nullopt;
    }
    std::optional<LikelyCause> best;
    for (const auto& [cause, cells] : m_found) {
        const bool is_enough =
            static_cast<double>(cells) >= least_share * static_cast<double>(m_cells);
        if (is_enough && (!best || cells > best->cells)) {
            best = LikelyCause{cause.first, cause.second, cells};
        }
    }
    return best;
}

} // namespace assay
