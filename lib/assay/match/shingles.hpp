// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay {

/// A run of three characters and how often a text has it.
struct Shingle {
    std::uint64_t hash = 0;
    std::uint32_t count = 0;
    friend bool operator==(const Shingle&, const Shingle&) = default;
};

/// The 3-grams of a text, in the order of their hashes, each once. The text is thought between two
/// blanks, so that its ends count; an empty text has none.
std::vector<Shingle> shingles(std::u32string_view text);

/// Common shingles / all shingles of both, as sets. Two without any are 1.
double jaccard(const std::vector<Shingle>& left, const std::vector<Shingle>& right);

/// Cosine of the angle between the two vectors of counts. Two without any are 1, one alone is 0.
double cosine(const std::vector<Shingle>& left, const std::vector<Shingle>& right);

} // namespace assay
