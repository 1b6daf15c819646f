// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"
#include "assay/scan/server_hash.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace assay {

/// Why rows cannot be compared by buckets, or it is not worth it; empty: both tables keep the keys
/// apart, and one at least is not known to be small.
std::string reason_without_buckets(const TableSchema& a, const TableSchema& b,
                                   const RowDiffRequest& request);
bool has_buckets(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request);

/// Fewer where servers make the sums: their groups have to fit into 4 MiB, and are sent once a
/// second.
inline constexpr std::size_t buckets_of_servers = 8'192;

/// How the servers of both sides make the sums of such buckets; nullopt where the client does it,
/// see plan_hash().
std::optional<ServerHash> bucket_hash(const DiffSide& a, const DiffSide& b,
                                      const RowDiffRequest& request);

/// Compare two tables by a key of any columns, with the answers of diff_rows(): one scan of each
/// side into sums of 65,536 buckets of the hash of the key, then one of the rows of the buckets
/// that differ, and one for what differs in them. Takes some megabytes, and 40 bytes for each row
/// of buckets that differ. Where servers make the sums, they send the rows of buckets that differ
/// alone. The tables must keep the keys apart.
/// @param hash see bucket_hash()
/// @return nullopt if most rows are in such buckets: they are better compared one by one
std::optional<RowDiff> diff_by_buckets(const DiffSide& a, const DiffSide& b,
                                       const RowDiffRequest& request,
                                       const std::optional<ServerHash>& hash);

} // namespace assay
