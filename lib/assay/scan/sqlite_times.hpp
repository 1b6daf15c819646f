// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/table/table.hpp"
#include "assay/table/value.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace assay {

// How SQLite orders the times of one column, which may be written in several ways: numbers before
// texts before blobs, and each encoding of numbers in a range of its own.

/// Numbers that are times: TimeAccumulator knows the same ranges. What lies between them is none.
struct SqliteTimeRange {
    double from;
    double to;
    double micros_per_unit;
    double epoch;     ///< 1970-01-01T00:00Z in its unit
    double tolerance; ///< in its unit; hides what rounding does to a bound

    /// A moment in the unit of the range.
    double of(Micros moment) const noexcept {
        return static_cast<double>(moment) / micros_per_unit + epoch;
    }
    /// Only reals are Julian days.
    bool is_julian() const noexcept { return epoch > 0; }
};
inline constexpr std::array sqlite_time_ranges{
    SqliteTimeRange{2e6, 3e6, 86'400e6, 2440587.5, 1e-3}, SqliteTimeRange{1e8, 1e11, 1e6, 0, 2},
    SqliteTimeRange{1e11, 1e14, 1e3, 0, 2e3}, SqliteTimeRange{1e14, 1e17, 1, 0, 2e6},
    SqliteTimeRange{1e17, 1e20, 1e-3, 0, 2e9}};

/// SQLite's own rules for the affinity of a column, "datatype3" section 3.1. A column of text
/// affinity holds no numbers, one of real affinity no integers.
bool has_text_affinity(const ColumnSpec& column);
bool has_real_affinity(const ColumnSpec& column);

/// The day of a moment, counted from 1970-01-01; before that too.
std::int64_t day_of(Micros micros) noexcept;

Value real_parameter(double number);
Value text_parameter(std::string text);

} // namespace assay
