// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"
#include "assay/store/postgres/type_map.hpp"
#include "assay/table/table.hpp"

namespace assay::postgres {

// From the rows of the statements in catalog_queries.hpp to the parts of a TableSchema.

/// An OID in text form, 0 for NULL.
Oid oid_at(const Result& result, int row, int column);
/// The first character, NUL for an empty text.
char letter_at(const Result& result, int row, int column);

/// @param relkind as pg_class has it.
TableKind table_kind(char relkind, bool is_partition) noexcept;
/// @param type what its declared type comes down to.
ColumnSpec make_column(const Result& found, int row, ColumnType type);
/// Add the constraint that the rows [row, end) tell of.
void add_constraint(const Result& found, int row, int end, TableSchema& table);
/// The index that the rows [row, end) tell of, without its size.
Index make_index(const Result& found, int row, int end);

} // namespace assay::postgres
