// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/usual_volume.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace assay {

/// A number that a run knew.
struct NumberAt {
    Micros at = 0; ///< of the run
    double value = 0;
};

/// The numbers of earlier runs by how many buckets ago they were: of each the one that is nearest
/// to that, at most half a bucket away. Days on the calendar are left out.
std::map<std::int64_t, double> numbers_by_age(std::span<const NumberAt> past, Micros now,
                                              BucketSize size, const Calendar& calendar);

/// Ascending by bucket; the present is bucket 0, which keeps weekdays apart as well as any.
std::vector<SeriesPoint> series_of(const std::map<std::int64_t, double>& numbers_by_age);

} // namespace assay
