// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/duplicates_folded.hpp"
#include "assay/command/common.hpp"
#include "assay/match/fold.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace assay {

/// Which rows are compared, and what of their texts does not count.
struct FoldedRequest {
    std::vector<std::size_t> columns; ///< ordinals of the key
    std::vector<Fold> folds;
    NullPolicy nulls = NullPolicy::distinct;
    std::size_t limit = 5;  ///< groups to show
    std::string where = {}; ///< which rows count; empty: all
    ValuesPolicy values = ValuesPolicy::safe;
};

/// Read a table in one scan and find the rows that are duplicates only once they are folded; a
/// second scan fetches the largest groups. 32 bytes of memory a row.
FoldedFacts scan_folded(Session& session, const TableSchema& table, const FoldedRequest& request);

} // namespace assay
