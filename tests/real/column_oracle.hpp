// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "ledger.hpp"
#include "plain_sql.hpp"

#include "assay/report/document.hpp"

#include <cstddef>

namespace assay::test {

/// Of frequent values, for each column, where memory does not lack.
inline constexpr std::size_t usual_counters = 3072;

/// Compute every number of a column once more with plain SQL and enter what disagrees.
/// @param table the record that the column belongs to, of an audit that shows every value.
/// @param counters of frequent values that the audit had for it
void compare_column(PlainSql& sql, const TableRecord& table, const ColumnRecord& column,
                    Ledger& ledger, std::size_t counters);

} // namespace assay::test
