// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"
#include "assay/scan/server_hash.hpp"

namespace assay {

/// Can rows be compared by segments: is the key one column of integers that both tables declare
/// unique?
bool has_segments(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request);

/// How many ranges of the key have sums of their own, and about how many keys each has at least: as
/// few as pays for one with a difference, read again.
inline constexpr std::size_t most_segments = 65'536;
inline constexpr std::uint64_t keys_per_segment = 64;

/// How the servers of both sides make the sums of such segments; nullopt where the client does it,
/// see plan_hash().
std::optional<ServerHash> sum_hash(const DiffSide& a, const DiffSide& b,
                                   const RowDiffRequest& request);

/// Compare two tables, with the answers of diff_rows(). By segments where that is possible: one
/// scan of each side into sums of up to 65,536 ranges of the key, then only the ranges that differ
/// are read, by the index of the key. Takes some megabytes, however many rows there are. Where it
/// costs less the servers make the sums (see plan_hash()). Other keys go by buckets where that is
/// possible (see diff_by_buckets()). Where the first difference is enough, in slices of the key
/// (see ends_at_first_slice()).
RowDiff diff_tables(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request);

} // namespace assay
