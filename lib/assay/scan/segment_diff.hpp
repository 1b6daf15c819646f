// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"
#include "assay/scan/server_hash.hpp"

namespace assay {

/// Can rows be compared by segments: is the key one column of integers that both tables declare
/// unique?
bool has_segments(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request);

/// How the servers of both sides make the sums of such segments; nullopt where the client has to.
std::optional<ServerHash> sum_hash(const DiffSide& a, const DiffSide& b,
                                   const RowDiffRequest& request);

/// Compare two tables, with the answers of diff_rows(). By segments where that is possible: one
/// scan of each side into sums of up to 65,536 ranges of the key, then only the ranges that differ
/// are read, by the index of the key. Takes some megabytes, however many rows there are. Between
/// tables of like columns in Postgres the servers make the sums (see server_hash()). Other keys go
/// by buckets where that is possible (see diff_by_buckets()).
RowDiff diff_tables(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request);

} // namespace assay
