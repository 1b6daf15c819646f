// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/usual_volume.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

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

/// Why a bucket is no part of the past; empty if it is.
std::string reason_to_leave_out(const VolumeFacts& facts, std::size_t i) {
    if (!facts.first || facts.buckets[i + 1].at <= *facts.first) {
        return "before the first row";
    }
    if (is_listed(facts, facts.buckets[i])) {
        return "on the --calendar";
    }
    const bool is_wrong =
        facts.wrong &&
        std::binary_search(facts.wrong->begin(), facts.wrong->end(), facts.buckets[i].at);
    return is_wrong ? found_wrong : "";
}

/// The buckets before the given one that are known and like others.
std::vector<std::size_t> known_before(const VolumeFacts& facts, std::size_t tested) {
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < tested; ++i) {
        if (reason_to_leave_out(facts, i).empty()) {
            known.push_back(i);
        }
    }
    return known;
}

/// A bucket with its rows: all, or those of the first `elapsed`.
SeriesPoint point_of(const VolumeFacts& facts, std::size_t i, std::optional<Micros> elapsed) {
    const BucketStart& bucket = facts.buckets[i];
    const Micros end = facts.buckets[i + 1].at;
    const Micros to = elapsed ? std::min(end, bucket.at + *elapsed) : end;
    return {bucket.number, static_cast<double>(rows_between(facts, bucket.at, to))};
}

std::vector<SeriesPoint> points_of(const VolumeFacts& facts, std::span<const std::size_t> buckets,
                                   std::optional<Micros> elapsed) {
    std::vector<SeriesPoint> points;
    for (const std::size_t i : buckets) {
        points.push_back(point_of(facts, i, elapsed));
    }
    return points;
}

CheckResult base_result(std::string_view id, const VolumeFacts& facts, const BucketStart& bucket,
                        Micros to) {
    CheckResult result = make_result(id, facts.table, {facts.column});
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

/// As a clock that is somewhat earlier or later would have it, whichever is milder; what is told as
/// usual and as noticed has room for both.
Judgement judge_so_far(const VolumeFacts& facts, std::span<const std::size_t> past, Micros elapsed,
                       const SeriesPoint& tested, const SeriesRules& rules) {
    const auto judge_at = [&](Micros clock) {
        return judge_point(points_of(facts, past, std::max<Micros>(clock, 0)), tested, rules);
    };
    Judgement judged = judge_at(elapsed);
    if (judged.state == VolumeState::learning) {
        return judged;
    }
    const Judgement earlier = judge_at(elapsed - slack_of(facts.size));
    const Judgement later = judge_at(elapsed + slack_of(facts.size));
    Expectation& known = judged.expectation;
    known.lower = std::min(known.lower, earlier.expectation.lower);
    known.upper = std::max(known.upper, later.expectation.upper);
    known.noticed_above = std::max(known.noticed_above, later.expectation.noticed_above);
    known.noticed_below =
        known.noticed_below && earlier.expectation.noticed_below
            ? std::optional(std::min(*known.noticed_below, *earlier.expectation.noticed_below))
            : std::nullopt;
    const bool is_fall = judged.score < 0;
    const Judgement& milder = is_fall ? earlier : later;
    if (judged.is_bad() && milder.is_bad() && (milder.score < 0) == is_fall) {
        judged.state = milder.state;
        judged.score = milder.score;
        judged.threshold = milder.threshold;
        judged.probability = milder.probability;
    } else {
        const bool is_usual = tested.value >= known.lower && tested.value <= known.upper;
        judged.state = is_usual ? VolumeState::usual : VolumeState::habit;
    }
    return judged;
}

/// What the past of a bucket is made of.
Lesson lesson_of(const VolumeFacts& facts, std::size_t tested, std::span<const std::size_t> known,
                 std::optional<Micros> elapsed) {
    Lesson lesson;
    for (std::size_t i = 0; i < tested; ++i) {
        if (const std::string why = reason_to_leave_out(facts, i); !why.empty()) {
            leave_out(lesson.left_out, why, label_of(facts.size, facts.buckets[i]));
        }
    }
    for (const std::size_t i : known) {
        lesson.past.push_back(
            {point_of(facts, i, elapsed).value, label_of(facts.size, facts.buckets[i])});
    }
    leave_out(lesson.left_out, "judged now", label_of(facts.size, facts.buckets[tested]));
    if (tested + 1 < facts.buckets.size()) {
        leave_out(lesson.left_out, "not over yet", label_of(facts.size, facts.buckets.back()));
    }
    return lesson;
}

void tell_lesson_of_finished(CheckResult& result, const VolumeFacts& facts,
                             const JudgedSeries& series, const std::vector<std::size_t>& known,
                             std::vector<SeriesPoint> points) {
    const std::size_t tested = facts.buckets.size() - 2;
    Lesson lesson = lesson_of(facts, tested, known, std::nullopt);
    lesson.judge_past = [&](std::size_t i) {
        return judge_point(std::span(points).first(i), points[i], series.rules);
    };
    std::vector<SeriesPoint> until_now = points;
    if (result.status != Status::fail || !facts.wrong) { // else it is no past of later runs
        until_now.push_back(series.tested);
    }
    const BucketStart& next = facts.buckets.back();
    lesson.next =
        NextNumber{label_of(facts.size, next), judge_point(until_now, {next.number}, series.rules)};
    tell_lesson(result, series, std::move(lesson));
}

void tell_lesson_so_far(CheckResult& result, const VolumeFacts& facts, const JudgedSeries& series,
                        std::span<const std::size_t> known, Micros elapsed) {
    Lesson lesson = lesson_of(facts, facts.buckets.size() - 1, known, elapsed);
    const auto points = points_of(facts, known, elapsed);
    lesson.judge_past = [&](std::size_t i) {
        const Judgement judged = judge_point(std::span(points).first(i), points[i], series.rules);
        return judged.is_bad()
                   ? judge_so_far(facts, known.first(i), elapsed, points[i], series.rules)
                   : judged; // no clock is milder
    };
    tell_lesson(result, series, std::move(lesson));
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

std::vector<BucketStart> bucket_starts(BucketSize size, Micros now, const std::string& zone,
                                       Judging judging) {
    const SeriesRules rules = rules_for(size, ValueScale::amount);
    const std::size_t more = judging == Judging::dry ? backtest_points(rules) : 0;
    // The one that is judged is no part of its past.
    const auto most = static_cast<std::int64_t>(rules.most_points + more + 1);
    return size == BucketSize::hour ? hour_starts(now, zone, most)
                                    : day_starts(size, now, zone, most);
}

CheckResult check_usual_volume(const VolumeFacts& facts) {
    const std::size_t tested = facts.buckets.size() - 2;
    const BucketStart& bucket = facts.buckets[tested];
    CheckResult result = base_result("volume.anomaly", facts, bucket, facts.buckets[tested + 1].at);
    if (std::string reason = reason_not_to_judge(facts, bucket); !reason.empty()) {
        return skipped(std::move(result), std::move(reason));
    }
    const SeriesPoint point = point_of(facts, tested, std::nullopt);
    const JudgedSeries series{what_of(facts, bucket, point.value, ""),
                              std::string(to_string(facts.size)), point,
                              rules_for(facts.size, ValueScale::amount)};
    const auto known = known_before(facts, tested);
    auto points = points_of(facts, known, std::nullopt);
    tell_judgement(result, series, judge_point(points, point, series.rules));
    if (facts.judging == Judging::dry) {
        tell_lesson_of_finished(result, facts, series, known, std::move(points));
    }
    return result;
}

CheckResult check_volume_so_far(const VolumeFacts& facts) {
    const std::size_t tested = facts.buckets.size() - 1;
    const BucketStart& bucket = facts.buckets[tested];
    const Micros elapsed = (facts.now - bucket.at) / minute * minute;
    CheckResult result =
        base_result("volume.unfinished", facts, bucket, bucket.at + length_of(facts.size));
    result.evidence.emplace_back("elapsed_s", elapsed / micros_per_second);
    result.evidence.emplace_back("grace_s", slack_of(facts.size) / micros_per_second);
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
        rules_for(facts.size, ValueScale::amount),
        Quantity::rows,
        fmt::format(", give or take {}", format_duration(slack_of(facts.size)))};
    const auto known = known_before(facts, tested);
    tell_judgement(result, series,
                   judge_so_far(facts, known, elapsed, series.tested, series.rules));
    if (facts.judging == Judging::dry) {
        tell_lesson_so_far(result, facts, series, known, elapsed);
    }
    return result;
}

} // namespace assay
