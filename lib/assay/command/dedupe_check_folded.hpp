// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/check/duplicates_folded.hpp"
#include "assay/command/common.hpp"
#include "assay/match/fold.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/scan/parallel.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace assay {

/// Which rows are compared, and what of their texts does not count.
struct FoldedRequest {
    std::vector<std::size_t> columns;     ///< ordinals of the key
    std::vector<std::vector<Fold>> folds; ///< of each of them
    NullPolicy nulls = NullPolicy::distinct;
    std::size_t limit = 5;  ///< groups to show
    std::string where = {}; ///< which rows count; empty: all
    ValuesPolicy values = ValuesPolicy::safe;
    std::vector<ScanPart> parts = {};            ///< from Session::split(); empty: one go
    std::size_t memory = std::size_t{256} << 20; ///< bytes for keys
    std::string spill_folder = "/tmp";           ///< for keys beyond that
    const Cancellation* cancellation = nullptr;  ///< asked now and then while nothing is read
};

/// Find the rows that are duplicates only once they are folded, in one scan by all workers and
/// exactly whatever the memory: two fingerprints of 128 bits a row. A second scan fetches the
/// largest groups, with the keys that most of their rows have, and compares them by value.
/// Nothing but spilled_bytes depends on workers, memory or the order of rows.
/// @throws Error of kind changed if the second scan does not find what the first one did; of kind
/// output if the temporary file cannot be written.
FoldedFacts scan_folded(Workers& workers, const TableSchema& table, const FoldedRequest& request);

} // namespace assay
