// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/deadline.hpp"
#include "assay/check/promise.hpp"

namespace assay {

/// From when on arrivals must be known to judge the deadlines of a window that ends now.
Micros known_from(const Deadline& deadline, const Span& window);

/// Has the load come that was due last? Fails when it is missing, with a warning when it came late.
/// While the grace of a deadline runs, the one before is judged. Skipped where nothing was due
/// within a year, and where nothing is known of that time.
CheckResult check_deadline(const ArrivalFacts& facts, const Deadline& deadline);

/// Does the promise hold, counted in deadlines? Late and missing loads use up the budget, which is
/// at least one load. Skipped where nothing was due in the window.
CheckResult check_deadline_slo(const ArrivalFacts& facts, const Deadline& deadline, const Slo& slo);

/// Add to what arrivals tell of the last `window` which of its deadlines were kept.
void add_deadlines(CheckResult& backcast, const ArrivalFacts& facts, const Deadline& deadline,
                   Micros window);

} // namespace assay
