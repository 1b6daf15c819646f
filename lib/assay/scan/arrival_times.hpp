// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/newest_rows.hpp"
#include "assay/scan/window_condition.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// The arrivals of which stretch of time are wanted.
struct ArrivalRequest {
    TimeSource source;
    Micros from = 0;       ///< arrivals from here on, and the last one before
    Micros until = 0;      ///< up to and with this moment
    std::string assume_tz; ///< zone of times that name none; empty: UTC
    /// If there are any: only the last arrival up to each of them is needed, and the first of all.
    /// More may come.
    std::vector<Micros> moments = {};
};

/// Moments at which rows arrived, as their time column has it.
struct Arrivals {
    /// Ascending: the first and the last arrival of every minute that has any. So every gap of more
    /// than a minute is exact.
    std::vector<Micros> instants;
    /// The start of every minute that has any between `from` and `until`, ascending, and its rows.
    std::vector<std::pair<Micros, std::int64_t>> minutes;
    TimeForms forms; ///< of the times that were read
};

/// The statement of read_arrivals(), for --explain; empty where the column is scanned.
std::string arrivals_sql(StoreKind kind, const ArrivalRequest& request);

/// Find the arrivals of a column: with one grouped statement where the store can sort its values
/// by time (Postgres with a type of time, SQLite with an index), else with a scan of the column.
Arrivals read_arrivals(Session& session, const ArrivalRequest& request);

} // namespace assay
