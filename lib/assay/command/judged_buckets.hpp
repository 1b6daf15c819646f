// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/usual_volume.hpp"
#include "assay/command/run_history.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A finished day, hour or week whose rows a run judged by their times.
struct JudgedBucket {
    BucketSize size = BucketSize::day;
    Micros at = 0; ///< where it begins
    Status status = Status::pass;
};

/// Where those begin that runs before `now` found wrong, ascending. The last run that judged one
/// decides, but what one accepted stays right.
std::vector<Micros> wrong_buckets(const RunHistory& history, const TableRef& table,
                                  const std::string& column, BucketSize size, Micros now);

/// What later runs are to know of it.
HistoryMetric metric_of(const JudgedBucket& bucket, const HistorySubject& subject,
                        Findings findings);

} // namespace assay
