// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/time_accumulator.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What is known of the times of one column.
struct MeasuredTimes {
    /// Where an index was read: the newest time, NULLs, rows in the future and infinities are those
    /// of the whole table; `rows` counts those that were looked at, `unparsable` those that were
    /// found.
    TimeProfile times;
    std::string index;            ///< whose end was read; empty: every row was read
    bool rows_known = true;       ///< false: times.rows are not all rows of the table
    bool unparsable_known = true; ///< false: there may be more of them than were found
    friend bool operator==(const MeasuredTimes&, const MeasuredTimes&) = default;
};

/// A column whose newest rows are wanted.
struct TimeSource {
    const TableSchema* table = nullptr; ///< required
    std::size_t column = 0;             ///< ordinal
    TimeLimit limit;
    std::string where = {}; ///< which rows count; empty: all
};

/// The index whose end holds the newest rows: of all rows, with the column in front. In Postgres
/// the column must have a type of time.
/// @return nullptr where there is none, or where a condition limits the rows.
const Index* newest_index(StoreKind kind, const TimeSource& source);

/// The statements with which find_newest() begins on that index, for --explain.
std::vector<std::string> newest_sql(StoreKind kind, const TimeSource& source, const Index& index);

/// Find the newest time that is not in the future: from the end of an index if newest_index() has
/// one, else, and where the store refuses to use that index, by reading every row. Both ways give
/// the same answers.
MeasuredTimes find_newest(Session& session, const TimeSource& source);

/// The same by reading every row.
MeasuredTimes read_all_times(Session& session, const TimeSource& source);

} // namespace assay
