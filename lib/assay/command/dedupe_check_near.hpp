// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/dedupe_check.hpp"
#include "assay/command/run.hpp"

namespace assay {

/// The one table that --against names.
/// @throws Error of kind not_found or usage.
const TableSchema& other_table(const Source& other, const DedupeCheckOptions& options,
                               Document& document);
/// @throws Error of kind usage if --against is to link several tables with another one.
void require_one_table(const SelectedTables& selected);

/// dedupe_check() for rows that are probably about one thing: of one table, or of a table and the
/// one that --against names.
/// @throws nothing: errors end up in the document
Document near_dedupe_check(const DedupeCheckOptions& options, const Context& context);

} // namespace assay
