// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace assay {

/// Days, counted from 1970-01-01, both ends included.
struct DayRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    friend bool operator==(const DayRange&, const DayRange&) = default;
};

/// Days on which nothing is due.
using Calendar = std::vector<DayRange>;

/// One date or one range of dates in each line: "2024-12-25", "2024-12-24..2025-01-01". What stands
/// behind a # is a comment, and lines without anything else are skipped.
/// @param name of the file, for messages
/// @throws Error of kind usage that names the line and what stands there.
Calendar parse_calendar(std::string_view text, std::string_view name);

/// The day of a clock reading, counted from 1970-01-01; before that too.
std::int64_t calendar_day(Micros reading) noexcept;

bool is_listed(const Calendar& calendar, std::int64_t day) noexcept;

} // namespace assay
