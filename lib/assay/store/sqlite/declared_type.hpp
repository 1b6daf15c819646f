// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

#include <string_view>

namespace assay {

/// What a SQLite declaration promises to its reader: "varchar(80)" is text, "DATETIME" a timestamp.
/// SQLite itself only knows affinities, and enforces none of it outside of STRICT tables.
/// No declaration, and names that say nothing, are ColumnType::other.
ColumnType declared_column_type(std::string_view declared);

} // namespace assay
