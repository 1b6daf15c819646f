// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/metric/comparable.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/metric/shared_keys.hpp"
#include "assay/scan/parallel.hpp"
#include "assay/store/row_place.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// The key of a table.
struct KeySide {
    Workers* workers = nullptr;         ///< of its store
    const TableSchema* table = nullptr; ///< must outlive the scan
    std::vector<std::size_t> columns;   ///< ordinals
    std::string where = {};             ///< which rows count; empty: all
    const LocatedTable* placed =
        nullptr; ///< tells where rows stand; nullptr: nobody can or wants to
};

struct SharedKeyRequest {
    std::vector<Comparison> comparisons; ///< one for each column
    NullPolicy nulls = NullPolicy::distinct;
    std::size_t limit = 5;                       ///< keys to show
    std::size_t places = 3;                      ///< of the rows of each, on either side
    std::size_t memory = std::size_t{256} << 20; ///< bytes for the keys of both sides
    std::string spill_folder = "/tmp";           ///< for keys beyond that
    const Cancellation* cancellation = nullptr;  ///< asked now and then while nothing is read
};

/// Rows of one side, as far as their keys are concerned.
struct KeyRows {
    std::int64_t rows = 0;
    std::int64_t null_key_rows = 0; ///< of them, with NULL in the key
};

/// A key to show.
struct ShownKey {
    std::vector<Value> key; ///< as side a holds it
    std::int64_t rows_a = 0;
    std::int64_t rows_b = 0;
    std::vector<RowLocator> places_a = {}; ///< of its first rows, as far as they have places
    std::vector<RowLocator> places_b = {};
};

struct SharedKeyScan {
    KeyRows a;
    KeyRows b;
    SharedKeys shared;
    std::vector<ShownKey> shown; ///< those with the most rows first
    std::int64_t spilled_bytes = 0;
};

/// The scan that reads the key of a side.
ScanRequest key_scan(const KeySide& side);

/// Find the keys that stand in both tables, exactly whatever the memory: one scan of each, both at
/// the same time, and another one of each where there are keys to show. Values are compared as
/// between stores (see Comparison), by fingerprints of 128 bits. With NULL in it a key is on both
/// sides only under the policy `equal`.
/// @throws Error of kind changed if the second scan does not find what the first one did; of kind
/// output if the temporary file cannot be written.
SharedKeyScan scan_shared_keys(const KeySide& a, const KeySide& b, const SharedKeyRequest& request);

} // namespace assay
