// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/scorer.hpp"

#include <algorithm>

namespace assay {

double Scorer::probability(std::uint32_t a, std::uint32_t b) const {
    const Candidate pair{std::min(a, b), std::max(a, b)};
    const ComparedPair compared{pair, m_comparer.compare(pair), m_comparer.similarity(pair), 0};
    return probability_of(match_weight(m_model, m_comparer.records(), compared));
}

} // namespace assay
