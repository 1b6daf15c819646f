// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/literal.hpp"
#include "assay/table/table.hpp"

#include <optional>

namespace assay {

/// What a column of a store holds after value_literal() was written to it: the affinity of a column
/// of SQLite makes a number of '007', and a column of Postgres rounds numbers and times to its
/// places, drops blanks at the end of char(n), and refuses texts that are too long.
/// @param table, column in a store of that kind
/// @return nullopt if the column refuses it, as a smallint does 40,000
std::optional<Value> kept_value(const StoredValue& written, StoreKind kind,
                                const TableSchema& table, const ColumnSpec& column);

} // namespace assay
