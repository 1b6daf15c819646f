// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/check.hpp"
#include "assay/metric/time_accumulator.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

struct FreshnessLimits {
    std::optional<Micros> max_age;
    std::optional<Micros> warn_age;
};

/// What was measured about the age of a table.
struct FreshnessFacts {
    TableRef table;
    std::string column;
    TimeProfile times; ///< of the rows that were looked at
    std::string index; ///< the index whose end was read; empty: every row was read
    /// false: only the end of the index was read, so the rows of the table were not counted.
    bool rows_known = true;
    /// false: among the rows that were not read there may be more that hold no time.
    bool unparsable_known = true;
    std::optional<Micros> newest; ///< newest row that is not in the future, as an instant
    Micros now = 0;
    std::string zone;        ///< zone assumed for times without one; empty if all had one
    std::string guessed_why; ///< why this column was taken; empty if the user named it
};

/// Age against each limit that was given, then rows in the future, then values that are no time.
/// The age in whole seconds must exceed a limit to fail it. An empty table and one without any time
/// fail a limit: they are not fresh. Without a limit the age is told and the check is skipped.
std::vector<CheckResult> check_freshness(const FreshnessFacts& facts,
                                         const FreshnessLimits& limits);

} // namespace assay
