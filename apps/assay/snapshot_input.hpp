// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/command/volume_diff.hpp"

namespace assay::cli {

/// Where side A is the file of a snapshot, read it into the options.
/// @throws Error of kind usage where side B is one; as read_input() does.
void read_snapshot_input(VolumeDiffOptions& options, const Cancellation& cancellation);

} // namespace assay::cli
