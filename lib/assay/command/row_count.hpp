// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <cstdint>
#include <string>

namespace assay {

/// The rows of a table that fulfil a condition (empty: all), counted: with a statement where that
/// runs nobody's code, else with a scan.
std::int64_t exact_row_count(Session& session, const TableSchema& table, const std::string& where);

} // namespace assay
