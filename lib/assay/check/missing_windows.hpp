// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/arrivals.hpp"
#include "assay/check/promise.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A stretch of time in which a table should have rows and has none.
struct MissingWindow {
    Span span; ///< no row lies in it
    /// About how many rows it lacks: as many as the same time of the weeks before has, their
    /// median; nullopt: nothing is known of those.
    std::optional<std::int64_t> expected_rows;
    std::int64_t weeks = 0; ///< that the expectation is from
    bool open = false;      ///< no row came after it
    std::string where = {}; ///< the condition that its rows would fulfil, in the SQL of the store
    friend bool operator==(const MissingWindow&, const MissingWindow&) = default;
};

/// How far before a window the arrivals must be known to say what it lacks.
inline constexpr Micros expectation_past = 28 * micros_per_day;

/// The gaps of the last `lookback` that are longer than `limit`, in order. Without a limit those
/// that are half as long again as gaps at that time of the last 3 to 8 weeks. A window begins right
/// after the last row before it, on the next day where the column holds days, and ends with the
/// next row, or now.
std::vector<MissingWindow> missing_windows(const ArrivalFacts& facts, Micros lookback,
                                           std::optional<Micros> limit);

/// What became of the windows that an earlier run found.
struct EarlierWindows {
    std::vector<Span> filled; ///< rows have come, and no gap in them is too long
    std::vector<Span> open;   ///< from before `lookback`, which does not reach them any more
};
/// @param windows of the last `lookback`: what they do not list any more is usual by now
EarlierWindows follow_up(const std::vector<Span>& earlier, const ArrivalFacts& facts,
                         const std::vector<MissingWindow>& windows, Micros lookback);

/// Windows as a text that a history keeps: one in each line, in microseconds.
std::string saved_windows(const std::vector<Span>& windows);
/// @return nothing for a text that saved_windows() did not write.
std::vector<Span> restored_windows(const std::string& text);

/// Are there windows without rows? They are listed for a job that loads them again, with those that
/// an earlier run found and that are filled by now.
CheckResult check_missing_windows(const ArrivalFacts& facts,
                                  const std::vector<MissingWindow>& windows,
                                  const std::vector<Span>& filled, Micros lookback,
                                  std::optional<Micros> limit);

} // namespace assay
