// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
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

/// Is the key held by a unique index, and would one be possible? {"by": its name or null,
/// "possible": true, false or null where that is not known, "why": a sentence, "ddl": the statement
/// that makes one, or null}. The statement is a proposal that nobody executes.
Facts unique_advice(StoreKind kind, const KeyFacts& key);

} // namespace assay
