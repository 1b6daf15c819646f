// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/sqlite/connection.hpp"
#include "assay/store/store.hpp"

namespace assay {

/// Read everything that a SQLite database says about itself, in a number of statements that does
/// not depend on the number of its tables.
Catalog read_catalog(SqliteConnection& connection, TableSizes sizes);

} // namespace assay
