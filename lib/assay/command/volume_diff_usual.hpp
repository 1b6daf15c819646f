// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/volume_diff.hpp"

namespace assay {

/// How much the volume of one database differs from what its own past leads one to expect. Errors
/// end up in the document.
Document usual_volume(const VolumeDiffOptions& options, const Context& context);

} // namespace assay
