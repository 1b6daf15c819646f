// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/arrivals.hpp"
#include "assay/check/check.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace assay {

/// A promise: for this share of the last `window` a table is not older than its target.
struct Slo {
    double objective = 0.99; ///< above 0, below 1
    Micros window = 30 * micros_per_day;
    friend bool operator==(const Slo&, const Slo&) = default;
};

/// "99.5%/30d". @return nullopt if the text is anything else, or promises 0 % or 100 %.
std::optional<Slo> parse_slo(std::string_view text) noexcept;

/// Time that may be bad within the window: (1 - objective) * window.
Micros error_budget(const Slo& slo) noexcept;

/// How many times faster than allowed the budget is used up: bad fraction / (1 - objective).
/// Nothing where all is unknown.
std::optional<double> burn_rate(const Attainment& attained, double objective) noexcept;

/// Two windows that must both burn: the long one proves that it matters, the short one that it
/// goes on. Site Reliability Workbook, chapter 5.
struct BurnWindow {
    Micros length = 0;
    Micros check = 0;           ///< the short one
    double budget_fraction = 0; ///< of the budget of the whole window, used up in `length`
    Severity severity = Severity::critical;
};
/// 2 % of the budget in 1 h and 5 % in 6 h are critical, 10 % in 3 d are a warning.
const std::vector<BurnWindow>& burn_windows();
/// The burn rate from which such a window alarms: budget_fraction * window / length, which is 14.4,
/// 6 and 1 for 30 days.
double burn_threshold(const BurnWindow& window, const Slo& slo) noexcept;

/// What one pair of windows says now.
struct Burn {
    Micros length = 0;
    std::optional<double> rate;       ///< over `length`; nothing where it is not known
    std::optional<double> check_rate; ///< over the short one
    double threshold = 0;
    Severity severity = Severity::critical;
    bool judged = false; ///< false: shorter than two expected intervals, it says nothing
    bool alarm = false;
};

/// Loads that may come late, for tables that are loaded in batches.
struct EventBudget {
    std::int64_t expected = 0; ///< loads in the window: gaps between loads
    std::int64_t late = 0;     ///< of those, gaps longer than the target
    std::int64_t allowed = 0;  ///< (1 - objective) * expected, rounded, at least 1
    /// Of what was allowed, 0 or less when it is used up.
    double remaining() const noexcept;
};
/// Loads that may be late: (1 - objective) * expected, rounded, at least 1.
std::int64_t allowed_events(std::int64_t expected, double objective) noexcept;
/// Critical when the budget is used up, a warning when less than half is left, else nothing.
std::optional<Severity> severity_of(const EventBudget& events) noexcept;

struct SloReport {
    Attainment attained;
    Micros budget = 0;
    Micros remaining = 0; ///< negative when it is overspent
    bool batch = false;   ///< few arrivals: the event budget counts, not the burn rates
    std::vector<Burn> burns;
    EventBudget events;
    /// When the budget will be used up if the last three days go on; nothing if it will not be.
    std::optional<Micros> exhausted_at;
    /// Of the finding; nothing when the promise is kept and nothing alarms.
    std::optional<Severity> severity;
};

/// The state of a promise at `now`.
/// @param interval the usual gap between arrivals: no window shorter than two of them is judged
SloReport judge_slo(std::span<const Micros> arrivals, Micros target, const Slo& slo,
                    Micros interval, Micros now);

} // namespace assay
