// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/check.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace assay {

/// How long rows are kept.
struct RetentionFacts {
    TableRef table;
    std::string column;
    std::optional<Micros> oldest; ///< nullopt: no row has a time
    std::int64_t expired = 0;     ///< rows that are older than they may be
    Micros now = 0;
    std::string index = {}; ///< from which it was read; empty: every row was read
};

/// Is no row older than `limit`? Those that are, are counted. Skipped where no row has a time.
CheckResult check_retention(const RetentionFacts& facts, Micros limit);

} // namespace assay
