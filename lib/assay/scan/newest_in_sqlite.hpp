// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/newest_rows.hpp"

namespace assay {

/// The statements with which find_newest_in_sqlite() begins.
std::vector<std::string> newest_sqlite_sql(const TimeSource& source, const Index& index);

/// SQLite orders numbers before texts before blobs, and a column may hold all of them in several
/// encodings of time. What lies before a bound of its own in each encoding cannot be the newest
/// and cannot be in the future, and stays unread; everything else is read by the same code as in a
/// scan.
/// @throws Error of kind query where SQLite cannot use the index.
MeasuredTimes find_newest_in_sqlite(Session& session, const TimeSource& source, const Index& index);

} // namespace assay
