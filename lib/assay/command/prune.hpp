// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/command/common.hpp"

namespace assay {

struct PruneOptions {
    CommonOptions common; ///< the history; `now` that `keep` counts back from, nullopt: the clock
    Micros keep = 0;      ///< runs up to this age stay
};

/// Remove old runs from a history, but never the newest one of a table. Errors end up in the
/// document, and nothing is removed then.
Document report_prune(const PruneOptions& options);

} // namespace assay
