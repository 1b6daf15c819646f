// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/row_batch.hpp"

#include <cstddef>

namespace assay {

/// Do all cells of a kind hold what the declared type promises, where the store does not see to it?
bool kind_fits(ColumnType type, CellKind kind) noexcept;

/// Does a cell fit whose kind alone does not tell: a text that may be a time, a number that may be
/// a truth value?
bool cell_fits(ColumnType type, const Column& column, std::size_t row) noexcept;

} // namespace assay
