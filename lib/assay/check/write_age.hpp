// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/check/freshness.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A counter of writes as an earlier run saw it.
struct CounterSeen {
    Micros at = 0; ///< of the run
    std::int64_t counter = 0;
};

/// What is known of the last write to a table that has no time column.
struct WriteFacts {
    TableRef table;
    std::string method;              ///< "commit_timestamps", as in the JSON document
    std::string trust;               ///< "the change counter of the file, which all tables share"
    std::optional<Micros> committed; ///< when; nullopt: not known
    std::optional<std::int64_t> counter;
    std::vector<CounterSeen> past; ///< oldest first
    Micros now = 0;
};

/// How long ago the last write was.
struct WriteAge {
    Micros at_least = 0;
    std::optional<Micros> at_most; ///< nullopt: nobody knows
    friend bool operator==(const WriteAge&, const WriteAge&) = default;
};

/// Exactly where it is known when; else between the runs that saw the counter move. A counter that
/// went back was reset and tells nothing.
/// @return nullopt where nothing is known.
std::optional<WriteAge> write_age(const WriteFacts& facts);

/// The age of the last write against the limits. Skipped without a limit, where nothing is known
/// yet, and where the limit lies between the least and the most that the age may be.
std::vector<CheckResult> check_write_age(const WriteFacts& facts, const FreshnessLimits& limits);

} // namespace assay
