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
    ComparedSums sums;                ///< with the ranges that are still to be read
    std::int64_t ranges_read = 0;     ///< others, that differ as well
    RowDiff found;                    ///< how the rows of those differ
    std::int64_t next_rows = 8'192;   ///< of the next slice, about: few, so that each run ends one

    /// That differ, read or not.
    std::int64_t ranges() const noexcept {
        return ranges_read + static_cast<std::int64_t>(sums.unequal.size());
    }
};

/// Can rows be compared in slices of the key: do both columns of the key hold nothing but integers,
/// each once?
bool has_slices(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request);

/// Are slices the way to the first row that differs: is that all that is asked, and do rows lie in
/// the order of the key on both sides?
bool ends_at_first_slice(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request);

/// Compare two tables, with the answers of diff_rows(), in slices of the key: the sums of each by
/// its index, in about a second; in the end, or when they are more than 65,536, or at once where
/// the first difference is enough, the rows of the ranges that differ, some thousand at a time. It
/// goes on behind what is compared and read already, and when it is ended by an error `progress`
/// tells how far it came.
RowDiff diff_by_slices(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                       SliceProgress& progress);

} // namespace assay
