// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/dedupe_check.hpp"
#include "assay/command/dedupe_check_keys.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/scan/duplicate_index.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// The column that says when a row is from: --column, or what looks like it; nullopt without one.
std::optional<std::size_t> time_of(const TableSchema& table, const CommonOptions& options);

/// See to it that a plan for the repair can be made.
/// @throws Error of kind usage where not one table is selected, or one whose rows have no places
/// and are not to be named by values either.
void prepare_repair(std::vector<DedupeTarget>& targets, const Source& source, ValuesPolicy values);

/// What is read to find the duplicates of a table. Tables that are read at the same time share the
/// memory.
DuplicateRequest duplicate_request(const DedupeTarget& target, const DedupeCheckOptions& options,
                                   const RowFilter& filter, const Context& context);

/// May an index be read instead of a table? Without one under --verify and --repair.
IndexChoice index_choice(Session& session, const DedupeTarget& target,
                         const DuplicateRequest& request, const DedupeCheckOptions& options);

/// Count the duplicates of a table by each of its keys, show the largest groups, tell why there are
/// any, and plan the repair where that is asked for.
/// @param add_others checks the table in other ways, before the plan is written
/// @return one for each key, and the others
std::vector<CheckResult>
check_exact(Workers& workers, const DedupeTarget& target, const DedupeCheckOptions& options,
            const RowFilter& filter, const Context& context,
            const std::function<void(std::vector<CheckResult>&)>& add_others);

} // namespace assay
