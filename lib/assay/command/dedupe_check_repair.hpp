// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/scan/duplicate_rows.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Which row of a group stays.
enum class Keep : std::uint8_t {
    first,        ///< the one with the earliest time, rows without a time last; then by place
    last,         ///< the one with the latest time; then by place
    most_complete ///< the one with the fewest NULLs, of several the last
};
/// "first", "last", "most-complete"
std::string_view to_string(Keep keep) noexcept;

/// What a plan has to say of a table.
struct RepairFacts {
    const PlacedTable* table = nullptr;  ///< nullptr: rows have no places, and `schema` has a key
    const TableSchema* schema = nullptr; ///< only of SQLite, without a rowid
    std::vector<std::size_t> primary_key = {};      ///< ordinals
    std::vector<std::vector<Value>> primary_keys{}; ///< of the rows, by their places
    std::vector<std::size_t> key;    ///< ordinals of the columns that make rows duplicates
    std::optional<std::size_t> time; ///< says when a row is from
    Keep keep = Keep::first;
    NullPolicy nulls = NullPolicy::distinct;
    std::string where;                ///< which rows count; empty: all
    std::int64_t rows = 0;            ///< of those, all
    Micros snapshot_at = 0;           ///< when they were
    std::vector<TableRef> dependents; ///< tables whose foreign keys refer to this one
};

/// The row of a group that stays; the group has one at least.
const DuplicateRow& row_to_keep(const std::vector<DuplicateRow>& rows, Keep keep);

/// Write the statements that delete all rows of each group but one, and never execute them. They
/// are for psql and for sqlite3. Pairs of a surplus row and the one that stays go into a temporary
/// table; a SELECT proves that every pair is as it was and that the table has as many rows, else
/// nothing is deleted; each DELETE, of at most 1,000 rows, asks once more that its row and the one
/// that stays have the same key.
/// @param groups with all of their rows
/// @param write is called with one piece after the other
void write_repair_plan(const RepairFacts& facts, const std::vector<DuplicateRows>& groups,
                       const std::function<void(std::string_view)>& write);

} // namespace assay
