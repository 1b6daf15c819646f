// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"
#include "assay/store/postgres/connection.hpp"
#include "assay/store/postgres/setup.hpp"
#include "assay/store/postgres/statement_watch.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <vector>

namespace assay::postgres {

/// What a scan has read.
struct ScanCost {
    std::int64_t rows = 0;
    std::int64_t bytes = 0; ///< of the COPY stream
};

/// Parts of 16 MiB or more for several readers; none if the server cannot read a range of pages, if
/// we may not read ctid, if the table is small, or if it has so many children that several readers
/// would take the locks that others need.
std::vector<ScanPart> split_table(Connection& connection, const ServerFacts& server,
                                  const TableSchema& table);

/// How a sample of a table is drawn: pages of a large one, rows of a small one, and all of what the
/// server cannot sample.
SampleDesign design_sample(const TableSchema& table, Sample sample) noexcept;

/// Read one table through binary COPY, in chunks of about half a second where the server can.
/// @param watch looks on when one statement reads all of it
/// @param cost is kept up to date also when the scan fails.
/// @throws Error of kind locked, permission, changed (the table is not the one of the catalog any
/// more), query (a materialized view without data, a value that cannot be read) or timeout.
void scan_table(Connection& connection, const ServerFacts& server, const ScanRequest& request,
                StatementWatch& watch, BatchSink& sink, Observer& observer, ScanCost& cost);

} // namespace assay::postgres
