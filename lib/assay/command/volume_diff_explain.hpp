// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/volume_diff_sides.hpp"

#include <vector>

namespace assay {

/// What the comparison of two databases would read, and with which statements.
void explain_sides(const Sides& sides, const std::vector<TablePair>& pairs,
                   const VolumeDiffOptions& options, Document& document);

} // namespace assay
