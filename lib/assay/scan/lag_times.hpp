// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/lag_accumulator.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <string>

namespace assay {

/// Two time columns of one table.
struct LagSource {
    const TableSchema* table = nullptr; ///< required
    std::size_t event = 0;              ///< ordinal of the column that says when it happened
    std::size_t arrival = 0;            ///< ordinal of the column that says when it was loaded
    std::string where;                  ///< which rows count; empty: all
};

/// The scan of read_lags(), for --explain.
ScanRequest lag_scan(const LagSource& source);

/// Measure how long the rows took, in one scan of the two columns.
LagProfile read_lags(Session& session, const LagSource& source, const LagRules& rules);

} // namespace assay
