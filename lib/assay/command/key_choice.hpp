// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace assay {

/// The keys that a table declares: primary key, unique constraints, and unique indexes of columns
/// for all rows, also those that do not hold. Ordinals; the same columns once.
std::vector<std::vector<std::size_t>> declared_keys(const TableSchema& table);

/// The column that looks like the business key, what people know the rows by (email, isbn,
/// customer_number), by its name and its type; nullopt if none does. Columns of foreign keys and of
/// declared keys of one column are none. A table without a primary key may mean its id.
std::optional<std::size_t> guess_key(const TableSchema& table);

/// Does a column only number the rows, so that what is entered again has another value there: the
/// primary key of one column, if it holds whole numbers or UUIDs or is called id or uuid; what the
/// store generates (identities, sequences, UUIDs); and without such a primary key the one unique
/// column of whole numbers or UUIDs that is called id, order_id of orders, or uuid? Other keys are
/// codes, which say what a row is about.
bool numbers_rows(const TableSchema& table, const ColumnSpec& column);

} // namespace assay
