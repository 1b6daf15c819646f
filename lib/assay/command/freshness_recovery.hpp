// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/freshness_measure.hpp"

namespace assay {

/// From when on earlier runs know of windows without rows, at most a year ago; `now` if of none.
Micros earliest_window(const FreshnessPast& past, Micros now) noexcept;

/// Windows without rows, each with a condition for whoever loads them again, and what became of
/// those that earlier runs found. What is open goes into `work`, for later runs.
CheckResult check_recovery(const ReadArrivals& read, FreshnessWork& work, StoreKind kind,
                           const FreshnessOptions& options);

} // namespace assay
