// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/distribution.hpp"
#include "assay/command/common.hpp"
#include "assay/scan/profiler.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The numbers or times of a column, from the saved state of its quantiles.
struct ColumnSpread {
    Spread spread;
    std::vector<Quantile> quantiles; ///< to be shown
};

/// @param state as Quantiles wrote it; empty: the column has neither numbers nor times
/// @throws Error of kind usage if it is no such state.
ColumnSpread read_column_spread(const std::string& state, ColumnType type);

/// The saved state of the quantiles of a column; empty where it has neither numbers nor times.
std::string quantile_state(const MeasuredTable& measured, std::size_t ordinal);

/// Does a column keep its numbers or times as texts, which have no distance?
bool holds_only_texts(const MeasuredTable& measured, std::size_t ordinal);

/// NULLs of a column.
std::int64_t nulls_of(const MeasuredTable& measured, std::size_t ordinal);

/// What is compared, and what the two are called: "A" and "B".
struct SpreadPair {
    TableRef table;
    std::string column;
    const ColumnSpread& a;
    const ColumnSpread& b;
    std::string_view name_a;
    std::string_view name_b;
};

/// Judge the spread of a column by the other one.
/// @param more further evidence
CheckResult judge_spreads(const SpreadPair& pair, ValuesPolicy values, Facts more);

} // namespace assay
