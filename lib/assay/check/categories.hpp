// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/sketch/frequent_items.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// One value of a column, and how often both sides have it.
struct Category {
    FrequencyBounds a;
    FrequencyBounds b;
};

/// More are compared as one, the rest.
inline constexpr std::size_t most_categories = 50;

/// Is a value frequent enough for the test: would five rows of the smaller side have it, if both
/// had the same share of it?
bool is_frequent_enough(const Category& category, std::int64_t rows_a, std::int64_t rows_b);

/// The values of a column on two sides; those that have no category of their own are the rest.
struct CategoryCounts {
    std::int64_t rows_a = 0; ///< with a value
    std::int64_t rows_b = 0;
    std::vector<Category> categories; ///< frequent enough, most_categories at most
};

/// How far the shares of categories are apart. What is "at least" so takes of the counts of a
/// sketch those that lie nearest to each other.
struct CategoryShift {
    double psi = 0;
    double psi_at_least = 0;
    double psi_by_chance = 0;  ///< chance alone exceeds it in one of 1,000 comparisons
    double largest_change = 0; ///< of one share, 0..1
    double largest_change_at_least = 0;
    double jensen_shannon = 0; ///< the distance, of base 2: 0..1
    /// That chance makes the differences that there are at least: chi square of homogeneity.
    double probability = 1;
    double covered_a = 0; ///< share of rows in a category that is not the rest, at least
    double covered_b = 0;
};
/// Both have rows.
CategoryShift category_shift(const CategoryCounts& counts);

/// One column of two sides, the first of which is the reference.
struct CategoryFacts {
    TableRef table;
    std::string column;
    std::string_view name_a = "in A"; ///< where the side is, or when: "before"
    std::string_view name_b = "in B";
    CategoryCounts counts;
    Facts more_evidence;
    std::string moved; ///< the shares that changed most, in words; empty: not to be shown
};

/// Have the values of a column the same shares? A finding takes a difference that is no chance and
/// that matters: a PSI of 0.1 (critical from 0.25 on), or a share that changed by 5 %. Where rows
/// are so few that chance alone makes a PSI of 0.25, or the categories hold less than 80 % of
/// either side, the check fails or is skipped, but never passes.
CheckResult check_categories(const CategoryFacts& facts);

} // namespace assay
