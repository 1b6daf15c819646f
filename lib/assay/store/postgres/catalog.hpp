// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"
#include "assay/store/postgres/setup.hpp"
#include "assay/store/store.hpp"

namespace assay::postgres {

/// Read the catalog of the database, as the session's snapshot sees it, in eight statements.
///
/// Rows and sizes of a parent of partitions or of inheriting tables include its children, as a scan
/// of it does.
Catalog read_catalog(Connection& connection, const ServerFacts& server);

} // namespace assay::postgres
