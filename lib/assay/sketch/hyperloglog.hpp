// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace assay {

class StateReader;
class StateWriter;

/// An estimate with its 95 % interval.
struct CardinalityEstimate {
    double value = 0;
    double lower = 0;
    double upper = 0;
};

/// Dense HyperLogLog over 64-bit hashes with the improved raw estimator of Otmar Ertl, "New
/// cardinality estimation algorithms for HyperLogLog sketches" (arXiv 1702.01284). The order of the
/// input and the way it was split make no difference.
class HyperLogLog {
public:
    static constexpr unsigned min_precision = 4;
    static constexpr unsigned max_precision = 18;
    /// 16 KiB, standard error 0.81 %.
    static constexpr unsigned default_precision = 14;

    /// @throws Error of kind internal if the precision is outside 4 to 18.
    explicit HyperLogLog(unsigned precision = default_precision);

    void add(std::uint64_t hash) noexcept {
        const std::uint64_t index = hash >> (64 - m_precision);
        // The marker bit ends the run of zeros, so that it is at most 64 - precision long.
        const std::uint64_t rest = (hash << m_precision) | (std::uint64_t{1} << (m_precision - 1));
        const auto rank = static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
        std::uint8_t& highest = m_registers.data()[index];
        highest = std::max(highest, rank);
    }
    void add(std::span<const std::uint64_t> hashes) noexcept;
    /// Union. A finer sketch is folded to the precision of the coarser one.
    void merge(const HyperLogLog& other);
    /// The sketch that the same input had given at a lower precision.
    HyperLogLog fold(unsigned precision) const;

    CardinalityEstimate estimate() const;
    unsigned precision() const noexcept { return m_precision; }
    /// 2^precision bytes, one per register.
    std::span<const std::uint8_t> registers() const noexcept { return m_registers; }

    /// Runs of empty registers take 2 or 3 bytes, every other register one.
    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state, or one of other hashes.
    static HyperLogLog read(StateReader& reader);

private:
    unsigned m_precision;
    std::vector<std::uint8_t> m_registers;
    std::uint8_t m_lowest = 0;  ///< no register is below it
    std::size_t m_unlooked = 0; ///< hashes since that was looked up
};

} // namespace assay
