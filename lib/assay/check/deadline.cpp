// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/deadline.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr Micros hour = 3600 * micros_per_second;
constexpr std::int64_t days_of_a_year = 366;

/// 1970-01-01 was a Thursday; Monday is 0.
std::size_t weekday_of(std::int64_t day) noexcept {
    const std::int64_t rest = (day + 3) % 7;
    return static_cast<std::size_t>(rest < 0 ? rest + 7 : rest);
}

/// The day on the clocks of the zone.
std::int64_t local_day(const Deadline& deadline, Micros moment) {
    return calendar_day(utc_to_local(moment, deadline.zone).value_or(moment));
}

/// When the load of a day is due; nullopt: none is.
std::optional<Micros> due_on(const Deadline& deadline, std::int64_t day) {
    if (!deadline.days.test(weekday_of(day)) || is_listed(deadline.calendar, day)) {
        return std::nullopt;
    }
    return local_to_utc(day * micros_per_day + deadline.time_of_day, deadline.zone);
}

/// The last row of the load that begins with the arrival at `first`; of a stream only that one.
Micros end_of_load(std::span<const Micros> arrivals, Micros first) {
    auto at = std::lower_bound(arrivals.begin(), arrivals.end(), first);
    while (at + 1 != arrivals.end() && *(at + 1) - *at < hour) {
        ++at;
        if (*at - first > 12 * hour) {
            return first;
        }
    }
    return *at;
}

/// Up to when a load is the late one of this deadline, and not that of the next.
Micros late_until(std::span<const Micros> due_at, std::size_t i) noexcept {
    return i + 1 < due_at.size() ? due_at[i] + (due_at[i + 1] - due_at[i]) / 2 : INT64_MAX;
}

Punctuality punctuality_of(Micros due_at, std::optional<Micros> arrived, Micros grace, Micros now) {
    if (arrived) {
        return *arrived - due_at <= grace ? Punctuality::on_time : Punctuality::late;
    }
    return now - due_at <= grace ? Punctuality::not_due : Punctuality::missing;
}

} // namespace

std::vector<Micros> due_times(const Deadline& deadline, const Span& window) {
    std::vector<Micros> times;
    const std::int64_t last = local_day(deadline, window.to);
    for (std::int64_t day = local_day(deadline, window.from); day <= last; ++day) {
        const auto at = due_on(deadline, day);
        if (at && *at >= window.from && *at <= window.to) {
            times.push_back(*at);
        }
    }
    return times;
}

std::vector<Micros> last_due_times(const Deadline& deadline, Micros now, std::size_t count) {
    std::vector<Micros> times;
    const std::int64_t today = local_day(deadline, now);
    for (std::int64_t day = today; day > today - days_of_a_year && times.size() < count; --day) {
        const auto at = due_on(deadline, day);
        if (at && *at <= now) {
            times.push_back(*at);
        }
    }
    std::reverse(times.begin(), times.end());
    return times;
}

std::optional<Micros> next_due_time(const Deadline& deadline, Micros now) {
    const std::int64_t today = local_day(deadline, now);
    for (std::int64_t day = today; day < today + days_of_a_year; ++day) {
        const auto at = due_on(deadline, day);
        if (at && *at > now) {
            return at;
        }
    }
    return std::nullopt;
}

std::string_view to_string(Punctuality punctuality) noexcept {
    switch (punctuality) {
    case Punctuality::on_time: return "on_time";
    case Punctuality::late: return "late";
    case Punctuality::missing: return "missing";
    case Punctuality::not_due: return "not_due";
    case Punctuality::unknown: return "unknown";
    }
    return "unknown";
}

std::vector<Due> judge_deadlines(std::span<const Micros> arrivals, std::span<const Micros> due_at,
                                 Micros grace, Micros now) {
    std::vector<Due> judged;
    Micros counted = due_at.empty() ? 0 : due_at.front(); // up to here rows belong to other loads
    for (std::size_t i = 1; i < due_at.size(); ++i) {
        const bool is_last = i + 1 == due_at.size() || due_at[i + 1] > now;
        const bool is_ahead = due_at[i] > now;
        Due due{due_at[i], Punctuality::unknown, std::nullopt};
        const auto row = std::upper_bound(arrivals.begin(), arrivals.end(), counted);
        if (row != arrivals.end() && *row <= late_until(due_at, i)) {
            due.arrived = *row;
        }
        // Without any row of the time before, nobody knows whether one was expected.
        const bool is_known = due.arrived || (!arrivals.empty() && arrivals.front() <= due.at);
        if (is_known || is_last) {
            due.punctuality = punctuality_of(due.at, due.arrived, grace, now);
        }
        counted = std::max(due.at, due.arrived ? end_of_load(arrivals, *due.arrived) : due.at);
        if (due.arrived || !is_ahead) {
            judged.push_back(due);
        }
    }
    return judged;
}

} // namespace assay
