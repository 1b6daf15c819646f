// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/comparer.hpp"

#include <vector>

namespace assay {

/// Pairs of one agreement, which are worked on once.
struct PatternCount {
    Agreement pattern = 0;
    double pairs = 0;     ///< candidates
    double outside = 0;   ///< other pairs, by the random ones that stand for them
    double posterior = 0; ///< that the candidates match, on average
    double alone = 0;     ///< the same for a pair that no other one competes with
    double related = 0;   ///< share of the others that are pairs of related things

    double matches() const noexcept { return pairs * posterior; }
    double others() const noexcept { return pairs * (1 - posterior) + outside * (1 - alone); }
    double related_pairs() const noexcept { return others() * related; }
};

/// Every agreement that occurs, in order.
using PatternCounts = std::vector<PatternCount>;

} // namespace assay
