// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/run_series.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// A number of a column, such as its mean, and those that earlier runs found.
struct ColumnMetricFacts {
    TableRef table;
    std::string column;
    std::string metric; ///< "mean"
    std::string what;   ///< "the mean"
    NumberAt now;
    Method method = Method::exact; ///< of the number that is judged
    std::int64_t rows_examined = 0;
    std::vector<NumberAt> past;        ///< oldest first
    BucketSize size = BucketSize::day; ///< how far apart numbers are compared
    Calendar calendar;                 ///< days that are no part of the past
    Judging judging = Judging::earnest;
    std::vector<DroppedRun> dropped; ///< runs whose numbers do not count
};

/// The number against those of one, two, ... days before; see judge_measure().
CheckResult check_column_metric(const ColumnMetricFacts& facts);

/// A result of volume.metric. Two metrics of one column are two places.
CheckResult metric_result(const TableRef& table, const std::string& column,
                          const std::string& metric);

} // namespace assay
