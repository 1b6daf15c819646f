// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/near_memory.hpp"
#include "assay/match/records.hpp"
#include "assay/store/row_place.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace assay {

/// A column as it is compared, and its values as they can be shown.
struct NearColumn {
    TextColumn texts;
    /// The first one of each different text, parallel to texts.texts(); of texts without their
    /// bytes.
    std::vector<Value> values;

    /// @param place counting from 1, as texts.of_row() does
    Value value(std::size_t place) const;
};

/// Which columns of a table are read, by ordinal.
struct NearLayout {
    std::vector<std::size_t> compared;
    std::vector<std::size_t> labels; ///< not compared: they say which row it is
};

/// Where the rows of a table stand, in the order in which they are read.
struct NearPlaces {
    std::optional<PlaceNames> names;
    std::vector<RowPlace> rows; ///< none: rows have no places, or none that we may read
};

/// The rows of one table, or of two, one behind the other.
struct NearRows {
    std::vector<NearColumn> compared;
    std::vector<NearColumn> labels; ///< named by the first table
    std::size_t split = 0;          ///< rows of the first table
    std::size_t size = 0;           ///< rows
    NearPlaces places;              ///< of the first table
    NearPlaces other_places;        ///< of the second one
};

/// Rows without any, with the columns of a layout.
NearRows empty_rows(const TableSchema& table, const NearLayout& layout);

/// Read the rows of a table behind those that are there, and where they stand. Of binary values
/// only that they are there is of use: they count as missing.
/// @param where which rows count; empty: all
/// @param memory holds them from then on
/// @throws Error of kind usage that names --memory, once all rows are counted, if they take more
void read_rows(Session& session, const TableSchema& table, const NearLayout& layout,
               const std::string& where, NearRows& rows, NearPlaces& places, NearMemory& memory);

/// No rows follow.
/// @return bytes that they take in memory
std::size_t finish(NearRows& rows);

/// The scan that reads them.
ScanRequest near_scan(const TableSchema& table, const NearLayout& layout, const std::string& where);

} // namespace assay
