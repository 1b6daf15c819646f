// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/newest_rows.hpp"
#include "assay/store/since.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace assay {

/// What a time column says about how long rows are kept.
struct OldestRows {
    std::optional<Micros> oldest; ///< of the finite times, as an instant; nullopt: there is none
    std::int64_t before = 0;      ///< rows with a time before the cutoff
    std::string index;            ///< from which it was read; empty: every row was read
};

/// Find the oldest time of a column and count the rows from before a moment, exactly. In Postgres
/// an index that begins with the column answers; otherwise every row is read.
/// @param cutoff as an instant, and as a clock reading in the zone of times that name none
/// @param assume_tz that zone; empty: UTC
OldestRows read_oldest(Session& session, const TimeSource& source, const TimeStart& cutoff,
                       const std::string& assume_tz);

/// The statement of read_oldest(), for --explain; empty where the column is scanned.
std::string oldest_sql(StoreKind kind, const TimeSource& source, const TimeStart& cutoff);

} // namespace assay
