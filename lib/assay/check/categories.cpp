// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/categories.hpp"

#include "assay/base/text.hpp"
#include "assay/check/chi_square.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr double psi_that_matters = 0.1;
constexpr double large_psi = 0.25;
constexpr double change_that_matters = 0.05;
constexpr double chance = 0.001;
constexpr double fewest_expected = 5; ///< rows of a category, for chi square to hold
constexpr std::int64_t fewest_rows = 30;
constexpr double covered_to_pass = 0.8;

double middle(const FrequencyBounds& count) noexcept {
    return (static_cast<double>(count.lower) + static_cast<double>(count.upper)) / 2;
}

/// What the smaller side would have of `together` rows.
double expected_rows(double together, std::int64_t rows_a, std::int64_t rows_b) noexcept {
    const auto least = static_cast<double>(std::min(rows_a, rows_b));
    return together * least / (static_cast<double>(rows_a) + static_cast<double>(rows_b));
}

FrequencyBounds less(const FrequencyBounds& all, const FrequencyBounds& part) noexcept {
    return {std::max<std::int64_t>(all.lower - part.upper, 0), all.upper - part.lower};
}

Category rest_of(const CategoryCounts& counts) {
    Category rest{{counts.rows_a, counts.rows_a}, {counts.rows_b, counts.rows_b}};
    for (const Category& category : counts.categories) {
        rest.a = less(rest.a, category.a);
        rest.b = less(rest.b, category.b);
    }
    return rest;
}

/// The share of a category on both sides.
struct Shares {
    double a = 0;
    double b = 0;
};

Shares shares_of(double count_a, double count_b, const CategoryCounts& counts) noexcept {
    return {count_a / static_cast<double>(counts.rows_a),
            count_b / static_cast<double>(counts.rows_b)};
}

/// As near to each other as the bounds allow. Every distance of a category grows with the larger
/// share and falls with the smaller one.
Shares nearest(const Category& category, const CategoryCounts& counts) noexcept {
    const auto of = [&](std::int64_t count_a, std::int64_t count_b) {
        return shares_of(static_cast<double>(count_a), static_cast<double>(count_b), counts);
    };
    const Shares a_above = of(category.a.lower, category.b.upper);
    const Shares b_above = of(category.a.upper, category.b.lower);
    if (a_above.a > a_above.b) {
        return a_above;
    }
    return b_above.b > b_above.a ? b_above : Shares{a_above.a, a_above.a};
}

/// Of every category and, at the end, of the rest.
std::vector<Shares> likely_shares(const CategoryCounts& counts) {
    std::vector<Shares> all;
    Shares rest{1, 1};
    for (const Category& category : counts.categories) {
        const Shares& shares =
            all.emplace_back(shares_of(middle(category.a), middle(category.b), counts));
        rest.a = std::max(rest.a - shares.a, 0.0);
        rest.b = std::max(rest.b - shares.b, 0.0);
    }
    all.push_back(rest);
    return all;
}

/// Of every category, and of the rest unless it is too rare for the test.
std::vector<Shares> nearest_shares(const CategoryCounts& counts, const Shares& likely_rest) {
    std::vector<Shares> all;
    for (const Category& category : counts.categories) {
        all.push_back(nearest(category, counts));
    }
    const double together = likely_rest.a * static_cast<double>(counts.rows_a) +
                            likely_rest.b * static_cast<double>(counts.rows_b);
    if (expected_rows(together, counts.rows_a, counts.rows_b) >= fewest_expected) {
        all.push_back(nearest(rest_of(counts), counts));
    }
    return all;
}

/// A category without rows is taken for half a row.
double psi_of(const std::vector<Shares>& all, const CategoryCounts& counts) {
    const Shares half_a_row = shares_of(0.5, 0.5, counts);
    double sum = 0;
    for (const Shares& shares : all) {
        const double a = std::max(shares.a, half_a_row.a);
        const double b = std::max(shares.b, half_a_row.b);
        sum += shares.a == shares.b ? 0 : (a - b) * std::log(a / b);
    }
    return sum;
}

double chi_square_of(const std::vector<Shares>& all, const CategoryCounts& counts) {
    const auto n = static_cast<double>(counts.rows_a);
    const auto m = static_cast<double>(counts.rows_b);
    double sum = 0;
    for (const Shares& shares : all) {
        const double change = shares.a - shares.b;
        sum += change == 0 ? 0 : n * m * change * change / (n * shares.a + m * shares.b);
    }
    return sum;
}

double jensen_shannon_of(const std::vector<Shares>& all) {
    double sum = 0;
    for (const Shares& shares : all) {
        const double both = (shares.a + shares.b) / 2;
        for (const double share : {shares.a, shares.b}) {
            sum += share > 0 ? share / 2 * std::log2(share / both) : 0;
        }
    }
    return std::sqrt(std::max(sum, 0.0));
}

double largest_change(const std::vector<Shares>& all) {
    double most = 0;
    for (const Shares& shares : all) {
        most = std::max(most, std::abs(shares.a - shares.b));
    }
    return most;
}

/// A rest that is too rare for the test counts here all the same.
int degrees_of(const CategoryCounts& counts) {
    const Category rest = rest_of(counts);
    const bool has_rest = rest.a.upper > 0 || rest.b.upper > 0;
    return std::max(static_cast<int>(counts.categories.size()) - (has_rest ? 0 : 1), 1);
}

Facts evidence_of(const CategoryFacts& facts, const CategoryShift& shift) {
    const CategoryCounts& counts = facts.counts;
    Facts evidence{{"rows_a", counts.rows_a}, {"rows_b", counts.rows_b}};
    if (counts.rows_a > 0 && counts.rows_b > 0) {
        const auto only = [&](auto here, auto there) {
            return std::count_if(
                counts.categories.begin(), counts.categories.end(), [&](const Category& category) {
                    return (category.*here).lower > 0 && (category.*there).upper == 0;
                });
        };
        evidence.emplace_back("psi", shift.psi);
        evidence.emplace_back("psi_at_least", shift.psi_at_least);
        evidence.emplace_back("psi_by_chance", shift.psi_by_chance);
        evidence.emplace_back("largest_change", shift.largest_change);
        evidence.emplace_back("largest_change_at_least", shift.largest_change_at_least);
        evidence.emplace_back("jensen_shannon", shift.jensen_shannon);
        evidence.emplace_back("chi_square_probability", shift.probability);
        evidence.emplace_back("covered_a", shift.covered_a);
        evidence.emplace_back("covered_b", shift.covered_b);
        evidence.emplace_back("categories_compared",
                              static_cast<std::int64_t>(counts.categories.size()));
        evidence.emplace_back("categories_only_a", only(&Category::a, &Category::b));
        evidence.emplace_back("categories_only_b", only(&Category::b, &Category::a));
    }
    evidence.insert(evidence.end(), facts.more_evidence.begin(), facts.more_evidence.end());
    return evidence;
}

std::string numbers_of(const CategoryFacts& facts, const CategoryShift& shift) {
    return fmt::format("PSI {}, shares changed by up to {}, of {} and {} values{}",
                       format_brief(shift.psi), format_percent(shift.largest_change),
                       group_digits(facts.counts.rows_a), group_digits(facts.counts.rows_b),
                       facts.moved.empty() ? "" : "; " + facts.moved);
}

bool differs(const CategoryShift& shift) {
    return shift.probability < chance && (shift.psi_at_least >= psi_that_matters ||
                                          shift.largest_change_at_least >= change_that_matters);
}

Method method_of(const CategoryCounts& counts) {
    const auto is_exact = [](const Category& category) {
        return category.a.lower == category.a.upper && category.b.lower == category.b.upper;
    };
    return std::all_of(counts.categories.begin(), counts.categories.end(), is_exact)
               ? Method::exact
               : Method::estimate;
}

/// Why shares that look alike do not mean that nothing changed; empty: they do.
std::string reason_to_skip(const CategoryFacts& facts, const CategoryShift& shift) {
    const CategoryCounts& counts = facts.counts;
    if (std::min(counts.rows_a, counts.rows_b) < fewest_rows ||
        (!counts.categories.empty() && shift.psi_by_chance >= large_psi)) {
        return fmt::format("not enough rows, {} and {} with a value, to tell a shift from chance",
                           group_digits(counts.rows_a), group_digits(counts.rows_b));
    }
    if (counts.categories.empty()) {
        return "no value is frequent enough to compare its shares";
    }
    if (std::max(shift.covered_a, shift.covered_b) < covered_to_pass) {
        const std::size_t size = counts.categories.size();
        return fmt::format("the {} {} of the rows {} and {} {}, less than {}",
                           size == 1 ? "most frequent value holds"
                                     : std::to_string(size) + " most frequent values hold",
                           format_percent(shift.covered_a), facts.name_a,
                           format_percent(shift.covered_b), facts.name_b,
                           format_percent(covered_to_pass));
    }
    return {};
}

} // namespace

bool is_frequent_enough(const Category& category, std::int64_t rows_a, std::int64_t rows_b) {
    const auto together = static_cast<double>(category.a.lower + category.b.lower);
    return expected_rows(together, rows_a, rows_b) >= fewest_expected;
}

CategoryShift category_shift(const CategoryCounts& counts) {
    const std::vector<Shares> likely = likely_shares(counts);
    const std::vector<Shares> certain = nearest_shares(counts, likely.back());
    const int degrees = degrees_of(counts);
    CategoryShift shift;
    shift.psi = psi_of(likely, counts);
    shift.psi_at_least = psi_of(certain, counts);
    const Shares one_row = shares_of(1, 1, counts);
    shift.psi_by_chance = (one_row.a + one_row.b) * chi_square_limit(degrees);
    shift.largest_change = largest_change(likely);
    shift.largest_change_at_least = largest_change(certain);
    shift.jensen_shannon = jensen_shannon_of(likely);
    shift.probability = chi_square_probability(chi_square_of(certain, counts), degrees);
    for (const Category& category : counts.categories) {
        shift.covered_a += static_cast<double>(category.a.lower) * one_row.a;
        shift.covered_b += static_cast<double>(category.b.lower) * one_row.b;
    }
    return shift;
}

CheckResult check_categories(const CategoryFacts& facts) {
    CheckResult result = make_result("volume.distribution", facts.table, {facts.column});
    const CategoryCounts& counts = facts.counts;
    const std::int64_t least = std::min(counts.rows_a, counts.rows_b);
    const CategoryShift shift = least > 0 ? category_shift(counts) : CategoryShift{};
    result.rows_examined = counts.rows_a + counts.rows_b;
    result.method = method_of(counts);
    result.expected =
        "PSI < 0.1 and shares that change by less than 5 %, or no more than chance makes";
    result.evidence = evidence_of(facts, shift);
    if (least >= fewest_rows) {
        result.observed = {shift.psi, "PSI"};
    }
    if (least >= fewest_rows && differs(shift)) {
        result.status = Status::fail;
        result.severity = shift.psi_at_least >= large_psi ? Severity::critical : Severity::warning;
        result.message = "spread in another way: " + numbers_of(facts, shift);
        return result;
    }
    if (std::string reason = reason_to_skip(facts, shift); !reason.empty()) {
        result.status = Status::skipped;
        result.message = std::move(reason);
        return result;
    }
    result.message = "spread alike: " + numbers_of(facts, shift);
    return result;
}

} // namespace assay
