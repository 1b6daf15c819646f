// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/comparable.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace assay {

/// Rows of a table that belong together, and how many they are.
struct RowGroup {
    Value value; ///< of the column that they are grouped by; NULL is a group too
    std::int64_t rows = 0;
};

/// Which rows to count, and by what.
struct GroupRequest {
    const TableSchema* table = nullptr; ///< required
    std::size_t column = 0;             ///< ordinal
    std::string where;                  ///< which rows count; empty: all
    std::size_t most = 100'000;         ///< groups that are allowed
};

/// Groups by what they are compared by, so that those of two stores meet.
using GroupsByValue = std::map<std::string, RowGroup>;

/// Count the rows of every value of a column, in one scan of it.
/// @throws Error of kind query if there are more groups than are allowed.
GroupsByValue count_by_value(Session& session, const GroupRequest& request, Comparison comparison);

/// A stretch of time that rows are counted by.
struct TimeSlices {
    /// The first moment of the slice that a reading of the clock lies in.
    std::function<Micros(Micros reading)> start_of;
    std::string zone;      ///< of the clock; empty: that of times without a zone
    std::string assume_tz; ///< zone of times that name none; empty: UTC
};

/// Count the rows of every slice of time that has any, by a column of times, in one scan of it: by
/// the start of the slice as a timestamp. Rows without a time, or with an infinite one, are NULL.
/// @throws Error of kind query if there are more groups than are allowed.
GroupsByValue count_by_time(Session& session, const GroupRequest& request,
                            const TimeSlices& slices);

/// The scan of both, for --explain.
ScanRequest group_count_scan(const GroupRequest& request);

} // namespace assay
