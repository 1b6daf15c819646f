// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/check/row_totals.hpp"
#include "assay/command/common.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// Compare how many rows there are, or every row.
enum class DiffBy : std::uint8_t { counts, rows };

/// What is asked of one database.
struct UsualVolumeOptions {
    std::optional<BucketSize> by; ///< nullopt: by day
    std::string tz;               ///< zone of the days; empty: that of naive times
    Micros min_age = 0;           ///< younger rows may still come, or go
    Calendar calendar;            ///< days that are neither judged nor part of the past
    Deletes deletes = Deletes::unknown;
    friend bool operator==(const UsualVolumeOptions&, const UsualVolumeOptions&) = default;
};

struct VolumeDiffOptions {
    CommonOptions common;
    std::string database_a;
    std::string database_b; ///< empty: there is one database, and its own past
    UsualVolumeOptions usual;
    DiffBy by = DiffBy::counts;
    std::vector<std::string> key;    ///< -k a,b for --rows; empty: the primary key, else whole rows
    std::vector<std::string> ignore; ///< columns left out of the comparison
    Tolerance max_diff;              ///< default 0 rows
    std::size_t limit = 10;          ///< rows to show per table
};

/// How much, and which rows, differ between two stores; of one store, how much differs from what
/// its past leads one to expect. Errors end up in the document.
Document volume_diff(const VolumeDiffOptions& options, const Context& context);

} // namespace assay
