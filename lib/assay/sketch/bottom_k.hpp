// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/sketch/hyperloglog.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

class StateReader;
class StateWriter;

/// A share of distinct values as a random sample of them shows it, with its 95 % interval.
struct ShareEstimate {
    double value = 0; ///< 0..1
    double lower = 0;
    double upper = 0;
    std::size_t sample = 0; ///< distinct values looked at
    bool exact = false;     ///< the sample is all there is; no interval then
};

/// The k smallest distinct of 64-bit hashes ("KMV", bottom-k): a random sample of the distinct
/// values, the same for equal sets and coordinated between different ones, so that overlaps can be
/// seen. Bar-Yossef et al., "Counting distinct elements in a data stream" (2002); Cohen and Kaplan,
/// "Summarizing data using bottom-k sketches" (2007). The order of the input and the way it was
/// split make no difference.
class BottomK {
public:
    static constexpr std::size_t min_k = 16;
    static constexpr std::size_t max_k = 65'536;
    /// 2 KiB, standard error of the distinct count 6.3 %.
    static constexpr std::size_t default_k = 256;

    /// @throws Error of kind internal if k is outside 16 to 65536.
    explicit BottomK(std::size_t k = default_k);

    void add(std::uint64_t hash) {
        if (m_hashes.size() < m_k || hash < m_hashes.back()) {
            insert(hash);
        }
    }
    /// Union; the lower of the two k holds from then on.
    void merge(const BottomK& other);

    /// Distinct hashes seen: exact below k of them, else (k-1)/U where U is the k-th smallest as a
    /// fraction of all hashes. Relative standard error 1/sqrt(k-2).
    CardinalityEstimate distinct() const;
    /// Whether these are all the hashes there were.
    bool is_complete() const noexcept { return m_hashes.size() < m_k; }

    std::size_t k() const noexcept { return m_k; }
    /// At most k, ascending.
    std::span<const std::uint64_t> hashes() const noexcept { return m_hashes; }

    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state, or one of other hashes.
    static BottomK read(StateReader& reader);

private:
    void insert(std::uint64_t hash);

    std::size_t m_k;
    std::vector<std::uint64_t> m_hashes; ///< ascending
};

/// |A and B| / |A or B| of the distinct values; nothing if both are empty. Looks at all hashes up
/// to the largest one below which both sketches know everything: at least k of them unless exact.
std::optional<ShareEstimate> jaccard(const BottomK& a, const BottomK& b);

/// |A and B| / |A|: how much of `part` is in `whole` (do all foreign keys have a row?). Nothing if
/// no value of `part` is in the common sample: `part` is empty, or much smaller than `whole`.
std::optional<ShareEstimate> containment(const BottomK& part, const BottomK& whole);

} // namespace assay
