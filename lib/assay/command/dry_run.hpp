// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/lesson.hpp"
#include "assay/command/common.hpp"

#include <vector>

namespace assay {

Judging judging_of(const CommonOptions& options) noexcept;

/// In a dry run, results that neither pass nor fail; see make_dry().
std::vector<CheckResult> as_asked(std::vector<CheckResult> results, const CommonOptions& options);

/// Say of a dry run that it is one.
void note_dry_run(const CommonOptions& options, Document& document);

} // namespace assay
