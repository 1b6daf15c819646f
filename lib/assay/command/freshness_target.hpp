// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/freshness.hpp"
#include "assay/command/run.hpp"
#include "assay/command/time_column.hpp"
#include "assay/scan/arrival_times.hpp"
#include "assay/scan/newest_rows.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A table and the column that tells its age; no column: nothing looks like a time.
struct FreshnessTarget {
    const TableSchema* table = nullptr;
    std::optional<TimeColumn> column;   ///< `why` is empty if the user named it
    std::optional<std::size_t> by;      ///< the column whose groups are judged each
    std::optional<std::size_t> arrival; ///< the column that says when rows came, if another one
    bool by_writes = false;             ///< there is no column, and the last write tells the age

    const std::string& column_name() const { return table->columns[column->ordinal].name; }
};

/// The selected tables, each with its columns; those without a time are judged by their last write
/// where something tells it.
/// @throws Error of kind not_found when nothing tells the age of any, or a column that the user
/// named does not exist.
std::vector<FreshnessTarget> freshness_targets(Session& session, const SelectedTables& selected,
                                               const FreshnessOptions& options);

/// Why there is nothing to measure; empty if there is.
std::string reason_to_skip(const FreshnessTarget& target);

/// The column of a target, and up to when its times are not in the future.
TimeSource times_of(const FreshnessTarget& target, Micros now, const CommonOptions& options);

/// By when loads are due, with everything that the options say of it; nullopt: nobody said.
std::optional<Deadline> deadline_of(const FreshnessOptions& options);

/// From when on rows are kept, as an instant and as a clock reading in the assumed zone.
TimeStart kept_from(Micros now, Micros retention, const CommonOptions& options);

/// Without a limit and without a deadline the cadence judges.
bool needs_cadence(const FreshnessOptions& options) noexcept;

/// Does somebody ask for windows without rows? Those who look back, and have a limit or the
/// cadence.
bool seeks_windows(const FreshnessOptions& options) noexcept;
/// From which length on a gap is such a window; nullopt: the cadence says.
std::optional<Micros> window_limit(const FreshnessOptions& options) noexcept;

/// Which arrivals to read.
struct ArrivalRequests {
    std::optional<ArrivalRequest> arrivals; ///< that the checks look back on; nullopt: on none
    /// In whose gaps windows without rows are; nullopt: none are wanted, or they are in `arrivals`.
    std::optional<ArrivalRequest> windows;
};
/// @param earliest from when on earlier runs know of windows; `now` if of none
ArrivalRequests arrivals_of(const FreshnessTarget& target, Micros now, Micros earliest,
                            const FreshnessOptions& options);

} // namespace assay
