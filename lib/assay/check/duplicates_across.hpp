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

/// The keys that stand in two tables.
struct AcrossFacts {
    TableRef table;
    std::vector<std::string> key;
    TableRef against; ///< the other table
    NullPolicy nulls = NullPolicy::distinct;
    std::int64_t rows = 0;
    std::int64_t rows_against = 0;
    std::int64_t null_key_rows = 0;
    std::int64_t null_key_rows_against = 0;
    std::int64_t shared_keys = 0;
    std::int64_t shared_rows = 0; ///< of the table, whose key stands in the other one
    std::int64_t shared_rows_against = 0;
    std::int64_t spilled_bytes = 0; ///< that went through a temporary file
    Fact::List compared;            ///< {"column": , "as": }
    Fact::List groups;              ///< {"key": {column: value}, "count": n, "count_against": n}
};

/// Do more rows of the table than allowed have a key that the other table has too?
CheckResult check_across(const AcrossFacts& facts, const SurplusLimit& max_surplus);

} // namespace assay
