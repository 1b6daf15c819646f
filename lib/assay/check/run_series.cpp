// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/run_series.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace assay {
namespace {

void sort_left_out(std::vector<LeftOutNumbers>& all) {
    for (LeftOutNumbers& one : all) {
        std::sort(one.names.begin(), one.names.end()); // ISO 8601: as they came
    }
}

void tell_lesson_of_runs(CheckResult& result, const JudgedSeries& series, const RunPast& past,
                         const std::vector<SeriesPoint>& points, JudgeOne judge_one) {
    Lesson lesson;
    for (auto at = past.by_age.rbegin(); at != past.by_age.rend(); ++at) {
        lesson.past.push_back({at->second.value, format_instant(at->second.at)});
    }
    lesson.left_out = past.left_out;
    leave_out(lesson.left_out, "judged now", "this run");
    lesson.judge_past = [&](std::size_t i) {
        return judge_one(std::span(points).first(i), points[i], series.rules);
    };
    std::vector<SeriesPoint> until_now = points;
    if (result.status != Status::fail) { // which is no past of later runs
        until_now.push_back(series.tested);
    }
    lesson.next = NextNumber{fmt::format("a {} from now", series.unit),
                             judge_one(until_now, {1, series.tested.value}, series.rules)};
    tell_lesson(result, series, std::move(lesson));
}

} // namespace

RunPast past_of_runs(std::span<const NumberAt> past, std::span<const DroppedRun> dropped,
                     Micros now, BucketSize size, const Calendar& calendar) {
    const Micros length = length_of(size);
    RunPast found;
    const auto drop = [&](Micros at, const std::string& why) {
        leave_out(found.left_out, why, format_instant(at));
    };
    for (const DroppedRun& run : dropped) {
        drop(run.at, run.why);
    }
    const auto distance = [&](const NumberAt& seen, std::int64_t back) {
        return std::abs(now - seen.at - back * length);
    };
    for (const NumberAt& seen : past) {
        const std::int64_t back = (now - seen.at + length / 2) / length;
        if (is_listed(calendar, calendar_day(seen.at))) {
            drop(seen.at, "on the --calendar");
            continue;
        }
        if (back < 1) {
            drop(seen.at, fmt::format("less than half a {} ago", to_string(size)));
            continue;
        }
        const auto [place, is_new] = found.by_age.try_emplace(back, seen);
        if (is_new) {
            continue;
        }
        const std::string why = fmt::format("another run is nearer to that {}", to_string(size));
        if (distance(seen, back) < distance(place->second, back)) {
            drop(place->second.at, why);
            place->second = seen;
        } else {
            drop(seen.at, why);
        }
    }
    sort_left_out(found.left_out);
    return found;
}

void tell_by_runs(CheckResult& result, const JudgedSeries& series, const RunPast& past,
                  JudgeOne judge_one, Judging judging) {
    std::vector<SeriesPoint> points;
    for (auto at = past.by_age.rbegin(); at != past.by_age.rend(); ++at) {
        points.push_back({-at->first, at->second.value});
    }
    tell_judgement(result, series, judge_one(points, series.tested, series.rules));
    if (judging == Judging::dry) {
        tell_lesson_of_runs(result, series, past, points, judge_one);
    }
}

} // namespace assay
