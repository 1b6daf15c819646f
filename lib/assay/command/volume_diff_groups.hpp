// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pairing.hpp"
#include "assay/command/volume_diff.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

/// By what the rows of a pair of tables are counted: a column as each side has it.
struct GroupColumns {
    std::size_t a = 0;
    std::size_t b = 0;
    std::string why; ///< of a column that was guessed; else empty
};

/// Does --by ask for counts by something?
bool counts_groups(const VolumeDiffOptions& options) noexcept;

/// The column of --by, or the time column of hours, days and weeks.
/// @return nullopt if a side has none
/// @throws Error of kind usage for a column that holds no time.
std::optional<GroupColumns> group_columns(const TablePair& pair, const VolumeDiffOptions& options,
                                          StoreKind kind);

/// Is there a pair at least whose rows can be counted so?
/// @throws Error of kind not_found.
void require_groups(const std::vector<TablePair>& pairs, const VolumeDiffOptions& options,
                    StoreKind kind);

/// Which rows of each side count; empty: all.
struct SideConditions {
    std::string a;
    std::string b;
};

/// Hold the rows of every group of one side against those of the other one.
CheckResult compare_groups(const TablePair& pair, Session& a, Session& b,
                           const SideConditions& where, const VolumeDiffOptions& options);

} // namespace assay
