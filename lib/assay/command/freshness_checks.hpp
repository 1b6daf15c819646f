// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/freshness_measure.hpp"

#include <vector>

namespace assay {

/// Measure a target and judge it by everything that the options ask. An Error of it becomes a
/// result, unless the whole run must end.
std::vector<CheckResult> judge_freshness(Session& session, FreshnessWork& work,
                                         const FreshnessOptions& options, Unread unread,
                                         const RunHistory& history, const Context& context);

} // namespace assay
