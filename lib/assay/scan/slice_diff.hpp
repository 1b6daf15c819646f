// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/unequal_ranges.hpp"

#include <cstdint>
#include <optional>

namespace assay {

/// How far two tables have been compared, in the order of the key.
struct SliceProgress {
    std::optional<std::int64_t> last; ///< the sums of all keys up to this one; nullopt: of none
    ComparedSums sums;
    std::int64_t next_rows = 65'536; ///< of the next slice, about
};

/// Can rows be compared in slices of the key: do both columns of the key hold nothing but integers,
/// each once?
bool has_slices(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request);

/// Compare two tables, with the answers of diff_rows(), in slices of the key: the sums of each by
/// its index, in about a second; in the end the rows of the ranges that differ. It goes on behind
/// what is compared already, and when it is ended by an error `progress` tells how far it came.
/// Where most rows or more than 65,536 ranges differ, all rows are read in one go instead, and
/// `progress` is empty afterwards.
RowDiff diff_by_slices(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                       SliceProgress& progress);

} // namespace assay
