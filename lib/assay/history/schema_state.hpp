// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

#include <string>
#include <string_view>

namespace assay {

/// What a history keeps of a table's definition: name and kind, the names, types and nullability of
/// its columns, its primary key, unique keys and foreign keys. Nothing that may hold a value of the
/// data, such as defaults and conditions. Equal definitions give equal bytes.
std::string write_schema(const TableSchema& table);

/// The same definition; members that are not kept are as in a new TableSchema.
/// @throws Error of kind usage if these are not such bytes.
TableSchema read_schema(std::string_view state);

} // namespace assay
