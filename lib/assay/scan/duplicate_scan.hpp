// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/temp_file.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/scan/duplicate_groups.hpp"
#include "assay/scan/duplicate_rows.hpp"
#include "assay/scan/parallel.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A key of a table: its columns, and what NULL in one of them means.
struct DuplicateKey {
    std::vector<std::size_t> columns; ///< ordinals; all readable ones for whole rows
    NullPolicy nulls = NullPolicy::distinct;
    /// Ordinals of what is compared in the groups if their rows have no places; nullopt: they are
    /// not looked at.
    std::optional<ComparedColumns> others = {};
};

/// Duplicates by one key, and the largest groups among them.
struct Duplicates {
    DuplicateCounts counts;
    /// Largest first: those to show with their keys, of equal values the shortest, such as 1
    /// of 1.0; and those whose rows are to be placed, with their first rows, or to be looked at.
    std::vector<DuplicateRows> groups;
    std::vector<GroupLook> looks = {};        ///< at the rows of each, where they have no places
    std::vector<DuplicateGroup> largest = {}; ///< as many as were to be named, largest first
    std::int64_t verified_groups = 0;         ///< whose rows are known to have equal values
    std::int64_t spilled_bytes = 0;           ///< that went through temporary files
    std::string index = {};                   ///< in which they were counted; empty: in the table
};

/// Of which groups rows are wanted with their places: of the largest, until that are too many rows;
/// of those that are shown beyond them, a few rows.
struct DuplicatePlaces {
    const PlacedTable* table = nullptr; ///< nullptr: nobody wants any, or can have any
    std::size_t groups = 1'000;
    std::size_t rows_of_a_group = 1'000;
    std::size_t rows = 20'000; ///< of all groups
    std::size_t rows_shown = 3;
    /// What leads to rows that have no place, by ordinals; empty: nothing does.
    std::vector<std::size_t> primary_key = {};
    /// One in so many rows of a table may be read again to compare them, if that is more.
    std::int64_t one_in = 64;
};

struct DuplicateRequest {
    std::vector<DuplicateKey> keys;              ///< one at least
    std::size_t limit = 5;                       ///< groups to show
    std::string where = {};                      ///< which rows count; empty: all
    std::vector<ScanPart> parts = {};            ///< from Session::split(); empty: one go
    std::size_t memory = std::size_t{256} << 20; ///< bytes for keys, of all keys together
    std::string spill_folder = "/tmp";           ///< for keys beyond that
    const Cancellation* cancellation = nullptr;  ///< asked now and then while nothing is read
    std::string index = {}; ///< SQLite: in which the keys are read; empty: in the table
    std::size_t named = 0;  ///< groups to name by their fingerprints, 24 bytes each
    DuplicatePlaces places; ///< means nothing where no group is shown
};

/// The scan that reads all keys, and where rows stand.
ScanRequest key_scan(const TableSchema& table, const DuplicateRequest& request);

/// Count the duplicates by every key in one scan by all workers, exactly whatever the memory. Keys
/// that come up often are compared by value meanwhile; keys of one short length need not be. If
/// there are groups to show, the rows of the groups whose rows are placed are read again, by their
/// places: one to show it, of a group that is known to have equal keys; else all, to compare their
/// keys by value. Where the latter are too many rows, or have no places, all workers scan the table
/// once more; without places the 1,000 largest groups are compared, and all of their rows looked
/// at. Of groups that are not shown keys of up to 512 bytes are; the others rest on fingerprints of
/// 128 bits. Rows whose places may not be read have none. Nothing but spilled_bytes depends on
/// workers, memory or the order of rows.
/// @return one for each key
/// @throws Error of kind changed if reading again does not find what the first one did; of kind
/// output if the temporary file cannot be written.
std::vector<Duplicates> scan_duplicates(Workers& workers, const TableSchema& table,
                                        const DuplicateRequest& request);

} // namespace assay
