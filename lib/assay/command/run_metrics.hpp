// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/run_history.hpp"
#include "assay/scan/profiler.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace assay {

// What a run leaves in the history, from what it shows: so no value is kept that --values hides.

/// Rows and size of a table, and the numbers of its columns.
void add_metrics(const TableRecord& table, const RunHistory& history, HistoryEntry& entry);

/// The sketches of the columns of a table.
void add_sketches(const TableSchema& table, std::vector<ColumnSketches> sketches,
                  const RunHistory& history, HistoryEntry& entry);

/// A count of the evidence of a check, if it has it.
void add_count(const CheckResult& check, const char* evidence, const char* name,
               const HistorySubject& subject, HistoryEntry& entry);
/// Several that keep their names.
void add_counts(const CheckResult& check, std::initializer_list<const char*> names,
                const HistorySubject& subject, HistoryEntry& entry);

/// The definition of a table against the one that the last run kept; nothing without a history.
std::vector<CheckResult> compare_schema(const TableSchema& table, const RunHistory& history,
                                        Micros now, const Context& context);

} // namespace assay
