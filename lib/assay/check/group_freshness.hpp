// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/check/freshness.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A source or a tenant within a table.
struct GroupFacts {
    Fact label; ///< as the values policy allows; null for NULL
    std::int64_t rows = 0;
    std::optional<Micros> newest; ///< nullopt: no time up to now
};

/// Is every group as recent as the limits say, not only the table as a whole? Judged by max_age,
/// else by warn_age; skipped without either. The silent groups are named, oldest first.
/// @param by the column that names the groups
CheckResult check_groups(const TableRef& table, const std::string& column, const std::string& by,
                         std::vector<GroupFacts> groups, const FreshnessLimits& limits, Micros now);

} // namespace assay
