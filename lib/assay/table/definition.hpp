// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

namespace assay {

/// Do two looks at a table show the same columns, keys, constraints and indexes? Sizes, comments,
/// the owner and what identifies it in its store do not count.
bool have_same_definition(const TableSchema& left, const TableSchema& right);

} // namespace assay
