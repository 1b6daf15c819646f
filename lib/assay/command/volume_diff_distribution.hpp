// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/volume_diff_sides.hpp"

#include <vector>

namespace assay {

/// Why a table is read, for --explain.
inline constexpr const char* reason_to_scan =
    "quantiles of every column of numbers or times, and frequent values of texts";

/// Compare how the values of columns are spread on both sides, one result for each column of
/// numbers, times or texts that both have, from the sketches of one scan of each side.
std::vector<CheckResult> compare_distributions(const TablePair& pair, const Sides& sides,
                                               const VolumeDiffOptions& options);

/// How both sides are read, for --explain.
void explain_distributions(const TablePair& pair, const Sides& sides, Document& document);

} // namespace assay
