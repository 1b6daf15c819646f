// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/cadence.hpp"
#include "assay/check/check.hpp"
#include "assay/metric/time_accumulator.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// From an age of that many times the limit on, a finding has at least this severity.
struct Escalation {
    double factor = 1; ///< at least 1
    Severity severity = Severity::critical;
};

struct FreshnessLimits {
    std::optional<Micros> max_age;
    std::optional<Micros> warn_age;
    std::vector<Escalation> escalations = {};
    bool has_deadline = false; ///< a deadline judges: an age without a limit needs no words
};

/// What state a table is in, from what its time column says.
enum class FreshnessState : std::uint8_t {
    fresh,
    ageing,  ///< beyond the limit that warns
    stale,   ///< beyond the limit
    empty,   ///< it has no rows
    undated, ///< it has rows, and none has a time that can be used
    future,  ///< every time lies in the future
    unknown  ///< nobody said how old it may be
};
/// "fresh", "ageing", ... as in the JSON document.
std::string_view to_string(FreshnessState state) noexcept;

/// What earlier runs saw of a table.
struct EarlierRows {
    std::int64_t runs = 0;
    Micros first_run = 0;
    std::optional<Micros> seen_at; ///< the last run that saw a row; nullopt: none did
};

/// What was measured about the age of a table.
struct FreshnessFacts {
    TableRef table;
    std::string column;
    TimeProfile times; ///< of the rows that were looked at
    std::string index; ///< the index whose end was read; empty: every row was read
    /// false: only the end of the index was read, so the rows of the table were not counted.
    bool rows_known = true;
    /// false: among the rows that were not read there may be more that hold no time.
    bool unparsable_known = true;
    /// What past arrivals lead one to expect; judged where no limit was given.
    std::optional<Cadence> cadence;
    std::optional<Micros> newest; ///< newest row that is not in the future, as an instant
    Micros now = 0;
    std::string zone;        ///< zone assumed for times without one; empty if all had one
    std::string guessed_why; ///< why this column was taken; empty if the user named it
    std::optional<EarlierRows> earlier = {}; ///< nullopt: there is no history, or no run in it
};

FreshnessState freshness_state(const FreshnessFacts& facts, const FreshnessLimits& limits) noexcept;

/// Age against each limit that was given, then rows in the future, then values that are no time.
/// The age in whole seconds must exceed a limit to fail it. A table without rows, and one without
/// any time up to now, has no age: those are findings of their own, as severe as the limits that
/// were given. Without a limit the cadence judges the age; where it is still learning, or is not
/// known at all, the age is told and the check is skipped.
std::vector<CheckResult> check_freshness(const FreshnessFacts& facts,
                                         const FreshnessLimits& limits);

} // namespace assay
