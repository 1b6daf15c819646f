// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/column_accumulator.hpp"
#include "assay/metric/profile.hpp"
#include "assay/scan/parallel.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Are the sketches of columns wanted besides their metrics?
enum class Sketches : std::uint8_t {
    dropped,
    kept,           ///< those that a history keeps
    with_top_values ///< and the frequent values
};

struct ProfileRequest {
    double sample_fraction = 1; ///< 1 reads every row
    /// Bytes for all columns together; what one reader needs in any case is taken all the same.
    std::size_t memory = std::size_t{256} << 20;
    std::string where;           ///< which rows count; empty: all
    std::vector<ScanPart> parts; ///< of the whole table, from Session::split(); empty: one go
    Sketches sketches = Sketches::dropped; ///< of a sample they are dropped in any case
};

/// The sketches of a column.
struct ColumnSketches {
    std::size_t ordinal = 0; ///< into the columns of the table
    std::vector<SketchState> states;
    TopValues top; ///< empty unless asked for
};

/// Everything measured about a table, and the sketches that were asked for.
struct MeasuredTable {
    TableProfile profile;
    std::vector<ColumnSketches> sketches; ///< empty unless asked for
};

/// The scan that a profile needs: every column that we may read.
ScanRequest profile_scan(const TableSchema& table, const ProfileRequest& request);

/// Bytes that measuring a table takes in any case, whatever the memory.
std::size_t least_memory(const TableSchema& table);

/// Does the table let no value but NULL occur twice in this column: is it alone a primary key, or
/// alone in a unique index of all rows? Then its distinct values need no counting.
bool is_declared_unique(const TableSchema& table, std::size_t column);

/// Read a table once and measure all of its columns, with as many workers as it has parts for
/// and as the memory is enough for.
/// `rows` of the profile is exact after a full scan, and extrapolated from a sample.
MeasuredTable measure_table(Workers& workers, const TableSchema& table,
                            const ProfileRequest& request);
/// The same without sketches.
TableProfile profile_table(Workers& workers, const TableSchema& table,
                           const ProfileRequest& request);

} // namespace assay
