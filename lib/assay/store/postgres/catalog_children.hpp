// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/type_map.hpp"
#include "assay/table/table.hpp"

#include <unordered_map>
#include <vector>

namespace assay::postgres {

/// The direct children of partitioned and inherited tables.
using ChildrenByParent = std::unordered_map<Oid, std::vector<Oid>>;

/// Make the statistics of every parent the sum of its own and its descendants', unknown when one of
/// them is unknown.
void include_children(std::vector<TableSchema>& tables, const ChildrenByParent& children);

/// Tell every table of the heaps that a scan of it reads.
void list_heaps(std::vector<TableSchema>& tables, const ChildrenByParent& children);

/// Tell every parent of its descendants. One that stands below it in two ways is told once.
void name_descendants(std::vector<TableSchema>& tables, const ChildrenByParent& children);

} // namespace assay::postgres
