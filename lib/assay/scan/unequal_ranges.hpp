// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/key_segments.hpp"
#include "assay/scan/row_diff.hpp"
#include "assay/scan/server_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

/// Keys whose rows are not all the same on both sides.
struct UnequalRange {
    KeyRange keys;
    std::int64_t rows = 0; ///< of both sides
    friend bool operator==(const UnequalRange&, const UnequalRange&) = default;
};

/// What the sums of both sides tell.
struct ComparedSums {
    std::int64_t equal_rows = 0; ///< of each side, in segments that are equal
    std::vector<UnequalRange> unequal;
};

std::int64_t rows_of(const std::vector<UnequalRange>& ranges) noexcept;

/// Read the sums of both sides at the same time, and compare them.
/// @param hash how the servers make them; nullopt: the client does
/// @return nullopt if a key is no integer
std::optional<ComparedSums> compare_sums(const DiffSide& a, const DiffSide& b,
                                         const RowDiffRequest& request, const KeySegments& segments,
                                         const std::optional<ServerHash>& hash);

/// Rows of both sides that one statement for some ranges reads, about.
inline constexpr std::int64_t rows_at_once = 20'000;

/// Read the rows of the first few of the ranges, by the index of the key, and compare them: how
/// they differ is added to `diff`.
/// @param most rows of both sides, about; one range is read in any case
/// @return how many of the ranges were read
std::size_t read_first_ranges(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                              std::span<const UnequalRange> ranges, std::int64_t most,
                              RowDiff& diff);

/// How many rows the sides have follows from how they differ.
void set_totals(RowDiff& diff) noexcept;

/// Read the rows of the ranges that are unequal, by the index of the key, and compare them.
/// @return how the rows of all ranges differ
RowDiff read_unequal(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                     const ComparedSums& compared);

} // namespace assay
