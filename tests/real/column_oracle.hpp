// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "ledger.hpp"
#include "plain_sql.hpp"

#include "assay/report/document.hpp"

namespace assay::test {

/// Compute every number of a column once more with plain SQL and enter what disagrees.
/// @param table the record that the column belongs to, of an audit that shows every value.
void compare_column(PlainSql& sql, const TableRecord& table, const ColumnRecord& column,
                    Ledger& ledger);

} // namespace assay::test
