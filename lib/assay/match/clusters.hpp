// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/near_duplicates.hpp"
#include "assay/match/scorer.hpp"

#include <vector>

namespace assay {

/// Groups of records of one table: pairs of at least `min_probability` connect them, the most
/// probable first, but two groups only become one if at least half of the pairs between them are
/// that probable too. So a chain of chance pairs does not tie strangers together.
/// @param pairs of at least that probability; a record with itself stands for rows that are all
/// equal
std::vector<NearGroup> cluster(const Records& records, std::vector<ComparedPair> pairs,
                               const Scorer& scorer, double min_probability);

/// Pairs of records of two tables, each record in at most one, the most probable first.
std::vector<NearGroup> assign_one_to_one(const Records& records, std::vector<ComparedPair> pairs);

/// That either takes in memory for a record, about.
inline constexpr std::size_t bytes_of_cluster = 80;

} // namespace assay
