// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/freshness.hpp"
#include "assay/check/progress.hpp"
#include "assay/check/promise.hpp"
#include "assay/check/write_age.hpp"
#include "assay/command/freshness_target.hpp"
#include "assay/command/run_history.hpp"

#include <optional>
#include <vector>

namespace assay {

/// What earlier runs saw of a target.
struct FreshnessPast {
    std::vector<NewestSeen> newest;    ///< oldest first
    std::vector<Micros> looks;         ///< when they looked, ascending
    std::optional<EarlierRows> rows;   ///< nullopt: no run looked at the column
    std::vector<CounterSeen> counters; ///< of writes, oldest first
    std::vector<Span> windows;         ///< without rows, as the last run that sought them left them
};

/// A target, what is known of it from before, and what this run measures.
struct FreshnessWork {
    FreshnessTarget target;
    FreshnessPast past;
    std::optional<FreshnessFacts> facts;
    /// Without rows, as later runs will look for them; nullopt: this run did not seek them.
    std::optional<std::vector<Span>> windows;
    std::optional<std::int64_t> counter; ///< of writes, of a target without a column

    /// What was measured, before it is measured anew.
    void forget() {
        facts.reset();
        windows.reset();
        counter.reset();
    }
};

/// What earlier runs saw, asked before the tables are read: the history is used by one thread.
FreshnessPast past_of(const RunHistory& history, const FreshnessTarget& target, Micros now);

/// The age of a target with a column.
FreshnessFacts measure_age(Session& session, const FreshnessTarget& target,
                           const FreshnessOptions& options);

/// Arrivals, and how their times are written.
struct ReadArrivals {
    ArrivalFacts facts;
    TimeForms forms;
};
/// The arrivals of a target; none without a request, and where the table has no rows.
ReadArrivals read_past(Session& session, const FreshnessWork& work,
                       const std::optional<ArrivalRequest>& request,
                       const FreshnessOptions& options);

/// The windows of this run for later ones.
std::vector<HistorySketch> windows_of(const std::vector<FreshnessWork>& all,
                                      const RunHistory& history);

/// The numbers of this run for later ones.
std::vector<HistoryMetric> metrics_of(const std::vector<FreshnessWork>& all,
                                      const RunHistory& history);

} // namespace assay
