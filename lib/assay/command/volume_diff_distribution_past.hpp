// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/volume_diff.hpp"

namespace assay {

/// How the numbers and times of the columns of one database are spread, against the quantiles that
/// the last run with sketches kept in the history. Keeps its own, once a day.
Document distribution_since_last_run(const VolumeDiffOptions& options, const Context& context);

} // namespace assay
