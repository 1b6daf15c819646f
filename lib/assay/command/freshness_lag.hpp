// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/freshness.hpp"
#include "assay/command/run.hpp"

#include <vector>

namespace assay {

/// Do the two columns exist in every table that is looked at?
/// @throws Error of kind not_found if not.
void require_lag_columns(const SelectedTables& selected, const FreshnessOptions& options);

/// How long the rows of a table took from --event-column to --arrival-column; nothing without them.
std::vector<CheckResult> judge_lag(Session& session, const TableSchema& table, Micros now,
                                   const FreshnessOptions& options, const Context& context);

/// The step of the plan that reads the two columns, if there is one.
void explain_lag(const Source& source, const TableSchema& table, const FreshnessOptions& options,
                 Document& document);

} // namespace assay
