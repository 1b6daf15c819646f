// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/blocking.hpp"
#include "assay/match/fellegi_sunter.hpp"
#include "assay/match/near_memory.hpp"
#include "assay/match/records.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace assay {

/// How probable it is that two records of a group are about one thing; of one record with itself,
/// two of its rows.
struct NearPair {
    Candidate records;
    double probability = 0;
};

/// Records that are probably about one thing. One record alone stands for rows that agree in every
/// field.
struct NearGroup {
    std::vector<std::uint32_t> records; ///< in order
    double probability = 0;             ///< that two rows of the group belong together, on average
    std::vector<NearPair> pairs = {};   ///< of its first 50 records, in order; none if nobody asked
};

struct NearResult {
    std::vector<NearGroup> groups; ///< most probable first; of two tables, two records each
    std::int64_t candidates = 0;   ///< pairs that were compared
    std::int64_t pairs = 0;        ///< of rows, within groups
    /// The share of these pairs that is right, as the model expects; nullopt without pairs.
    std::optional<double> predicted_precision;
    Blocking blocking;
    /// Rows of one table that agree with another one in every field and are in no group: that may
    /// be chance as well.
    std::int64_t undecided_rows = 0;
    std::int64_t spilled_bytes = 0; ///< that went through a temporary file
};

/// From which probability on a pair is told. Linking two tables is safer: a record has one partner.
inline constexpr double default_probability_in_table = .9;
inline constexpr double default_probability_across = .5;

/// Find the records of one table that are about one thing, or of two tables which belong together.
/// The result depends neither on the order of rows nor on the number of threads nor on memory.
/// @param told groups of which all pairs are told, the most probable ones
/// @throws Error of kind usage that names --memory, if what is needed in no order takes more
NearResult find_near_duplicates(const Records& records, double min_probability,
                                const Effort& effort, NearMemory& memory, std::size_t told = 0);

} // namespace assay
