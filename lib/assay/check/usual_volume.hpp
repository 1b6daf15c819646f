// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/anomaly.hpp"
#include "assay/check/calendar.hpp"
#include "assay/check/check.hpp"
#include "assay/check/lesson.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

/// Stretches of time that rows are counted by. Weeks begin on Monday.
enum class BucketSize : std::uint8_t { hour, day, week };
std::string_view to_string(BucketSize size) noexcept;
/// As long as one is where no clock changes.
Micros length_of(BucketSize size) noexcept;
SeriesRules rules_for(BucketSize size, ValueScale scale);

/// Where a bucket begins.
struct BucketStart {
    Micros at = 0;
    Micros reading = 0;      ///< of the clock there
    std::int64_t number = 0; ///< one more than that of the bucket before, but where clocks change
};

/// The bucket that holds `now`, which is unfinished, and as many before it as can count; ascending.
/// In a dry run more: those of the back-test are judged by as many before them.
/// @param zone IANA name; empty: UTC
std::vector<BucketStart> bucket_starts(BucketSize size, Micros now, const std::string& zone,
                                       Judging judging = Judging::earnest);

/// When the rows of a table came, and what they are counted by.
struct VolumeFacts {
    TableRef table;
    std::string column;
    BucketSize size = BucketSize::day;
    std::vector<BucketStart> buckets; ///< of bucket_starts()
    std::string zone;                 ///< of the buckets; empty: UTC
    std::string assumed_zone;         ///< of times without one; empty: all had one
    /// Rows of every minute that has any, ascending, by the start of the minute.
    std::vector<std::pair<Micros, std::int64_t>> minutes;
    std::optional<Micros> first; ///< before it nothing is known; nullopt: there is no row
    bool holds_days = false;     ///< the column holds days without a time of day
    Calendar calendar;           ///< days that are like no others: never judged, and no past
    /// Where those begin that runs found wrong, ascending: no past. nullopt: nobody keeps them.
    std::optional<std::vector<Micros>> wrong;
    Micros now = 0;
    Judging judging = Judging::earnest; ///< dry: the results tell what was learned
};

/// The rows of the last finished bucket against those before it.
CheckResult check_usual_volume(const VolumeFacts& facts);

/// The rows of the unfinished bucket against those that came as early in the ones before it. A load
/// may be somewhat earlier or later than usual: an hour in a day, five minutes in an hour, six
/// hours in a week. The interval that is told has room for that.
CheckResult check_volume_so_far(const VolumeFacts& facts);

} // namespace assay
