// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/store/sql.hpp"

#include <string>

namespace assay {

/// First time, last time and number of rows of each minute of a time column, read from an index, in
/// every encoding that the column may hold; and the last time before `from`. A little more than the
/// window comes back: who reads the times cuts it.
Query sqlite_arrivals_query(const TableSchema& table, std::size_t column, const Index& index,
                            Micros from, Micros until);

} // namespace assay
