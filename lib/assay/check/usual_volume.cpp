// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/usual_volume.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;

std::int64_t floor_div(std::int64_t number, std::int64_t by) noexcept {
    return number / by - (number % by < 0 ? 1 : 0);
}

/// How much earlier or later than usual a load may come.
Micros slack_of(BucketSize size) noexcept {
    switch (size) {
    case BucketSize::hour: return 5 * minute;
    case BucketSize::day: return hour;
    case BucketSize::week: return 6 * hour;
    }
    return hour;
}

Micros to_reading(Micros instant, const std::string& zone) {
    return zone.empty() ? instant : utc_to_local(instant, zone).value_or(instant);
}

/// Hours are as long everywhere: clock changes move their readings, not them.
std::vector<BucketStart> hour_starts(Micros now, const std::string& zone, std::int64_t most) {
    const Micros offset = to_reading(now, zone) - now;
    const std::int64_t last = floor_div(now + offset, hour);
    std::vector<BucketStart> starts;
    for (std::int64_t number = last - most; number <= last; ++number) {
        const Micros at = number * hour - offset;
        const Micros reading = to_reading(at, zone);
        starts.push_back({at, reading, floor_div(reading, hour)});
    }
    return starts;
}

std::vector<BucketStart> day_starts(BucketSize size, Micros now, const std::string& zone,
                                    std::int64_t most) {
    const std::int64_t days = size == BucketSize::week ? 7 : 1;
    const std::int64_t shift = size == BucketSize::week ? 3 : 0; // 1970-01-01 was a Thursday
    const std::int64_t last =
        floor_div(floor_div(to_reading(now, zone), micros_per_day) + shift, days);
    std::vector<BucketStart> starts;
    for (std::int64_t number = last - most; number <= last; ++number) {
        const Micros reading = (number * days - shift) * micros_per_day;
        const Micros at = zone.empty() ? reading : local_to_utc(reading, zone).value_or(reading);
        starts.push_back({at, reading, number});
    }
    return starts;
}

std::string label_of(BucketSize size, const BucketStart& bucket) {
    switch (size) {
    case BucketSize::hour: return format_timestamp(bucket.reading).substr(0, 16);
    case BucketSize::day: return format_date(floor_div(bucket.reading, micros_per_day));
    case BucketSize::week:
        return "the week of " + format_date(floor_div(bucket.reading, micros_per_day));
    }
    return {};
}

bool is_listed(const VolumeFacts& facts, const BucketStart& bucket) {
    const std::int64_t first = calendar_day(bucket.reading);
    const std::int64_t days = facts.size == BucketSize::week ? 7 : 1;
    for (std::int64_t day = first; day < first + days; ++day) {
        if (is_listed(facts.calendar, day)) {
            return true;
        }
    }
    return false;
}

/// Rows of the minutes that begin in [from, to).
std::int64_t rows_between(const VolumeFacts& facts, Micros from, Micros to) {
    const auto begins_before = [](const auto& entry, Micros moment) {
        return entry.first < moment;
    };
    auto entry = std::lower_bound(facts.minutes.begin(), facts.minutes.end(), from, begins_before);
    std::int64_t rows = 0;
    for (; entry != facts.minutes.end() && entry->first < to; ++entry) {
        rows += entry->second;
    }
    return rows;
}

/// The buckets before the given one that are known and like others, each with its rows: all, or
/// those of the first `elapsed`.
std::vector<SeriesPoint> past_of(const VolumeFacts& facts, std::size_t tested,
                                 std::optional<Micros> elapsed) {
    std::vector<SeriesPoint> past;
    for (std::size_t i = 0; i < tested; ++i) {
        const BucketStart& bucket = facts.buckets[i];
        const Micros end = facts.buckets[i + 1].at;
        if (!facts.first || end <= *facts.first || is_listed(facts, bucket)) {
            continue;
        }
        const Micros to = elapsed ? std::min(end, bucket.at + *elapsed) : end;
        past.push_back({bucket.number, static_cast<double>(rows_between(facts, bucket.at, to))});
    }
    return past;
}

/// Whole numbers only, and none that no table has.
Fact whole(double value) {
    constexpr double most = 9e15;
    return std::abs(value) < most ? Fact(static_cast<std::int64_t>(value)) : Fact();
}

std::string words_of(const Fact& number) {
    if (const auto* real = std::get_if<double>(&number.value)) {
        return format_brief(*real);
    }
    const auto* value = std::get_if<std::int64_t>(&number.value);
    return value == nullptr ? "any number" : group_digits(*value);
}

/// The ends of an interval as they are told: rows as whole ones inside of it, others as they are.
Fact lower_end(double value, Quantity quantity) {
    return quantity == Quantity::rows ? whole(std::ceil(value)) : Fact(value);
}
Fact upper_end(double value, Quantity quantity) {
    return quantity == Quantity::rows ? whole(std::floor(value)) : Fact(value);
}

/// "about 1,000 were"
std::string expected_words(double expected, Quantity quantity) {
    if (quantity == Quantity::number) {
        return fmt::format("about {} was", format_brief(expected));
    }
    const std::int64_t rows = std::llround(std::clamp(expected, -9e15, 9e15));
    return fmt::format("about {} {}", group_digits(rows), rows == 1 ? "was" : "were");
}

std::string_view season_of(std::int64_t period) noexcept {
    return period == 0    ? ""
           : period == 24 ? "hour of the day"
           : period == 7  ? "day of the week"
                          : "hour of the week";
}

std::string_view to_string(VolumeState state) noexcept {
    switch (state) {
    case VolumeState::learning: return "learning";
    case VolumeState::usual: return "usual";
    case VolumeState::habit: return "habit";
    case VolumeState::unusual: return "unusual";
    case VolumeState::missing: return "missing";
    }
    return "unusual";
}

/// "on this weekday"
std::string_view season_words(std::int64_t period) noexcept {
    return period == 0    ? ""
           : period == 24 ? " at this hour"
           : period == 7  ? " on this weekday"
                          : " at this hour of the week";
}

/// "less than 880 or more than 1,120 would have been noticed"
std::string noticed_words(const Fact& below, const Fact& above) {
    if (below.is_null()) {
        return above.is_null()
                   ? "no change would have been noticed"
                   : fmt::format("more than {} would have been noticed, a fall would not",
                                 words_of(above));
    }
    if (above.is_null()) {
        return fmt::format("less than {} would have been noticed, a rise would not",
                           words_of(below));
    }
    return fmt::format("less than {} or more than {} would have been noticed", words_of(below),
                       words_of(above));
}

Severity severity_of(const Judgement& judgement) noexcept {
    return judgement.state == VolumeState::missing ||
                   std::abs(judgement.score) >= 2 * judgement.threshold
               ? Severity::critical
               : Severity::warning;
}

CheckResult base_result(std::string_view id, const VolumeFacts& facts, const BucketStart& bucket,
                        Micros to) {
    CheckResult result = make_result(id, facts.table, {facts.column});
    result.method = Method::estimate;
    result.evidence = {
        {"by", to_string(facts.size)},
        {"time_zone", facts.zone.empty() ? "UTC" : facts.zone},
        {"assumed_time_zone", facts.assumed_zone.empty() ? Fact() : Fact(facts.assumed_zone)},
        {"from", format_instant(bucket.at)},
        {"to", format_instant(to)}};
    return result;
}

CheckResult skipped(CheckResult result, std::string reason) {
    result.status = Status::skipped;
    result.message = std::move(reason);
    return result;
}

std::string what_of(const VolumeFacts& facts, const BucketStart& bucket, double rows,
                    const std::string& so_far) {
    return fmt::format(
        "{} has {}{}{}", label_of(facts.size, bucket),
        count_of(static_cast<std::int64_t>(rows), "row"), so_far,
        facts.assumed_zone.empty() ? "" : fmt::format(" (times read as {})", facts.assumed_zone));
}

/// Why there is nothing to expect of a bucket; empty if there is.
std::string reason_not_to_judge(const VolumeFacts& facts, const BucketStart& bucket) {
    if (!facts.first) {
        return "learning: no row has a time up to now";
    }
    if (facts.minutes.empty()) {
        return fmt::format("no row came in the last {}",
                           format_duration(facts.now - facts.buckets.front().at));
    }
    return is_listed(facts, bucket) ? label_of(facts.size, bucket) + " is on the --calendar" : "";
}

/// The state that a somewhat earlier or later clock does not change.
Judgement judge_so_far(const VolumeFacts& facts, Micros elapsed, const SeriesPoint& tested,
                       const SeriesRules& rules) {
    const std::size_t last = facts.buckets.size() - 1;
    Judgement judged = judge_point(past_of(facts, last, elapsed), tested, rules);
    if (!judged.is_bad()) {
        return judged;
    }
    const bool is_fall = judged.score < 0;
    const Micros slack = is_fall ? -slack_of(facts.size) : slack_of(facts.size);
    const Micros shifted = std::max<Micros>(elapsed + slack, 0);
    Judgement milder = judge_point(past_of(facts, last, shifted), tested, rules);
    if (milder.is_bad() && (milder.score < 0) == is_fall) {
        return milder;
    }
    judged.state = VolumeState::usual;
    return judged;
}

} // namespace

std::string_view to_string(BucketSize size) noexcept {
    switch (size) {
    case BucketSize::hour: return "hour";
    case BucketSize::day: return "day";
    case BucketSize::week: return "week";
    }
    return "day";
}

Micros length_of(BucketSize size) noexcept {
    switch (size) {
    case BucketSize::hour: return hour;
    case BucketSize::day: return micros_per_day;
    case BucketSize::week: return 7 * micros_per_day;
    }
    return micros_per_day;
}

SeriesRules rules_for(BucketSize size, ValueScale scale) {
    switch (size) {
    case BucketSize::hour: return hourly_rules(scale);
    case BucketSize::day: return daily_rules(scale);
    case BucketSize::week: return weekly_rules(scale);
    }
    return daily_rules(scale);
}

std::vector<BucketStart> bucket_starts(BucketSize size, Micros now, const std::string& zone) {
    // The one that is judged is no part of its past.
    const auto most =
        static_cast<std::int64_t>(rules_for(size, ValueScale::amount).most_points) + 1;
    return size == BucketSize::hour ? hour_starts(now, zone, most)
                                    : day_starts(size, now, zone, most);
}

void tell_judgement(CheckResult& result, const JudgedSeries& series, const Judgement& judgement) {
    const Expectation& known = judgement.expectation;
    const auto points = static_cast<std::int64_t>(known.points);
    if (series.quantity == Quantity::rows) {
        const auto rows = static_cast<std::int64_t>(series.tested.value);
        result.observed = {rows, "rows"};
        result.evidence.emplace_back("rows", rows);
    } else {
        result.observed = {series.tested.value, ""};
    }
    result.evidence.emplace_back("verdict", to_string(judgement.state));
    result.evidence.emplace_back("points", points);
    if (judgement.state == VolumeState::learning) {
        result.status = Status::skipped;
        result.message =
            fmt::format("learning: {}; {} before it {} known, and {} are needed", series.what,
                        count_of(points, series.unit), points == 1 ? "is" : "are", least_points);
        return;
    }
    const Quantity quantity = series.quantity;
    const Fact below = known.noticed_below ? lower_end(*known.noticed_below, quantity) : Fact();
    const Fact above = upper_end(known.noticed_above, quantity);
    const double slack = quantity == Quantity::rows ? 1e-9 : 0; // both ends are usual
    const Fact lower = lower_end(known.lower - slack, quantity);
    const Fact upper = upper_end(known.upper + slack, quantity);
    const std::string_view season = season_of(known.period);
    const Facts told{{"expected", known.expected},
                     {"lower", lower},
                     {"upper", upper},
                     {"score", judgement.score},
                     {"threshold", judgement.threshold},
                     {"probability", judgement.probability},
                     {"season", season.empty() ? Fact() : Fact(season)},
                     {"noticed_below", below},
                     {"noticed_above", above}};
    result.evidence.insert(result.evidence.end(), told.begin(), told.end());
    const std::string interval = fmt::format("{} to {}", words_of(lower), words_of(upper));
    result.expected = interval + (quantity == Quantity::rows ? " rows" : "");
    result.status = judgement.is_bad() ? Status::fail : Status::pass;
    result.message =
        fmt::format("{}, {} expected (usual{} are {})", series.what,
                    expected_words(known.expected, quantity), season_words(known.period), interval);
    if (judgement.is_bad()) {
        result.severity = severity_of(judgement);
        return;
    }
    if (judgement.state == VolumeState::habit) {
        result.message += "; unusual, but it has done so before";
    } else if (above != upper ||
               (below != lower && (quantity == Quantity::number || known.expected >= 1))) {
        result.message += "; " + noticed_words(below, above);
    }
}

CheckResult check_usual_volume(const VolumeFacts& facts) {
    const std::size_t tested = facts.buckets.size() - 2;
    const BucketStart& bucket = facts.buckets[tested];
    const Micros end = facts.buckets[tested + 1].at;
    CheckResult result = base_result("volume.anomaly", facts, bucket, end);
    if (std::string reason = reason_not_to_judge(facts, bucket); !reason.empty()) {
        return skipped(std::move(result), std::move(reason));
    }
    const auto rows = static_cast<double>(rows_between(facts, bucket.at, end));
    const JudgedSeries series{what_of(facts, bucket, rows, ""),
                              std::string(to_string(facts.size)),
                              {bucket.number, rows},
                              rules_for(facts.size, ValueScale::amount)};
    tell_judgement(result, series,
                   judge_point(past_of(facts, tested, std::nullopt), series.tested, series.rules));
    return result;
}

CheckResult check_volume_so_far(const VolumeFacts& facts) {
    const BucketStart& bucket = facts.buckets.back();
    const Micros elapsed = (facts.now - bucket.at) / minute * minute;
    CheckResult result =
        base_result("volume.unfinished", facts, bucket, bucket.at + length_of(facts.size));
    result.evidence.emplace_back("elapsed_s", elapsed / micros_per_second);
    if (std::string reason = reason_not_to_judge(facts, bucket); !reason.empty()) {
        return skipped(std::move(result), std::move(reason));
    }
    if (facts.holds_days) {
        return skipped(std::move(result),
                       "the times are days: they do not tell how much of a day has come");
    }
    if (elapsed == 0) {
        return skipped(std::move(result), label_of(facts.size, bucket) + " has just begun");
    }
    const auto rows = static_cast<double>(rows_between(facts, bucket.at, bucket.at + elapsed));
    const JudgedSeries series{
        what_of(facts, bucket, rows, fmt::format(" after {}", format_duration(elapsed))),
        std::string(to_string(facts.size)),
        {bucket.number, rows},
        rules_for(facts.size, ValueScale::amount)};
    tell_judgement(result, series, judge_so_far(facts, elapsed, series.tested, series.rules));
    return result;
}

} // namespace assay
