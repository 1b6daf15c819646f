// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/metric/profile.hpp"

#include <cstdint>
#include <vector>

namespace assay {

/// What the measured rows tell: an empty table, columns without a value or with only one, values
/// that do not fit the declared type. A sampled profile only claims what a sample can show.
std::vector<CheckResult> check_content(const TableProfile& profile);

/// Rows whose foreign key has no parent.
struct Orphans {
    std::int64_t examined = 0; ///< rows with a complete key
    std::int64_t orphans = 0;
};
CheckResult check_orphans(const TableSchema& table, const ForeignKey& key, const Orphans& counts);

} // namespace assay
