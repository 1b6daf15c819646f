// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/check/surplus_limit.hpp"

#include "assay/metric/duplicates.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// What does not count in a column of the key.
struct FoldedColumn {
    std::string name;
    std::vector<std::string> folded; ///< "case", "trim"; empty: all counts
    std::string why = {};            ///< it was chosen; empty: the user named it
};

/// What exact comparing misses, because rows differ in what does not count.
struct FoldedFacts {
    TableRef table;
    std::vector<std::string> key;      ///< empty: whole rows
    std::vector<FoldedColumn> columns; ///< of the key
    NullPolicy nulls = NullPolicy::distinct;
    std::int64_t rows = 0;           ///< of the table
    std::int64_t null_key_rows = 0;  ///< rows with NULL in the key, whatever the policy
    std::int64_t exact_surplus = 0;  ///< rows that repeat another one to the letter
    std::int64_t folded_surplus = 0; ///< rows that repeat another one once folded; never fewer
    std::int64_t groups_missed = 0;  ///< groups whose rows are not all equal to the letter
    std::int64_t rows_in_them = 0;
    std::int64_t spilled_bytes = 0; ///< that went through a temporary file
    Fact::List groups;              ///< the largest of them: see the manual
};

/// Do more rows than allowed repeat another one only once they are folded?
CheckResult check_folded_duplicates(const FoldedFacts& facts, const SurplusLimit& max_surplus);

} // namespace assay
