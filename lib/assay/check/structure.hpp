// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/table/table.hpp"

#include <vector>

namespace assay {

/// What the definition of a table alone can tell: primary key, foreign keys without an index,
/// indexes that do the same work, materialized views that were never filled.
std::vector<CheckResult> check_structure(const TableSchema& table);

} // namespace assay
