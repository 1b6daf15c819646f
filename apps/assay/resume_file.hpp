// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/report/document.hpp"

namespace assay::cli {

/// Where a run that was ended early left what it had compared, read it into the options.
/// @throws Error as read_input() does; of kind usage where that run compared something else.
void read_resume_input(VolumeDiffOptions& options, const Cancellation& cancellation);

/// Keep a result that a later run can go on from, which is noted, or remove what is not needed any
/// more. Nothing without --resume, or after a call that was wrong: that has not begun.
/// @throws Error of kind output.
void keep_to_resume(const VolumeDiffOptions& options, Document& document);

} // namespace assay::cli
