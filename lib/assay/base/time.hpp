// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// Microseconds since 1970-01-01T00:00:00Z. INT64_MIN and INT64_MAX are -infinity and infinity.
using Micros = std::int64_t;

inline constexpr Micros micros_per_second = 1'000'000;
inline constexpr Micros micros_per_minute = 60 * micros_per_second;
inline constexpr Micros micros_per_hour = 60 * micros_per_minute;
inline constexpr Micros micros_per_day = 24 * micros_per_hour;

/// A timestamp as it was written.
struct ParsedTime {
    Micros micros = 0;     ///< UTC when has_zone, otherwise the clock reading taken as if UTC
    bool has_zone = false; ///< "Z" or an offset was given
    bool has_time = false; ///< false for a plain date
};

/// Strict ISO 8601 / SQL timestamp: "2024-01-31", "2024-01-31 12:00[:00[.123456]]" with ' ' or 'T',
/// then nothing, "Z" or "+hh[[:]mm]". Real calendar dates only; years 0001 to 9999; 24:00:00 and
/// :60 are refused. Never accepts "now". No allocation.
/// @return nullopt if the text is anything else.
std::optional<ParsedTime> parse_time(std::string_view text) noexcept;

/// A duration such as "90s", "5m", "1d12h", "2 w", "250ms". Units: us ms s m/min h d w, and their
/// long names; several parts add up. A bare number is refused.
/// @return microseconds, or nullopt if it is no duration, negative, or overflows.
std::optional<Micros> parse_duration(std::string_view text) noexcept;

/// "2024-01-31T06:00:00Z", with a fraction only if there is one. "infinity", "-infinity" at the
/// ends.
std::string format_instant(Micros micros);
/// "2024-01-31 06:00:00" without zone, as SQL prints a timestamp.
std::string format_timestamp(Micros micros);
/// "2024-01-31" from days since 1970-01-01; "0044-03-15 BC" before year 1.
std::string format_date(std::int64_t days);
/// "06:00:00" from microseconds since midnight.
std::string format_time_of_day(Micros micros);
/// The two largest units, for people: "3 d 4 h", "12 min 5 s", "250 ms", "0 s". Negative: "-3 d".
std::string format_duration(Micros micros);

/// The wall clock of this machine.
Micros system_now() noexcept;

/// Turn a clock reading in a named IANA zone into an instant. Times that a DST change skips or
/// repeats resolve to the earlier possible instant.
/// @return nullopt if the zone is not known.
std::optional<Micros> local_to_utc(Micros local, const std::string& zone);
/// The clock reading of an instant in a named IANA zone, or nullopt if the zone is not known.
std::optional<Micros> utc_to_local(Micros instant, const std::string& zone);
/// Is this the name of an IANA time zone, or "UTC"?
bool is_known_zone(const std::string& zone);

} // namespace assay
