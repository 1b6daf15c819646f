// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/parallel.hpp"
#include "assay/scan/row_reader.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace assay {

/// Keys from the first to the last, both belong to it.
struct KeyRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

/// Cuts a range of integers into segments of one width, a power of two.
class KeySegments {
public:
    /// @param most how many at most, at least 2
    KeySegments(KeyRange keys, std::size_t most) noexcept;

    /// @param shift see shift(); at most 63
    static KeySegments of_width(KeyRange keys, unsigned shift) noexcept;

    std::size_t count() const noexcept { return of(m_keys.last) + 1; }
    /// @param key within the range
    std::size_t of(std::int64_t key) const noexcept {
        return static_cast<std::size_t>(distance(key) >> m_shift);
    }
    const KeyRange& keys() const noexcept { return m_keys; }
    /// A segment has 2^shift() keys.
    unsigned shift() const noexcept { return m_shift; }
    /// The keys from the first one of a segment to the last one of another.
    KeyRange range(std::size_t first, std::size_t last) const noexcept;

private:
    std::uint64_t distance(std::int64_t key) const noexcept {
        return std::bit_cast<std::uint64_t>(key) - std::bit_cast<std::uint64_t>(m_keys.first);
    }

    KeyRange m_keys;
    unsigned m_shift = 0;
};

/// What the rows of a segment add up to, in any order: their number and sums, modulo 2^64, of two
/// hashes of each row. Different rows have equal sums with probability 2^-128, as far as the hashes
/// of their cells differ.
struct SegmentSums {
    std::int64_t rows = 0;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    std::uint64_t exact = 0; ///< of a hash that knows trailing blanks, where they do not count
    friend bool operator==(const SegmentSums&, const SegmentSums&) = default;
};

struct SegmentedRows {
    std::vector<SegmentSums> segments; ///< as many as KeySegments::count()
    std::int64_t odd_rows = 0;         ///< whose key is no integer; in no segment
};

/// How the columns of a layout are compared, those of the key first.
std::vector<Comparison> comparisons_of(const RowLayout& layout);

/// The least and the largest key, from the ends of its index; nullopt if there is none, or SQLite
/// holds something else than integers.
std::optional<KeyRange> key_range(Session& session, const TableSchema& table, std::size_t ordinal);

/// Read a table once, into the sums of its segments, with all workers.
/// @param layout its key is one column of integers
SegmentedRows read_segments(Workers& workers, const TableSchema& table, const RowLayout& layout,
                            const KeySegments& segments);

} // namespace assay
