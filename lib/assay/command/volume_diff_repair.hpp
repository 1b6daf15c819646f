// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/row_comparison.hpp"
#include "assay/command/volume_diff_repair_text.hpp"
#include "assay/command/volume_diff_sides.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Collects the rows of a pair of tables that differ, and writes the statements that make the table
/// of side B like that of side A. They are for psql and for sqlite3.
class VolumeRepair {
public:
    /// @param plan has a key; both outlive this
    VolumeRepair(const RowComparison& plan, const VolumeRepairFacts& facts);

    /// Rows without a name of their own (a key with NULL, or one that stands more than once) and
    /// those that side B cannot hold are left out, and the plan says so.
    void add(const RowChange& row);

    /// See write_volume_repair().
    void write(const std::function<void(std::string_view)>& write) const;

    /// How many rows are inserted, updated, deleted and left out.
    Facts evidence() const;
    std::int64_t left_out() const noexcept {
        return static_cast<std::int64_t>(m_rows.left_out.size());
    }

private:
    std::optional<std::string> literals(const std::vector<Value>& key,
                                        const std::vector<Value>& other, Side from);
    std::optional<std::string> changed_literals(const RowChange& row, const RepairColumns& changed);
    std::string reason_without_name(const RowChange& row) const;
    void leave_out(const RowChange& row, const std::string& reason);
    void add_update(const RowChange& row);

    const RowComparison& m_plan;
    const VolumeRepairFacts& m_facts;
    RepairRows m_rows;
    std::string m_unwritable; ///< the column that the last literals() failed at
};

/// @throws Error of kind usage unless there is one table that can be written to, with a key or with
/// places by which its rows are told apart.
void require_repairable(const std::vector<TablePair>& pairs, const Sides& sides,
                        const VolumeDiffOptions& options);

/// Compare the rows of a pair, and write the plan that repairs side B.
std::vector<CheckResult> compare_and_repair(const RowComparison& plan, const Sides& sides,
                                            const VolumeDiffOptions& options);

} // namespace assay
