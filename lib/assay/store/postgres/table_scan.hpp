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

/// How a sample of a table is drawn: pages of a large one; rows of a small one, or where we may not
/// read ctid, which tells the pages; and all of what the server cannot sample, or where children
/// are so small that few page numbers would be drawn.
SampleDesign design_sample(Connection& connection, const TableSchema& table, Sample sample);

/// The server draws block numbers, and those from all children of a table at once: how many numbers
/// of one size of page tell as much as those of heaps with so many pages each.
double effective_blocks(std::vector<std::int64_t> pages);

/// Counts the rows of each block number of a sample, in one row: the numbers, their rows, and the
/// squares of their rows.
Query block_count_query(const ScanRequest& request, const SampleDesign& design);

/// Read one table through binary COPY, in chunks of about half a second where the server can.
/// @param watch looks on when one statement reads all of it
/// @param cost is kept up to date also when the scan fails.
/// @throws Error of kind locked, permission, changed (the table is not the one of the catalog any
/// more), query (a materialized view without data, a value that cannot be read) or timeout.
void scan_table(Connection& connection, const ServerFacts& server, const ScanRequest& request,
                StatementWatch& watch, BatchSink& sink, Observer& observer, ScanCost& cost);

} // namespace assay::postgres
