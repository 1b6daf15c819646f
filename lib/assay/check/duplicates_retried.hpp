// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/check.hpp"
#include "assay/check/surplus_limit.hpp"

#include <string>
#include <vector>

namespace assay {

/// What is known of rows that say the same as another one shortly before.
struct RetryFacts {
    TableRef table;
    std::vector<std::string> columns; ///< the actor and what was named with --key
    std::string actor;                ///< the column that says who; empty: anybody
    std::string time_column;
    Micros within = 0;
    std::int64_t rows = 0;
    std::int64_t retries = 0;        ///< rows that follow an equal one within that time
    std::int64_t bursts = 0;         ///< runs of such rows, each with the one that it begins with
    std::int64_t largest_burst = 0;  ///< rows
    std::int64_t undated_rows = 0;   ///< without a time: nobody can say
    std::int64_t actorless_rows = 0; ///< NULL is nobody, and not the same nobody
    std::int64_t spilled_bytes = 0;  ///< that went through a temporary file
    Fact::List groups; ///< the largest bursts as they may be shown, with key, count, first and last
};

/// Are there more retries than allowed? Skipped where no row has a time and an actor; an empty
/// table has none.
CheckResult check_retries(const RetryFacts& facts, const SurplusLimit& max_surplus);

} // namespace assay
