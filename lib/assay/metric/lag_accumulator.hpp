// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/time_accumulator.hpp"
#include "assay/sketch/log_histogram.hpp"
#include "assay/table/row_batch.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace assay {

// How long after the end of its day a row is asked for: 1 h, 6 h, 1 d, 3 d, 7 d.
inline constexpr std::array<Micros, 5> completeness_steps{micros_per_day / 24, micros_per_day / 4,
                                                          micros_per_day, 3 * micros_per_day,
                                                          7 * micros_per_day};

/// How lags are counted.
struct LagRules {
    TimeLimit limit;               ///< later arrivals lie in the future and count apart
    Micros now = 0;                ///< days that were not over by then are not complete
    Micros skew = 0;               ///< an arrival may be that much before its event
    std::optional<Micros> max_lag; ///< longer is late; nullopt: nothing is
    std::string assume_tz;         ///< zone of times that name none; empty: UTC
};

/// Lags of some rows, none of them negative.
struct LagSummary {
    /// In seconds, at most 0.55 % off.
    LogHistogram lags;
    std::int64_t late = 0;
    std::optional<Micros> longest; ///< nullopt: no lag

    LagSummary();
    void add(Micros lag, const LagRules& rules);
    void merge(const LagSummary& other);
};

/// The rows that happened on one day of UTC.
struct LagDay {
    LagSummary summary;
    std::int64_t rows = 0; ///< with both times, arrivals before the event too
    /// Of them: arrived up to completeness_steps[i] after the end of the day.
    std::array<std::int64_t, completeness_steps.size()> arrived{};
};

/// How many of the rows of all days had arrived, counted only of days that are long enough over.
struct Completeness {
    std::int64_t rows = 0;
    std::int64_t arrived = 0;
    friend bool operator==(const Completeness&, const Completeness&) = default;
};

/// What two time columns say about how long rows take from the event to the arrival.
struct LagProfile {
    std::int64_t rows = 0;
    std::int64_t null_events = 0;
    std::int64_t null_arrivals = 0;   ///< of rows that have an event
    std::int64_t unusable = 0;        ///< a value that is no time, or infinity
    std::int64_t naive_rows = 0;      ///< a time of the two has no zone
    std::int64_t future_arrivals = 0; ///< in no other number
    std::int64_t negative = 0;        ///< arrived before the event: in no quantile
    std::int64_t too_early = 0;       ///< of them: by more than the skew
    Micros earliest = 0;              ///< the longest time before the event
    LagSummary all;
    std::map<std::int64_t, LagDay> days; ///< by days since 1970-01-01; the last most_days of them
    std::array<Completeness, completeness_steps.size()> completeness{}; ///< of every day
};

/// Measures the lag between two columns in one pass. Neither the order of the rows nor the way they
/// were split makes a difference.
class LagAccumulator {
public:
    /// Days that are told apart; older ones count in the sums only.
    static constexpr std::size_t most_days = 1000;

    explicit LagAccumulator(LagRules rules) : m_rules(std::move(rules)) {}

    void update(const Column& event, const Column& arrival);
    /// Add what another one with the same rules saw.
    void merge(const LagAccumulator& other);
    LagProfile result() const;

private:
    struct Moments {
        Micros event = 0;
        Micros arrival = 0;
    };
    std::optional<Moments> read(const Column& event, const Column& arrival, std::size_t row);
    Micros instant_of(const TimeReading& reading) const;
    void add(const Moments& moments);
    void count_complete(std::int64_t date, Micros since_end);
    void fold_days();

    LagRules m_rules;
    LagProfile m_profile;                 ///< completeness only of days that were folded
    std::optional<std::int64_t> m_folded; ///< this day and earlier ones are
};

} // namespace assay
