// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pairing.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/scan/row_diff.hpp"

namespace assay {

/// Let the columns besides the key differ by what the user allows. Columns of texts are compared as
/// what the tolerance is about: numbers or times.
/// @throws Error of kind usage for a column of the key, without a key, or where values are neither
void set_tolerances(const VolumeDiffOptions& options, const TablePair& tables,
                    RowDiffRequest& request);

} // namespace assay
