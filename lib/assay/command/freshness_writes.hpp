// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/freshness_measure.hpp"

#include <vector>

namespace assay {

/// Can a table without a time column be judged by its last write: does the server keep when
/// transactions committed, or is there a history of what it counts?
bool tells_writes(Session& session, const FreshnessOptions& options);

/// Judge a target without a column by its last write. What was counted goes into `work`, for later
/// runs.
/// @param unread what it means when nothing tells of the last write
std::vector<CheckResult> judge_writes(Session& session, FreshnessWork& work,
                                      const FreshnessOptions& options, Unread unread,
                                      const Context& context);

} // namespace assay
