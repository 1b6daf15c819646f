// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/command/repair_plan.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/store/location.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What a plan that makes side B like side A has to say besides the rows.
struct VolumeRepairFacts {
    StoreKind kind_a = StoreKind::sqlite;
    StoreKind kind_b = StoreKind::sqlite;
    std::string url_a;
    std::string url_b;
    Micros snapshot_a = 0;
    Micros snapshot_b = 0;
    std::vector<TableRef> dependents; ///< tables of side B whose foreign keys refer to the table
};

/// A row as literals of side B, each behind a comma: the key, then the other columns.
struct RepairRow {
    std::string before; ///< empty: there is none
    std::string after;
};

using RepairColumns = std::vector<std::size_t>; ///< indices into RowDiffRequest::other, ascending

/// The rows of a plan, by what is to be done.
struct RepairRows {
    std::vector<RepairRow> deletes;
    std::map<RepairColumns, std::vector<RepairRow>> updates; ///< by the columns that change
    std::vector<RepairRow> inserts;
    std::vector<std::string> left_out; ///< in words

    std::int64_t updated() const noexcept;
};

/// The columns of side B that a plan writes.
const ColumnSpec& repaired_key(const RowComparison& plan, std::size_t i);
const ColumnSpec& repaired_column(const RowComparison& plan, std::size_t i);
/// Does the store take values for it?
bool is_writable(const ColumnSpec& column) noexcept;

/// The columns of side B that were not compared, quoted.
std::vector<std::string> unknown_columns(const RowComparison& plan);

/// Say what a plan is for, and on which side to run it.
void write_repair_title(const RowComparison& plan, const VolumeRepairFacts& facts,
                        const PlanText& text);
/// Say which rows and columns a plan is about, and what else it does not know.
void write_repair_limits(const RowComparison& plan, const VolumeRepairFacts& facts,
                         const PlanText& text);

/// Write the statements that make the table of side B like that of side A, for psql and sqlite3.
/// The rows as side B had them, and as they shall be, go into two temporary tables. A SELECT proves
/// that all rows that are there stand as they were, and none of those that are not, else nothing is
/// done; each statement, of at most 1,000 rows, asks once more for each of its rows.
/// @param write is called with one piece after the other
void write_volume_repair(const RowComparison& plan, const VolumeRepairFacts& facts,
                         const RepairRows& rows,
                         const std::function<void(std::string_view)>& write);

} // namespace assay
