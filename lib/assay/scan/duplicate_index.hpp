// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/duplicate_scan.hpp"

#include <optional>
#include <string>

namespace assay {

/// The index that leads with a key, and whether it is read instead of the table.
struct IndexChoice {
    const Index* index = nullptr; ///< of the table; nullptr: none leads with the key
    std::string reason = {};      ///< not to read it, in words; empty: it is read
    std::string sizes = {};       ///< SQLite: of rows and entries, in words, where it is read

    bool is_read() const noexcept { return index != nullptr && reason.empty(); }
};

/// Can the duplicates be counted in an index, for less than the table costs? In Postgres, which
/// counts there itself, only where it takes for equal what we do: not decimals, floats, padded
/// texts, and texts of a nondeterministic collation. That reads no rows, only the catalog and the
/// plan of the server. Of an index of SQLite we read the keys and compare them as those of the
/// table, by scan_duplicates(); some rows and their entries are looked up to learn how long they
/// are, and whether the index has them.
/// @param jobs sessions that would read the table
IndexChoice choose_duplicate_index(Session& session, const TableSchema& table,
                                   const DuplicateRequest& request, unsigned jobs);

/// Counts how many groups have how many rows, by an index of Postgres that was chosen.
Query index_count_query(const TableSchema& table, const DuplicateRequest& request,
                        const Index& index);

/// Count the duplicates in an index of Postgres that was chosen. The numbers are those of the
/// index: a damaged one tells others than the table.
/// @return nullopt where the table has to be read all the same: there are groups to show, or the
/// server took too long.
std::optional<DuplicateCounts> count_in_index(Session& session, const TableSchema& table,
                                              const DuplicateRequest& request, const Index& index);

} // namespace assay
