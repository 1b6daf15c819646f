// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/dedupe_check.hpp"

namespace assay {

/// Keys that stand in a table and in the one of --against, in whichever stores they are. Errors end
/// up in the document.
Document across_dedupe_check(const DedupeCheckOptions& options, const Context& context);

} // namespace assay
