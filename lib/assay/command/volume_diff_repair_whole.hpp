// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/row_comparison.hpp"
#include "assay/command/volume_diff_repair_text.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How often a row stands on each side.
struct CopiedRow {
    std::size_t seen = 0;   ///< on side B
    std::size_t wanted = 0; ///< on side A
};

/// Collects the rows of which two tables without a key do not have the same number of copies, and
/// writes the statements that make the table of side B like that of side A, for psql and sqlite3.
///
/// Without a key nothing names one row: a plan can only say how many copies of a row there shall
/// be. That is safe because copies are the same in all that was compared, so that it does not
/// matter which of them go. They are told apart by where they are stored (ctid, rowid), which is
/// looked up by the statement that deletes them and stands nowhere in the plan: places change, and
/// are used again. Each statement counts the copies of each of its rows first and does nothing
/// about a row that has not as many as when the plan was made; so it may run twice.
///
/// Not safe, and so left out and told: rows of which some copies would go and some stay, where
/// there are columns that were not compared, as each copy may hold something else there; and rows
/// of which side B writes its copies in several ways (1 and 1.0), as SQL would not count them as
/// one. Where side B has no place of a row, there is no plan.
class WholeRowRepair {
public:
    /// @param plan has no key; both outlive this
    WholeRowRepair(const RowComparison& plan, const VolumeRepairFacts& facts);

    /// Called once for each copy that one side has more than the other.
    void add(const RowChange& row);
    void write(const std::function<void(std::string_view)>& write) const;

    /// How many rows are inserted, updated (none), deleted and left out.
    Facts evidence() const;
    std::int64_t left_out() const noexcept;

private:
    std::string reason_to_leave(const RowChange& row) const;

    const RowComparison& m_plan;
    const VolumeRepairFacts& m_facts;
    bool m_knows_all_columns;
    std::map<std::string, CopiedRow> m_rows;        ///< by their literals, each behind a comma
    std::map<std::string, std::int64_t> m_left_out; ///< copies by a sentence
};

/// Why no plan can be made for a table without a key; empty if one can.
std::string reason_for_no_plan(StoreKind kind, const TableSchema& table);

} // namespace assay
