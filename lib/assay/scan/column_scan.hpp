// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/time_accumulator.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <string>

namespace assay {

/// Count the rows by reading them without any column: also of views and foreign tables, for which
/// no other statement is allowed.
/// @param where which rows count; empty: all
std::int64_t scan_row_count(Session& session, const TableSchema& table,
                            const std::string& where = {});

/// Read one time column and find out how recent it is.
/// @param where which rows count; empty: all
TimeProfile scan_times(Session& session, const TableSchema& table, std::size_t column,
                       const TimeLimit& limit, const std::string& where = {});

} // namespace assay
