// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/pattern_count.hpp"
#include "assay/match/records.hpp"

#include <vector>

namespace assay {

/// Pairs of a field, of all that could be made.
struct FieldPairs {
    double equal = 0;    ///< with equal values
    double present = 0;  ///< with two values
    bool is_key = false; ///< nearly every value is there once, in each table
};
FieldPairs pairs_of(const Records& records, const Field& field);

/// All pairs of records, of two tables those across; 1 if there are none.
double all_pairs(const Records& records);

/// What agrees in such a share of all that the fields tell agrees in nearly everything.
inline constexpr double nearly_all = .8;

/// What is told by values that agree.
struct Telling {
    std::vector<double> bits; ///< by equal ones of each field; 0 for numbers and times of rows
    double enough = 0;        ///< more bits than that agree by more than chance
};

/// Say which agreements match as far as can be told before anything is learned: those in nearly
/// everything that the fields tell. So learning starts from what looks like one thing in all
/// respects, not from what shares a place, a family or an employer, of which there may be more.
Telling mark_first_matches(const Records& records, PatternCounts& patterns);

} // namespace assay
