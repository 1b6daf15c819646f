// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <string>

namespace assay {

/// One cell taken out of its batch: a minimum, a top value, a part of a key.
struct Value {
    ColumnType type = ColumnType::other;
    CellKind kind = CellKind::null;
    std::int64_t integer = 0; ///< see Column for its meaning
    double real = 0;
    std::string bytes; ///< of text and blob

    friend bool operator==(const Value&, const Value&) = default;
};

Value value_at(const Column& column, std::size_t row);
/// Append a value as a cell of its kind, whatever the type of the column.
void append_value(Column& column, const Value& value);

/// The value as people and SQL write it: "42", "0.1", "2024-01-31 12:00:00" (timestamp),
/// "2024-01-31T12:00:00Z" (timestamptz), "infinity", "true", "\x00ff" (blob); empty for NULL.
/// Not escaped.
std::string display(const Value& value);

/// The value as JSON holds it: number, string, boolean, or null for NULL. Numbers that a double
/// cannot hold, NaN and infinities become strings.
Fact to_fact(const Value& value);

/// Is there an integer cell of the same value? Every double of 2^53 and more is a whole number.
bool equals_some_integer(double value) noexcept;

/// Append the canonical bytes of a cell: equal values of one column give equal bytes, different
/// values different ones, and no sequence of cells is the prefix of another one (type tag, then a
/// fixed or length-prefixed payload). NULL is the single byte 0. 1 and 1.0 are equal, -0.0 is 0.0,
/// every NaN is one value, decimal 1.10 is 1.1; text '1' differs from the number 1.
void append_canonical(const Column& column, std::size_t row, std::string& out);

/// XXH3-64 (seed 0) of the canonical bytes of a cell.
/// @param scratch memory to reuse between calls.
std::uint64_t canonical_hash(const Column& column, std::size_t row, std::string& scratch);

/// -1, 0 or 1. Order of kinds as in SQLite: null, numbers, text, blob; texts bytewise; decimals by
/// value; NaN above all numbers.
int compare(const Value& left, const Value& right) noexcept;

} // namespace assay
