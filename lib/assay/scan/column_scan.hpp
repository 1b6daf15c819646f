// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/duplicates.hpp"
#include "assay/metric/time_accumulator.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Count the rows by reading them without any column: also of views and foreign tables, for which
/// no other statement is allowed.
/// @param where which rows count; empty: all
std::int64_t scan_row_count(Session& session, const TableSchema& table,
                            const std::string& where = {});

/// Read one time column and find out how recent it is.
/// @param where which rows count; empty: all
TimeProfile scan_times(Session& session, const TableSchema& table, std::size_t column,
                       const TimeLimit& limit, const std::string& where = {});

/// A group of rows with the same key, with its key as the table holds it.
struct KeyGroup {
    std::vector<Value> key; ///< of its first row, one value per key column
    std::int64_t rows = 0;
};

/// Duplicates of a table and the largest groups among them.
struct Duplicates {
    DuplicateCounts counts;
    std::vector<KeyGroup> groups;        ///< largest first
    std::vector<DuplicateGroup> largest; ///< as many as were to be named, largest first
};

struct DuplicateRequest {
    std::vector<std::size_t> columns; ///< ordinals of the key; all readable ones for whole rows
    NullPolicy nulls = NullPolicy::distinct;
    std::size_t limit = 5;  ///< groups to show
    std::string where = {}; ///< which rows count; empty: all
    std::size_t named = 0;  ///< groups to name by their fingerprints
};

/// Count the duplicates of a key in one scan; a second one fetches and verifies the groups to show.
/// @throws Error of kind changed if the second scan does not find what the first one did.
Duplicates scan_duplicates(Session& session, const TableSchema& table,
                           const DuplicateRequest& request);

} // namespace assay
