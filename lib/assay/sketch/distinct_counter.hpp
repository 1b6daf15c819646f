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

/// How many different values there are.
struct DistinctCount {
    std::int64_t value = 0;
    std::int64_t lower = 0; ///< equal to value when exact, else the 95 % interval
    std::int64_t upper = 0;
    bool exact = true;
};

/// Counts different 64-bit hashes: exactly up to a limit, beyond it by a HyperLogLog of everything
/// since the first value. Order and partition make no difference.
class DistinctCounter {
public:
    /// Exact hashes that a saved state has at most: 32 KiB.
    static constexpr std::size_t most_saved = 4096;

    /// @param limit most hashes to keep, of 11 bytes each in a full table
    /// @param precision of the HyperLogLog
    explicit DistinctCounter(std::size_t limit,
                             unsigned precision = HyperLogLog::default_precision);

    void add(std::uint64_t hash) { add(std::span(&hash, 1)); }
    void add(std::span<const std::uint64_t> hashes);
    /// Union; the lower of the two limits holds from then on.
    void merge(const DistinctCounter& other);

    DistinctCount count() const;
    bool is_exact() const noexcept { return !m_sketch; }
    /// The sketch of everything added.
    HyperLogLog sketch() const;

    /// Up to `most_saved` exact hashes as they are. More than that as the counter with that limit
    /// would be: what is read back counts by the sketch, with bounds.
    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state, or one of other hashes.
    static DistinctCounter read(StateReader& reader);

private:
    void read_set(StateReader& reader);
    std::size_t size() const noexcept { return m_used + (m_has_zero ? 1 : 0); }
    template <typename Function>
    void for_each(Function function) const;
    std::vector<std::uint64_t> hashes() const;
    std::size_t home(std::uint64_t hash) const noexcept;
    void reserve(std::size_t count);
    void insert(std::span<const std::uint64_t> hashes) noexcept;
    void keep_only_sketch();

    std::size_t m_limit;
    unsigned m_precision;
    /// A power of two of slots, at most 3/4 of them in use; 0 is a free one. Open addressing.
    std::vector<std::uint64_t> m_slots;
    std::size_t m_used = 0;
    bool m_has_zero = false;
    std::optional<HyperLogLog> m_sketch; ///< instead of them, when there are more than the limit
};

} // namespace assay
