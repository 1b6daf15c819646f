// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/time_accumulator.hpp"
#include "assay/store/since.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace assay {

/// How the times of a column are written, as far as its arrivals tell.
struct TimeForms {
    std::array<std::int64_t, time_encodings> encodings{}; ///< values by TimeEncoding
    std::int64_t naive = 0;                               ///< of those: without a zone
};

/// A condition for people and backfill jobs: the time in a column is in [from, to), in the SQL of
/// the store, with a quoted name. Short where the column writes all of its times in one way, else
/// as since_condition() has it.
std::string window_condition(StoreKind kind, const ColumnSpec& column, const TimeForms& forms,
                             const TimeStart& from, const TimeStart& to);

} // namespace assay
