// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/records.hpp"

#include <cstdint>
#include <vector>

namespace assay {

/// The values of a field as vectors of their 3-grams, each weighted by how rare it is (TF-IDF).
class GramWeights {
public:
    explicit GramWeights(const Field& field);

    /// Cosine of two values, 0 to 1.
    double similarity(std::uint32_t left, std::uint32_t right) const;
    /// That they take in memory.
    std::size_t bytes() const noexcept;

private:
    struct Gram {
        std::uint32_t hash = 0;
        float weight = 0; ///< of unit length over the grams of a value
    };
    std::vector<std::vector<Gram>> m_grams; ///< of each value, in the order of their hashes
};

} // namespace assay
