// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pairing.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/scan/row_diff.hpp"

#include <vector>

namespace assay {

/// Let the columns besides the key differ by what the user allows. Columns of texts are compared as
/// what the tolerance is about: numbers or times.
/// @throws Error of kind usage for a column of the key, or where values are neither; of kind query
/// without a key: other tables may have one
void set_tolerances(const VolumeDiffOptions& options, const TablePair& tables,
                    RowDiffRequest& request);

/// @throws Error of kind usage for a tolerance of which no table can make use, as none that has its
/// column is compared by a key
void require_keys_for_tolerances(const std::vector<TablePair>& pairs,
                                 const VolumeDiffOptions& options);

} // namespace assay
