// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "real/ledger.hpp"
#include "real/plain_sql.hpp"

#include "assay/metric/profile.hpp"

namespace assay::test {

/// Compute every number of a profile once more from plain SQL and enter what disagrees.
///
/// Counts, extremes, lengths, frequent values and exact quantiles must be equal. The mean may be
/// off by 1e-12 of the mean magnitude; the standard deviation by 1e-9 of itself and 1e-14 of the
/// largest magnitude. Estimates must lie inside their bounds.
void compare_profile(PlainSql& sql, const TableProfile& profile, Ledger& ledger);

} // namespace assay::test
