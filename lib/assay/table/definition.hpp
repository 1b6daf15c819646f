// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

namespace assay {

/// Do two looks at a table show the same columns, keys, constraints and unique indexes? Other
/// indexes, sizes, comments, the owner and what identifies it in its store say nothing about its
/// rows.
bool have_same_definition(const TableSchema& left, const TableSchema& right);

} // namespace assay
