// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/spill_sorter.hpp"
#include "assay/match/near_memory.hpp"
#include "assay/match/parallel_for.hpp"
#include "assay/match/records.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Two records that may be one; left < right.
struct Candidate {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    friend auto operator<=>(const Candidate&, const Candidate&) = default;
    friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// Limits that keep the number of candidates in proportion to the records.
inline constexpr std::size_t most_in_block = 60;
inline constexpr std::size_t most_per_record = 40;

/// One way of bringing records together, and what came of it.
struct BlockingPass {
    std::string what; ///< "equal values of a field"
    std::int64_t blocks = 0;
    std::int64_t largest = 0;   ///< records of the largest block that was used
    std::int64_t too_large = 0; ///< blocks of more than most_in_block records, which were not
};

/// What came of all passes.
struct Blocking {
    std::vector<BlockingPass> passes;
    /// Rows of the (first) table that share something with other records, but only in blocks that
    /// were too large: nobody compared them.
    std::int64_t uncompared_rows = 0;
};

/// Pairs in order; one may be there twice.
using Candidates = SpillSorter<Candidate>;

/// What the passes are, in the words of the plan.
std::vector<std::string> blocking_plan();

/// Add the pairs worth comparing: records that share a block in one of several passes, each with
/// its nearest 40 by the rarity of the blocks they share. With two tables only pairs across.
Blocking add_candidates(const Records& records, const Effort& effort, NearMemory& memory,
                        Candidates& candidates);

} // namespace assay
