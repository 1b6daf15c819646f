// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/run.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/scan/table_snapshot.hpp"

namespace assay {

/// A snapshot is of one table of one database, and its sums are of whole rows.
/// @throws Error of kind usage for flags that ask for something else.
void require_possible(const VolumeDiffOptions& options);

/// The table that a run is about: the one that is selected, else the one of the snapshot.
/// @param before nullptr: there is none
/// @throws Error of kind usage or not_found.
const TableSchema& find_table(const Source& source, const TableSnapshot* before,
                              const CommonOptions& common, Document& document);

/// The columns to save, the key that the user named or the primary key first; no key: whole rows.
RowLayout layout_to_save(const TableSchema& table, const VolumeDiffOptions& options);

/// The columns of a snapshot, as the table has them.
/// @throws Error of kind usage with the reason why they cannot be compared.
RowLayout layout_of_snapshot(const TableSnapshot& before, const TableSchema& table,
                             const VolumeDiffOptions& options);

/// A layout as it is read: whole rows are the key where there is none.
RowLayout read_layout(RowLayout layout, const CommonOptions& common);

} // namespace assay
