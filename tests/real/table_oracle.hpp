// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "column_oracle.hpp"
#include "ledger.hpp"
#include "plain_sql.hpp"

#include "assay/report/document.hpp"

namespace assay::test {

/// Compute every number of the tables of an audit once more with plain SQL and enter what
/// disagrees: rows, columns, keys, rows without their parent, bytes.
/// @param counters of frequent values that the audit had for each column
void compare_tables(PlainSql& sql, const Document& document, Ledger& ledger,
                    std::size_t counters = usual_counters);

/// The same, and that no table of the database is missing.
void compare_audit(PlainSql& sql, const Document& document, Ledger& ledger,
                   std::size_t counters = usual_counters);

} // namespace assay::test
