// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/freshness_target.hpp"

#include <vector>

namespace assay {

/// Add to the document what a run would read, in order.
void explain_freshness(const Source& source, const std::vector<FreshnessTarget>& targets,
                       const FreshnessOptions& options, Document& document);

} // namespace assay
