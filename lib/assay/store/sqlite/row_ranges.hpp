// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"
#include "assay/store/sql.hpp"
#include "assay/store/sqlite/connection.hpp"
#include "assay/table/table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Rowids from first to last, both included.
struct RowRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    friend bool operator==(const RowRange&, const RowRange&) = default;
};

/// Which rows of a table to read.
struct RowRanges {
    std::string where;            ///< " WHERE rowid BETWEEN ?1 AND ?2", or empty for all rows
    std::vector<RowRange> ranges; ///< to bind one after the other; none if `where` is empty
};

/// A name under which SQLite gives the rowid of a table, quoted; empty if there is no rowid or the
/// columns hide all of its names.
std::string rowid_name(const TableSchema& table);

/// Evenly spaced ranges between two rowids that cover a fraction of the numbers between them.
/// @param fraction above 0, below 1
std::vector<RowRange> sample_ranges(std::int64_t first, std::int64_t last, double fraction);

/// Parts of a table for several readers; none if it has no usable rowid or is too small.
std::vector<ScanPart> split_rowids(SqliteConnection& connection, const TableSchema& table);

/// The ranges of some parts of a table.
RowRanges ranges_of(const TableSchema& table, const std::vector<ScanPart>& parts);

/// All of a table, or the ranges for a sample. A table without a rowid is read as a whole, and
/// `observer` is told.
RowRanges plan_ranges(SqliteConnection& connection, const TableSchema& table, Sample sample,
                      Observer& observer);

} // namespace assay
