// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/fellegi_sunter.hpp"

#include <cstdint>

namespace assay {

/// Tells how probable it is that any two records are about one thing, by a model that was learned.
class Scorer {
public:
    /// Both must outlive the scorer.
    Scorer(const Comparer& comparer, const LinkModel& model)
        : m_comparer(comparer), m_model(model) {}

    double probability(std::uint32_t a, std::uint32_t b) const;

private:
    const Comparer& m_comparer;
    const LinkModel& m_model;
};

} // namespace assay
