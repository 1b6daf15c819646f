// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/check/check.hpp"
#include "assay/check/duplicate_cause.hpp"
#include "assay/metric/duplicates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

struct DuplicateFacts {
    TableRef table;
    std::vector<std::string> key; ///< empty: whole rows
    NullPolicy nulls = NullPolicy::distinct;
    DuplicateCounts counts;
    std::int64_t verified_groups = 0; ///< whose rows were read again and compared by value
    std::int64_t spilled_bytes = 0;   ///< that went through a temporary file
    Fact::List
        groups; ///< the largest ones as they may be shown: {"key": {column: value}, "count": n}
    std::optional<CauseFacts> cause; ///< nullopt: nobody looked
    Facts unique;                    ///< is there a unique index, would one be possible
};

/// Are there more surplus rows than allowed? An empty table has none.
CheckResult check_duplicates(const DuplicateFacts& facts, const Tolerance& max_surplus);

} // namespace assay
