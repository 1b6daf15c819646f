// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/check/duplicates.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/store/location.hpp"
#include "assay/table/table.hpp"

#include <string>
#include <vector>

namespace assay {

/// What is known of the rows of a table by their key.
struct KeyFacts {
    const TableSchema* table = nullptr;
    std::vector<std::size_t> columns; ///< ordinals of the key
    NullPolicy nulls = NullPolicy::distinct;
    DuplicateCounts counts;
    bool is_part = false; ///< only some of the rows were looked at
};

/// A unique index that holds whatever is written, whenever anybody looks: valid, for all rows,
/// checked at once, and of columns only.
struct UniqueIndex {
    std::string name; ///< see unnamed_primary_key
    std::vector<std::string> columns;
};
/// Those of a table. The rowid of SQLite is one. The primary key of an inheritance parent is none:
/// it does not know the rows of the children.
std::vector<UniqueIndex> unique_indexes(StoreKind kind, const TableSchema& table);

/// The unique index because of which no two rows can have the same key, so that nobody has to look;
/// empty if there is none. It has some or all of the columns of the key, and NULL cannot repeat in
/// them, or does not count as a repetition. A primary key of SQLite that lets NULL in is no such
/// index: nobody who declared it expects a NULL, so its rows are counted.
/// @param columns ordinals
std::string guarantor(StoreKind kind, const TableSchema& table,
                      const std::vector<std::size_t>& columns, NullPolicy nulls);

/// Is the key held by a unique index, and would one be possible? {"by": its name or null,
/// "possible": true, false or null where that is not known, "why": a sentence, "ddl": the statement
/// that makes one, or null}. The statement is a proposal that nobody executes.
Facts unique_advice(StoreKind kind, const KeyFacts& key);

} // namespace assay
