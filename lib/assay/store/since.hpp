// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/store/location.hpp"
#include "assay/table/table.hpp"

#include <string>

namespace assay {

/// A moment from which on rows count, as an instant and as a clock reading in the zone of the times
/// that name none.
struct TimeStart {
    Micros instant = 0;
    Micros naive = 0;
};

/// Can a column of this type say from when a row is? In Postgres a date or a timestamp; in SQLite
/// anything may hold a time.
bool can_hold_time(StoreKind kind, const ColumnSpec& column) noexcept;

/// The condition that the time in a column is not before `start`, in the SQL of the store. A NULL
/// and what is no time do not fulfil it. Of a date all of its day counts.
///
/// SQLite keeps times as text or as numbers; each value is read by its own form, as freshness does:
/// ISO 8601 text with or without a zone, to the millisecond; numbers as Julian days or as seconds,
/// milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
std::string since_condition(StoreKind kind, const ColumnSpec& column, const TimeStart& start);

} // namespace assay
