// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/command/common.hpp"

#include <functional>
#include <vector>

namespace assay {

/// The results of a table. Where one of them is an error because of locks (somebody else has the
/// table, or waited behind us, so that our statement was ended), let a second pass in which we hold
/// none and judge the table anew: three times in all. Where an administrator ended a statement,
/// twice in all. The last results count, as they are.
/// @param judge is called again from the start: it must leave nothing behind but its results.
std::vector<CheckResult> judge_in_turn(const Context& context,
                                       const std::function<std::vector<CheckResult>()>& judge);

} // namespace assay
