// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/arrivals.hpp"
#include "assay/check/calendar.hpp"

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// By when a load has to be there: a time on the clocks of a zone, on days of the week.
struct Deadline {
    Micros time_of_day = 0;     ///< since midnight, as the clock shows it
    std::string zone;           ///< IANA name
    std::bitset<7> days = 0x7f; ///< Monday is 0
    Micros grace = 0;           ///< that much later is still on time
    Calendar calendar = {};     ///< days on which nothing is due
};

/// "07:00 Europe/Berlin", "07:00 Europe/Berlin mon-fri", "18:30 UTC mon,wed,sat-sun". Without days
/// it holds every day.
/// @throws Error of kind usage that names the word that is none.
Deadline parse_deadline(std::string_view text);

/// The moments in [from, to] at which a load is due, ascending. A time that a clock change skips is
/// due when the clock jumps; one that happens twice is due the first time.
std::vector<Micros> due_times(const Deadline& deadline, const Span& window);
/// The last `count` of them up to `now`, fewer where a year has no more.
std::vector<Micros> last_due_times(const Deadline& deadline, Micros now, std::size_t count);
/// The first of them after `now`; nullopt: none within a year.
std::optional<Micros> next_due_time(const Deadline& deadline, Micros now);

/// What became of the load that was due.
enum class Punctuality : std::uint8_t {
    on_time,
    late,    ///< it came after the grace, and before the next one was due
    missing, ///< it did not come
    not_due, ///< it has not come, and still has time
    unknown  ///< nothing is known of that time: no row is as old
};
/// "on_time", "late", ... as in the JSON document.
std::string_view to_string(Punctuality punctuality) noexcept;

/// One deadline and the load that was due.
struct Due {
    Micros at = 0;
    Punctuality punctuality = Punctuality::unknown;
    std::optional<Micros> arrived; ///< the first row of the load; nullopt: it did not come
    friend bool operator==(const Due&, const Due&) = default;
};

/// What became of each load. One counts for a deadline if it begins after the deadline before and
/// was not the late load of that one. A load that comes after its deadline is its late one while
/// that is nearer than the next deadline, and from then on the next one's. Rows less than an hour
/// after another are of one load, unless that goes on for half a day: then it is a stream.
/// @param arrivals ascending, up to `now`
/// @param due_at ascending. The first one only tells where the period of the second begins, and
///        those after `now` how long the load before may be late: they have a result only if their
///        load has come already.
std::vector<Due> judge_deadlines(std::span<const Micros> arrivals, std::span<const Micros> due_at,
                                 Micros grace, Micros now);

} // namespace assay
