// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/dedupe_check.hpp"

namespace assay {

/// dedupe_check() for rows that are probably about one thing: of one table, or of a table and the
/// one that --against names.
/// @throws nothing: errors end up in the document
Document near_dedupe_check(const DedupeCheckOptions& options, const Context& context);

} // namespace assay
