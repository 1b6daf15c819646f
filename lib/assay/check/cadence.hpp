// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/arrivals.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

/// What the past arrivals of a table lead one to expect of its age now.
struct Cadence {
    /// Too short a past for weeks to tell; the limit follows from the gaps alone.
    enum class Basis : std::uint8_t { weeks, gaps, none };
    Basis basis = Basis::none;
    std::optional<Micros> limit; ///< nothing to say from none
    std::int64_t weeks = 0;      ///< that were looked at
};

/// The age that is usual at this time of the week: the ages at the same time of the last 3 to 8
/// weeks, an hour earlier and an hour later; the limit is their 95 % quantile * 1.25 + 15 minutes.
/// So it knows nights, weekends and weekly loads without being told. With less than three weeks of
/// arrivals it is the 99 % quantile of the gaps * 1.1, and the basis says so; with less than three
/// gaps there is none.
/// Where weeks tell, the last arrival before each of cadence_moments() is as good as all of them.
Cadence expected_age(std::span<const Micros> arrivals, Micros now);

/// The moments whose ages expected_age() looks at, the latest first.
std::vector<Micros> cadence_moments(Micros now);

} // namespace assay
