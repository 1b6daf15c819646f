// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/duplicates.hpp"
#include "assay/command/dedupe_check.hpp"
#include "assay/scan/duplicate_scan.hpp"

#include <string>
#include <vector>

namespace assay {

/// By what the rows of a table are compared.
struct DedupeKey {
    std::vector<std::size_t> columns; ///< ordinals; all that count of whole rows
    NullPolicy nulls = NullPolicy::distinct;
    KeyOrigin origin = KeyOrigin::named;
    std::string guarantor = {}; ///< keeps it unique, so that nobody has to look; empty: count it
    /// Look for what exact comparing misses as well: one for each column; none: do not look.
    std::vector<FoldRule> folds = {};
};

/// A table and what its rows are compared by.
struct DedupeTarget {
    const TableSchema* table = nullptr;
    std::vector<DedupeKey> keys;
    std::vector<std::size_t> columns = {}; ///< ordinals of all that is read, each once; maybe none
    std::vector<TableRef> dependents = {}; ///< tables that refer to it, for a plan to repair it
    std::vector<ScanPart> parts = {};      ///< that it is read in, by all workers; none: in one go
    std::size_t neighbours = 1; ///< tables that are read at the same time if it is in one go
};

/// The keys that the user named, as ordinals.
/// @throws Error of kind not_found; of kind usage if a column stands in one twice, or a key is
/// there twice.
std::vector<std::vector<std::size_t>>
require_keys(const TableSchema& table, const std::vector<std::vector<std::string>>& named);
/// @throws Error of kind usage if one stands there twice.
void require_once(const TableSchema& table, std::vector<std::size_t> columns);
/// @throws Error of kind usage if there is none.
void require_some(const TableSchema& table, const std::vector<std::size_t>& columns);

/// The columns that a result is about; none: whole rows.
std::vector<std::string> columns_of_result(const TableSchema& table, const DedupeKey& key);

/// What the rows of a table are compared by: every key that the user named, and whole rows if that
/// is asked for. Else the keys that the table declares and the one that looks like one, and if none
/// is declared whole rows.
/// @throws Error of kind not_found or usage.
std::vector<DedupeKey> keys_of(StoreKind kind, const TableSchema& table,
                               const DedupeCheckOptions& options);

/// Those of its keys that have to be counted.
std::vector<DedupeKey> counted_keys(const DedupeTarget& target);

/// The keys with what they read.
DedupeTarget target_with(const TableSchema& table, std::vector<DedupeKey> keys);

} // namespace assay
