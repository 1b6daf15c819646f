// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/judged_series.hpp"
#include "assay/check/lesson.hpp"
#include "assay/check/usual_volume.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// A number that a run knew.
struct NumberAt {
    Micros at = 0; ///< of the run
    double value = 0;
};

/// A run whose number does not count.
struct DroppedRun {
    Micros at = 0;
    std::string why; ///< "a run found it wrong"
};

/// What runs knew, as a series; the present is bucket 0, which keeps weekdays apart as well as any.
struct RunPast {
    std::map<std::int64_t, NumberAt> by_age; ///< by how many buckets ago it was
    std::vector<LeftOutNumbers> left_out;
};

/// The numbers of earlier runs by how many buckets ago they were: of each the one that is nearest
/// to that, at most half a bucket away. Days on the calendar are left out.
RunPast past_of_runs(std::span<const NumberAt> past, std::span<const DroppedRun> dropped,
                     Micros now, BucketSize size, const Calendar& calendar);

/// judge_point() or judge_measure().
using JudgeOne = Judgement (*)(std::span<const SeriesPoint>, const SeriesPoint&,
                               const SeriesRules&);

/// Judge a number of bucket 0 by what runs knew, and tell it; in a dry run also what was learned.
void tell_by_runs(CheckResult& result, const JudgedSeries& series, const RunPast& past,
                  JudgeOne judge_one, Judging judging);

} // namespace assay
