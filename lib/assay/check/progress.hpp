// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/check.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

/// The newest time of a table as an earlier run saw it.
struct NewestSeen {
    Micros at = 0;                ///< of the run
    std::optional<Micros> newest; ///< nullopt: the table had none
};

/// What is compared with earlier runs.
struct ProgressFacts {
    TableRef table;
    std::string column;
    std::vector<NewestSeen> past; ///< oldest first
    std::optional<Micros> newest;
    Micros now = 0;
    /// How long the newest time may stay as it is; nullopt: nobody knows.
    std::optional<Micros> patience;
};

/// Is the newest time still at least the one that the last run saw? Rows that were there are gone
/// otherwise. Skipped without an earlier run that saw one.
CheckResult check_moved_backwards(const ProgressFacts& facts);

/// Has the newest time changed since the runs before? Fails once it has been seen unchanged for
/// longer than `patience`. Skipped without an earlier run, and where nobody knows how long.
CheckResult check_advancing(const ProgressFacts& facts);

} // namespace assay
