// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pairing.hpp"
#include "assay/command/volume_diff_sides.hpp"

#include <vector>

namespace assay {

/// A wrong key or column is said before anything is read, and so is what types do to values.
/// @throws Error of kind usage or not_found
void check_call(const Sides& sides, const std::vector<TablePair>& pairs,
                const VolumeDiffOptions& options, Document& document);

} // namespace assay
