// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/row_batch.hpp"
#include "assay/table/value.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace assay {

/// A cell of the current row of a statement, as it is stored.
/// @param type that the column of the table has
Value value_at(SQLite::Statement& row, int index, ColumnType type);
/// @param value an integer, a real or a text
void bind(SQLite::Statement& statement, int index, const Value& value);

} // namespace assay
