// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/check/slo.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// The arrivals of a table, as far back as somebody asked for.
struct ArrivalFacts {
    TableRef table;
    std::string column;
    std::vector<Micros> arrivals; ///< ascending, up to `now`; the last one before the window too
    std::int64_t rows = 0;        ///< in the window that is looked back on
    Micros now = 0;
    std::vector<Micros> looks = {}; ///< when earlier runs looked, ascending
    std::string zone = {};          ///< assumed for times without one; empty if all had one
    bool holds_days = false;        ///< the column holds days without a time of day
    /// How many rows came in each minute that has any, ascending, by the start of the minute.
    std::vector<std::pair<Micros, std::int64_t>> minutes = {};
};

/// Rows of the minutes that begin in a stretch of time.
std::int64_t rows_in(const ArrivalFacts& facts, const Span& span);

/// Does the promise hold? Skipped where no arrival is known.
/// @param target the age from which on the table is too old
CheckResult check_slo(const ArrivalFacts& facts, const Slo& slo, Micros target);

/// Limits that the gaps of the past would have kept: a tenth more than the longest one, and than
/// the 99 % quantile for a warning.
struct ProposedLimits {
    Micros max_age = 0;
    std::optional<Micros> warn_age; ///< nothing where it would not be shorter
};
std::optional<ProposedLimits> proposed_limits(const std::vector<Micros>& ascending_gaps);

/// What arrivals tell of the last `window`: gaps, how long the table was older than `target`, and
/// limits to take. Skipped with less than three gaps.
CheckResult check_backcast(const ArrivalFacts& facts, Micros window, std::optional<Micros> target);

} // namespace assay
