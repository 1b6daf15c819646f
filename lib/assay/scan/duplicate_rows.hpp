// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/base/time.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/store/row_place.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What to throw where a second scan of one snapshot does not find what the first one did.
Error other_rows_than_before();

/// A row of a group of duplicates.
struct DuplicateRow {
    RowPlace place;
    Micros at = std::numeric_limits<Micros>::min(); ///< its time; the least where it has none
    std::int32_t filled = 0;                        ///< columns that are not NULL, of those counted
};

/// The rows of a group.
struct DuplicateRows {
    std::vector<Value> key; ///< one for each column; empty where nobody wants to see it
    std::int64_t rows = 0;
    std::vector<DuplicateRow> first; ///< the first ones of the table, by place
};

struct DuplicateRowsRequest {
    std::vector<std::size_t> key;          ///< ordinals
    std::string where = {};                ///< which rows count; empty: all
    std::optional<std::size_t> time;       ///< the column that says when a row is from
    std::vector<std::size_t> counted = {}; ///< columns that make a row more complete
};

/// Find all rows of known groups in one scan, in the order of `wanted`. Keys are not fetched.
/// @throws Error of kind changed if they do not have the rows that were counted.
std::vector<DuplicateRows> read_duplicate_rows(Session& session, const PlacedTable& table,
                                               const DuplicateRowsRequest& request,
                                               const std::vector<DuplicateGroup>& wanted);

/// Rows that have no places, with what tells them apart instead.
struct KeyedDuplicateRows {
    std::vector<DuplicateRows> groups; ///< the place of a row is its number in `keys`
    /// One value for each column; numbers before texts before binary data, as in SQLite, by bytes.
    std::vector<std::vector<Value>> keys;
};

/// The same for a table of SQLite without a rowid.
/// @param primary_key ordinals; no two rows have the same values there
KeyedDuplicateRows read_keyed_duplicate_rows(Session& session, const TableSchema& table,
                                             const DuplicateRowsRequest& request,
                                             const std::vector<std::size_t>& primary_key,
                                             const std::vector<DuplicateGroup>& wanted);

} // namespace assay
