// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/table/table.hpp"

#include <cstdint>
#include <string>

namespace assay {

/// How many faults the store tells of one table; there may be more.
constexpr std::int64_t most_storage_faults = 100;

/// Do the table and its indexes hold the same rows, on pages that can be read?
/// @param faults what the store says is wrong, a line each; empty: nothing.
CheckResult check_storage(const TableSchema& table, const std::string& faults);

} // namespace assay
