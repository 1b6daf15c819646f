// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/decimal.hpp"
#include "assay/table/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace assay {

/// canonical_hash() of some cells of a column, all of one kind; faster for the cells that tables
/// are made of: numbers, texts and plain decimals, whose canonical bytes are there already or need
/// not be laid out.
/// @param hashes receives one hash for each row
void hash_cells(const Column& column, CellKind kind, std::span<const std::uint32_t> rows,
                std::uint64_t* hashes, std::string& scratch);

/// canonical_hash() of a text cell of a decimal column.
/// @param number what read_short_decimal() made of it
std::uint64_t hash_decimal(const Column& column, std::size_t row,
                           const std::optional<ShortDecimal>& number, std::string& scratch);

} // namespace assay
