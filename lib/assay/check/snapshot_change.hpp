// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/base/tolerance.hpp"
#include "assay/check/check.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// How the rows of a table differ from its snapshot: A is the snapshot, B the table now.
struct SnapshotChange {
    TableRef table;
    std::vector<std::string> key; ///< empty: whole rows
    Micros taken = 0;             ///< when the snapshot was
    std::string grain;            ///< "segments", "rows"
    std::string placed_by;        ///< "value", "hash" of the key
    std::int64_t rows_a = 0;
    std::int64_t rows_b = 0;
    std::int64_t unchanged = 0; ///< that are surely the same
    /// Rows that were removed, added or changed are at least and at most so many.
    std::int64_t least = 0;
    std::int64_t most = 0;
    /// Ranges of the key, or groups by its hash, that have rows; 0: each row is known.
    std::int64_t segments = 0;
    std::int64_t changed_segments = 0;
    struct Counts {
        std::int64_t only_a = 0;
        std::int64_t only_b = 0;
        std::int64_t changed = 0;
    };
    std::optional<Counts> counts; ///< nullopt: only segments are known
    Fact::List samples;
};

/// Do the rows that differ stay within the tolerance, as a number or as a share of the larger side?
/// Status error where the segments do not tell.
CheckResult check_snapshot(const SnapshotChange& change, const Tolerance& max_diff);

} // namespace assay
