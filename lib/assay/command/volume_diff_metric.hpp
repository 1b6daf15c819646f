// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/volume_diff.hpp"

namespace assay {

/// Metrics of columns of one database against those that earlier runs kept in the history. Keeps
/// its own.
Document metrics_against_past(const VolumeDiffOptions& options, const Context& context);

} // namespace assay
