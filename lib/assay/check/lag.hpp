// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/check/check.hpp"
#include "assay/metric/lag_accumulator.hpp"

#include <optional>
#include <string>

namespace assay {

/// How long rows took from when they happened until they were loaded.
struct LagFacts {
    TableRef table;
    std::string event_column;
    std::string arrival_column;
    LagProfile profile;
    std::string zone; ///< assumed for times without one; empty if all had one
};

struct LagLimits {
    std::optional<Micros> max_lag; ///< nullopt: the lag is told, and nothing is late
    Tolerance max_late;            ///< rows that may be late
};

/// Quantiles of the lag, the rows that were late, and how much of a day's rows had arrived how long
/// after its end. Skipped where no row has both times.
CheckResult check_lag(const LagFacts& facts, const LagLimits& limits);

/// Does no row arrive before its event, but for the skew? Skipped where no row has both times.
CheckResult check_negative_lag(const LagFacts& facts);

} // namespace assay
