// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

// Pure functions of the moments at which rows arrived, ascending. Between two arrivals the age of a
// table grows with the clock, so how long it was too old follows from the gaps, and nothing is
// sampled.

/// A stretch of time, [from, to).
struct Span {
    Micros from = 0;
    Micros to = 0;
    Micros length() const noexcept { return to - from; }
    friend bool operator==(const Span&, const Span&) = default;
};

/// Time by what is known of the table in it.
struct Attainment {
    Micros good = 0;
    Micros bad = 0;     ///< it was older than its target
    Micros unknown = 0; ///< before the first arrival that is known; never counts as good
    /// good / (good + bad); nothing where all is unknown.
    std::optional<double> fraction() const noexcept;
    friend bool operator==(const Attainment&, const Attainment&) = default;
};

/// Integrated over `window`: at t the table is as old as the last arrival up to t, and bad while
/// older than `target`. sum over gaps of max(0, gap - target), cut to the window.
Attainment attainment(std::span<const Micros> arrivals, Micros target, const Span& window);

/// A maximal stretch in which the table was older than its target. An incident that has not ended
/// by the end of the window is open.
struct Incident {
    Span span;
    bool open = false;
    friend bool operator==(const Incident&, const Incident&) = default;
};

/// The incidents of a window, in order. Their lengths add up to the bad time of attainment().
std::vector<Incident> incidents(std::span<const Micros> arrivals, Micros target,
                                const Span& window);

/// The stretches together, in order and apart from each other.
std::vector<Span> united(std::vector<Span> spans);

/// How soon incidents were seen and how soon they ended, on average.
struct Downtime {
    std::int64_t incidents = 0;
    std::int64_t detected = 0;          ///< a run fell into them
    std::int64_t resolved = 0;          ///< detected, and over
    Micros total = 0;                   ///< their lengths
    std::optional<Micros> mean_detect;  ///< from the start to the first run; of those detected
    std::optional<Micros> mean_resolve; ///< from that run to the end; of those resolved
    friend bool operator==(const Downtime&, const Downtime&) = default;
};

/// @param runs when somebody looked, ascending
Downtime downtime(std::span<const Incident> incidents, std::span<const Micros> runs);

/// The gaps between arrivals, ascending.
std::vector<Micros> sorted_gaps(std::span<const Micros> arrivals);

/// The gap in which the table usually is: half of the time lies in gaps up to it. A load of
/// thousands of rows within minutes counts as one that way. 0 without a gap.
Micros usual_interval(std::span<const Micros> arrivals);

/// A gap of at least a quarter of the usual one is a gap between loads; shorter ones are within.
bool is_between_loads(Micros gap, Micros interval) noexcept;
/// Those gaps, ascending.
std::vector<Micros> load_gaps(std::span<const Micros> arrivals);

/// The value at a rank (0..1) of ascending numbers, nearest rank. Nothing of nothing.
std::optional<Micros> nearest_rank(std::span<const Micros> ascending, double rank);

} // namespace assay
