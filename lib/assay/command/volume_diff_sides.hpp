// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pairing.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/volume_diff.hpp"

#include <string>
#include <vector>

namespace assay {

/// Both sides of one run of volume-diff. The sources outlive it.
struct Sides {
    Source& a;
    Source& b;
    RowFilter filter_a;
    RowFilter filter_b;
};

/// Rows count from the same moment on, whatever the clock of side B says.
Sides sides_of(Source& a, Source& b, const VolumeDiffOptions& options);

/// Why --since cannot choose among the rows of a pair; empty if it can.
std::string reason_not_to_choose(const TablePair& pair, const Sides& sides);

/// The tables of the pairs that stand on both sides.
struct ComparedTables {
    std::vector<const TableSchema*> a;
    std::vector<const TableSchema*> b;
};
ComparedTables compared_tables(const std::vector<TablePair>& pairs);

/// Say which time columns were guessed.
/// @throws Error of kind usage where they differ: --since and --min-age would choose different
/// rows.
void announce_since(const std::vector<TablePair>& pairs, const Sides& sides, Document& document);

/// How the rows of a pair are compared, and which of them.
RowComparison plan_pair(const TablePair& pair, const Sides& sides,
                        const VolumeDiffOptions& options);

} // namespace assay
