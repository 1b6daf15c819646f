// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/table/row_batch.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

/// How a point in time was written.
enum class TimeEncoding : std::uint8_t {
    native,        ///< a type of the server
    iso_text,      ///< "2024-01-31 12:00:00"
    epoch_seconds, ///< numbers since 1970, told apart by their size
    epoch_millis,
    epoch_micros,
    epoch_nanos,
    julian_day ///< days since noon of -4713-11-24, as SQLite's julianday()
};
inline constexpr std::size_t time_encodings = 7;
/// "ISO 8601 text", "epoch seconds", ...
std::string_view to_string(TimeEncoding encoding) noexcept;

/// One cell, understood as a time.
struct TimeReading {
    Micros micros = 0;  ///< an instant, or a clock reading if it is naive
    bool naive = false; ///< it says nothing about its zone
    TimeEncoding encoding = TimeEncoding::native;
};
/// @return nullopt for NULL and for what is no time. Infinities are INT64_MIN and INT64_MAX.
std::optional<TimeReading> read_time(const Column& column, std::size_t row) noexcept;

/// The last moment that is not in the future, as an instant and as a clock reading in the zone of
/// the columns that carry none.
struct TimeLimit {
    Micros instant = 0;
    Micros naive = 0;
};

/// What a time column says about how recent its table is.
struct TimeProfile {
    std::int64_t rows = 0;
    std::int64_t nulls = 0;
    std::int64_t unparsable = 0;          ///< neither a time nor NULL; empty text too
    std::int64_t infinities = 0;          ///< of both signs; infinity is in no other number
    std::int64_t naive_rows = 0;          ///< times without a zone
    std::int64_t future_rows = 0;         ///< later than the limit
    std::optional<Micros> newest_instant; ///< of values with a zone, up to the limit
    std::optional<Micros> newest_naive;   ///< of values without a zone, as a clock reading
    std::array<std::int64_t, time_encodings> encodings{}; ///< values by TimeEncoding
    friend bool operator==(const TimeProfile&, const TimeProfile&) = default;
};

/// The newest time of one column that is not in the future.
///
/// Numbers in columns of no time type count as an epoch by their size: seconds from 1e8 (1973)
/// below 1e11, then milliseconds, microseconds and nanoseconds by factors of 1000; reals between
/// 2e6 and 3e6 as Julian days. Smaller numbers are unparsable: they could mean anything.
class TimeAccumulator {
public:
    explicit TimeAccumulator(const TimeLimit& limit) : m_limit(limit) {}

    void update(const Column& column);
    void merge(const TimeAccumulator& other);
    const TimeProfile& result() const noexcept { return m_profile; }

private:
    TimeLimit m_limit;
    TimeProfile m_profile;
};

} // namespace assay
