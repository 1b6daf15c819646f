// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/volume_diff.hpp"

namespace assay {

/// What one table of one database was is saved, or what it was is held against what it is, or both
/// at the same moment. Errors end up in the document.
Document volume_diff_snapshot(const VolumeDiffOptions& options, const Context& context);

} // namespace assay
