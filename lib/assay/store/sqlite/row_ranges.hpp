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
    std::size_t part = 0; ///< of the table, or the cluster of a sample, that it belongs to
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

/// A sample takes one of so many rows: 2 or more, so that each has the same chance.
std::uint64_t rows_per_drawn(double fraction) noexcept;

/// At most 1,000 clusters of rowids, drawn from stretches that hold rows: the stretches, joined end
/// to end, are cut into slots, and of each n slots in a row one is taken, whichever chance says.
/// Every rowid has the chance 1 / n, whatever repeats itself among the rows.
/// @param stretches in order, not empty; a cluster that lies in two of them is two ranges
/// @param fraction above 0, below 1
std::vector<RowRange> sample_ranges(const std::vector<RowRange>& stretches, double fraction,
                                    std::uint64_t seed);

/// Parts of a table for several readers; none if it has no usable rowid or is too small.
std::vector<ScanPart> split_rowids(SqliteConnection& connection, const TableSchema& table);

/// The ranges of some parts of a table.
RowRanges ranges_of(const TableSchema& table, const std::vector<ScanPart>& parts);

/// How many clusters a sample draws at most; steps down the tree: two.
std::int64_t count_clusters(SqliteConnection& connection, const TableSchema& table, Sample sample);

/// All of a table, or the ranges for a sample, which leave out large gaps between rowids. A table
/// without a rowid is read as a whole, and `observer` is told.
RowRanges plan_ranges(SqliteConnection& connection, const TableSchema& table, Sample sample,
                      Observer& observer);

} // namespace assay
