// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/lag_accumulator.hpp"

#include <algorithm>
#include <limits>

namespace assay {
namespace {

/// Fine enough for 1 %, and few buckets for each of many days.
constexpr int kept_scale = 6;

/// Rounds down, before 1970 too.
std::int64_t day_of(Micros moment) noexcept {
    const std::int64_t days = moment / micros_per_day;
    return moment % micros_per_day < 0 ? days - 1 : days;
}

/// Times of thousands of years apart stay in range.
Micros difference(Micros later, Micros earlier) noexcept {
    Micros result = 0;
    if (!__builtin_sub_overflow(later, earlier, &result)) {
        return result;
    }
    return later > earlier ? std::numeric_limits<Micros>::max()
                           : std::numeric_limits<Micros>::min() + 1;
}

bool is_infinite(Micros moment) noexcept {
    return moment == std::numeric_limits<Micros>::max() ||
           moment == std::numeric_limits<Micros>::min();
}

/// Was a day over for that long?
bool is_over(std::int64_t date, Micros step, Micros now) noexcept {
    return date < day_of(difference(now, step));
}

void add_day(std::array<Completeness, completeness_steps.size()>& sums, std::int64_t date,
             const LagDay& day, Micros now) {
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (is_over(date, completeness_steps.at(i), now)) {
            sums.at(i).rows += day.rows;
            sums.at(i).arrived += day.arrived.at(i);
        }
    }
}

void merge_day(LagDay& day, const LagDay& more) {
    day.summary.merge(more.summary);
    day.rows += more.rows;
    for (std::size_t i = 0; i < day.arrived.size(); ++i) {
        day.arrived.at(i) += more.arrived.at(i);
    }
}

} // namespace

LagSummary::LagSummary() { lags.coarsen(kept_scale); }

void LagSummary::add(Micros lag, const LagRules& rules) {
    lags.add(static_cast<double>(lag) / static_cast<double>(micros_per_second));
    late += rules.max_lag && lag > *rules.max_lag ? 1 : 0;
    longest = std::max(longest.value_or(lag), lag);
}

void LagSummary::merge(const LagSummary& other) {
    lags.merge(other.lags);
    late += other.late;
    if (other.longest) {
        longest = std::max(longest.value_or(*other.longest), *other.longest);
    }
}

void LagAccumulator::update(const Column& event, const Column& arrival) {
    for (std::size_t row = 0; row < event.size(); ++row) {
        if (const auto moments = read(event, arrival, row)) {
            add(*moments);
        }
    }
}

std::optional<LagAccumulator::Moments>
LagAccumulator::read(const Column& event, const Column& arrival, std::size_t row) {
    ++m_profile.rows;
    if (event.kind(row) == CellKind::null) {
        ++m_profile.null_events;
        return std::nullopt;
    }
    if (arrival.kind(row) == CellKind::null) {
        ++m_profile.null_arrivals;
        return std::nullopt;
    }
    const auto happened = read_time(event, row);
    const auto arrived = read_time(arrival, row);
    if (!happened || !arrived || is_infinite(happened->micros) || is_infinite(arrived->micros)) {
        ++m_profile.unusable;
        return std::nullopt;
    }
    m_profile.naive_rows += happened->naive || arrived->naive ? 1 : 0;
    if (arrived->micros > (arrived->naive ? m_rules.limit.naive : m_rules.limit.instant)) {
        ++m_profile.future_arrivals;
        return std::nullopt;
    }
    return Moments{instant_of(*happened), instant_of(*arrived)};
}

Micros LagAccumulator::instant_of(const TimeReading& reading) const {
    return reading.naive && !m_rules.assume_tz.empty()
               ? local_to_utc(reading.micros, m_rules.assume_tz).value_or(reading.micros)
               : reading.micros;
}

void LagAccumulator::add(const Moments& moments) {
    const Micros lag = difference(moments.arrival, moments.event);
    const std::int64_t date = day_of(moments.event);
    const Micros rest = moments.event % micros_per_day;
    const Micros of_day = rest < 0 ? rest + micros_per_day : rest;
    // From the end of the day on; not below INT64_MIN for the longest times before the event.
    const Micros since_end = std::max<Micros>(lag, 0) - (micros_per_day - of_day);
    LagDay* day = nullptr;
    if (m_folded && date <= *m_folded) {
        count_complete(date, since_end);
    } else {
        day = &m_profile.days[date];
        ++day->rows;
        for (std::size_t i = 0; i < completeness_steps.size(); ++i) {
            day->arrived.at(i) += since_end <= completeness_steps.at(i) ? 1 : 0;
        }
    }
    if (lag < 0) {
        ++m_profile.negative;
        m_profile.too_early += lag < -m_rules.skew ? 1 : 0;
        m_profile.earliest = std::max(m_profile.earliest, -lag);
    } else {
        m_profile.all.add(lag, m_rules);
        if (day != nullptr) {
            day->summary.add(lag, m_rules);
        }
    }
    fold_days();
}

/// A row of a day that is not told apart.
void LagAccumulator::count_complete(std::int64_t date, Micros since_end) {
    for (std::size_t i = 0; i < completeness_steps.size(); ++i) {
        if (is_over(date, completeness_steps.at(i), m_rules.now)) {
            ++m_profile.completeness.at(i).rows;
            m_profile.completeness.at(i).arrived += since_end <= completeness_steps.at(i) ? 1 : 0;
        }
    }
}

/// Leave the last days, and none up to a day that was folded before.
void LagAccumulator::fold_days() {
    auto& days = m_profile.days;
    while (days.size() > most_days ||
           (m_folded && !days.empty() && days.begin()->first <= *m_folded)) {
        const auto oldest = days.begin();
        m_folded = std::max(m_folded.value_or(oldest->first), oldest->first);
        add_day(m_profile.completeness, oldest->first, oldest->second, m_rules.now);
        days.erase(oldest);
    }
}

void LagAccumulator::merge(const LagAccumulator& other) {
    const LagProfile& more = other.m_profile;
    m_profile.rows += more.rows;
    m_profile.null_events += more.null_events;
    m_profile.null_arrivals += more.null_arrivals;
    m_profile.unusable += more.unusable;
    m_profile.naive_rows += more.naive_rows;
    m_profile.future_arrivals += more.future_arrivals;
    m_profile.negative += more.negative;
    m_profile.too_early += more.too_early;
    m_profile.earliest = std::max(m_profile.earliest, more.earliest);
    m_profile.all.merge(more.all);
    for (std::size_t i = 0; i < completeness_steps.size(); ++i) {
        m_profile.completeness.at(i).rows += more.completeness.at(i).rows;
        m_profile.completeness.at(i).arrived += more.completeness.at(i).arrived;
    }
    for (const auto& [date, day] : more.days) {
        merge_day(m_profile.days[date], day);
    }
    if (other.m_folded) {
        m_folded = std::max(m_folded.value_or(*other.m_folded), *other.m_folded);
    }
    fold_days();
}

LagProfile LagAccumulator::result() const {
    LagProfile result = m_profile;
    for (const auto& [date, day] : result.days) {
        add_day(result.completeness, date, day, m_rules.now);
    }
    return result;
}

} // namespace assay
