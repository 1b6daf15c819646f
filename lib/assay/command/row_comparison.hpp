// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/volume.hpp"
#include "assay/command/column_bridge.hpp"
#include "assay/command/pairing.hpp"
#include "assay/command/seen_differences.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/scan/row_diff.hpp"
#include "assay/scan/slice_diff.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// How the rows of a pair of tables are compared: worked out before anything is read.
struct RowComparison {
    TablePair tables;
    RowDiffRequest request;
    std::vector<std::string> key; ///< names on side A; empty: whole rows
    TextRule rule = TextRule::exact;
    std::vector<std::string> other;   ///< names on side A, as in request.other
    std::vector<std::size_t> renamed; ///< ordinals on side A: of --map
    /// Columns of which it was asked how their numbers tell times.
    std::vector<std::pair<Side, std::size_t>> looked_at{};
};

/// The columns of --map that a pair of tables has, by their ordinals.
/// @throws Error of kind not_found for one that side B lacks, of kind usage for one mapped twice.
std::vector<ColumnMatch> mapped_columns(const TablePair& tables, const std::vector<ColumnMap>& map);

/// The columns that one side lacks, but for those of --ignore: of the catalogs alone.
/// @throws as mapped_columns()
ColumnDifference column_difference(const TablePair& tables, const VolumeDiffOptions& options);

/// Is a pair of tables compared by a key, not as whole rows?
bool has_key(const TablePair& tables, const VolumeDiffOptions& options);

/// The key that the user named, else the primary key of side A, else whole rows. Names of --ignore,
/// --map and --tol that the tables lack are passed over, see require_names().
/// @throws Error of kind not_found for a key or a mapped column that a side lacks; of kind usage
/// for a tolerance that does not fit its column, or where there is no key.
RowComparison plan_comparison(const TablePair& tables, const VolumeDiffOptions& options,
                              const StoreRules& rules);

/// Are all columns that the user named in one of the tables, at least?
/// @throws Error of kind not_found for the first one that is not.
void require_names(const std::vector<TablePair>& pairs, const VolumeDiffOptions& options);

/// What to say of columns of different types whose values may differ and yet count as the same;
/// empty: there are none.
std::string note_on_types(const RowComparison& plan);

/// How far the rows of a pair were compared, and what was seen of those that differ.
struct RowsProgress {
    SliceProgress slices;
    SeenDifferences seen;
};

/// Keep a row that differs to be shown, up to --limit of each sort.
void add_sample(const RowComparison& plan, const RowChange& row, const VolumeDiffOptions& options,
                SeenDifferences& seen);
/// @param limit of each sort
Fact::List samples_of(const SeenDifferences& seen, std::size_t limit);

/// Compare the rows of both sides, with as many sessions as the workers have. Under the rule
/// padded, rows that differ in trailing blanks only are a finding of their own, less severe than
/// rows that differ.
/// @param more takes every row that differs; empty: nobody needs them all
/// @param progress how far they were compared before, and are now; nullptr: they are compared at
/// once
std::vector<CheckResult> compare_rows(const RowComparison& plan, Workers& a, Workers& b,
                                      const VolumeDiffOptions& options,
                                      const std::function<void(const RowChange&)>& more = {},
                                      RowsProgress* progress = nullptr);

} // namespace assay
