// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/sqlite/connection.hpp"
#include "assay/store/store.hpp"

namespace assay {

/// Add row estimates from the last ANALYZE, and sizes where they are wanted and cheap to know:
/// SQLite has to read every page to tell the size of a table, so large files go without.
void read_catalog_stats(SqliteConnection& connection, TableSizes sizes, Catalog& catalog);

} // namespace assay
