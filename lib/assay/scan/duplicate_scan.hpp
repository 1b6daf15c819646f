// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/temp_file.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/scan/parallel.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// A group of rows with the same key, with its key as the table holds it.
struct KeyGroup {
    std::vector<Value>
        key; ///< one value per key column; of equal ones the shortest, such as 1 of 1.0
    std::int64_t rows = 0;
};

/// Duplicates of a table and the largest groups among them.
struct Duplicates {
    DuplicateCounts counts;
    std::vector<KeyGroup> groups;             ///< largest first
    std::vector<DuplicateGroup> largest = {}; ///< as many as were to be named, largest first
    std::int64_t verified_groups = 0;         ///< whose rows were read again and have equal values
    std::int64_t spilled_bytes = 0;           ///< that went through the temporary file
};

struct DuplicateRequest {
    std::vector<std::size_t> columns; ///< ordinals of the key; all readable ones for whole rows
    NullPolicy nulls = NullPolicy::distinct;
    std::size_t limit = 5;                       ///< groups to show
    std::string where = {};                      ///< which rows count; empty: all
    std::vector<ScanPart> parts = {};            ///< from Session::split(); empty: one go
    std::size_t memory = std::size_t{256} << 20; ///< bytes for keys
    std::string spill_folder = "/tmp";           ///< for keys beyond that
    const Cancellation* cancellation = nullptr;  ///< asked now and then while nothing is read
    std::size_t named = 0; ///< groups to name by their fingerprints, 24 bytes each
};

/// The scan that reads the key.
ScanRequest key_scan(const TableSchema& table, const DuplicateRequest& request);

/// Cut the parts of Session::split() into smaller ones, up to a thousand: the fewer rows a part
/// has, the less is read to find the rows of a few groups again.
std::vector<ScanPart> small_parts(const std::vector<ScanPart>& parts);

/// Count the duplicates of a key in one scan by all workers, exactly whatever the memory. If there
/// are groups to show, a second scan of the parts of the table that hold their rows fetches them,
/// and compares the keys of all their rows by value. Where that is the whole table, the 10,000
/// largest groups are compared, fewer in little memory, with keys of up to 512 bytes. The others
/// rest on fingerprints of 128 bits.
/// Nothing but verified_groups and spilled_bytes depends on workers, memory or the order of rows.
/// @throws Error of kind changed if the second scan does not find what the first one did; of kind
/// output if the temporary file cannot be written.
Duplicates scan_duplicates(Workers& workers, const TableSchema& table,
                           const DuplicateRequest& request);

} // namespace assay
