// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/row_totals.hpp"

#include "assay/base/text.hpp"
#include "assay/check/column_metric.hpp"
#include "assay/check/run_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace assay {
namespace {

RunPast past_totals(const RowTotalFacts& facts) {
    std::vector<NumberAt> past;
    for (const RowTotal& total : facts.past) {
        past.push_back({total.at, static_cast<double>(total.rows)});
    }
    return past_of_runs(past, facts.dropped, facts.now.at, facts.size, facts.calendar);
}

/// What a table grew by until each of the runs, where one stood a day before it.
RunPast past_growth(const RunPast& totals, BucketSize size) {
    RunPast growth;
    growth.left_out = totals.left_out;
    for (auto run = totals.by_age.rbegin(); run != totals.by_age.rend(); ++run) {
        const auto& [back, total] = *run;
        const auto before = totals.by_age.find(back + 1);
        if (before != totals.by_age.end()) {
            growth.by_age[back] = {total.at, total.value - before->second.value};
        } else {
            leave_out(growth.left_out, fmt::format("no run a {} before it", to_string(size)),
                      format_instant(total.at));
        }
    }
    return growth;
}

void judge_series(CheckResult& result, const RowTotalFacts& facts, std::string what,
                  const RunPast& past, double value, ValueScale scale) {
    result.evidence = {{"by", to_string(facts.size)}};
    const JudgedSeries series{std::move(what),
                              std::string(to_string(facts.size)),
                              {0, value},
                              rules_for(facts.size, scale),
                              Quantity::rows};
    tell_by_runs(result, series, past, judge_point, facts.judging);
}

/// Has no run counted fewer rows than the one before it?
bool only_grew(const std::vector<RowTotal>& past) {
    return std::is_sorted(past.begin(), past.end(),
                          [](const RowTotal& a, const RowTotal& b) { return a.rows < b.rows; });
}

} // namespace

CheckResult check_shrunk(const RowTotalFacts& facts) {
    CheckResult result = make_result("volume.shrunk", facts.table, {});
    const auto skip = [&result](std::string reason) {
        result.status = Status::skipped;
        result.message = std::move(reason);
        return result;
    };
    const auto runs = static_cast<std::int64_t>(facts.past.size());
    result.evidence = {{"earlier_runs", runs}, {"rows", facts.now.rows}};
    if (facts.past.empty()) {
        return skip("learning: no earlier run counted the rows");
    }
    const RowTotal& last = facts.past.back();
    const std::int64_t fell = last.rows - facts.now.rows;
    result.evidence.emplace_back("rows_before", last.rows);
    result.evidence.emplace_back("counted_at", format_instant(last.at));
    result.observed = {facts.now.rows, "rows"};
    result.expected = fmt::format(">= {} rows", last.rows);
    if (fell <= 0) {
        result.message =
            fmt::format("{}, {} before", count_of(facts.now.rows, "row"), group_digits(last.rows));
        return result;
    }
    result.message =
        fmt::format("{} fewer than {} before: {} left", count_of(fell, "row"),
                    format_duration(facts.now.at - last.at), count_of(facts.now.rows, "is", "are"));
    if (facts.deletes == Deletes::never) {
        result.status = Status::fail;
        return result;
    }
    if (!only_grew(facts.past)) {
        return skip(result.message + "; rows come and go in this table");
    }
    if (facts.past.size() < least_points) {
        return skip(fmt::format("learning: {}; {} before tell little of whether that is usual",
                                result.message, count_of(runs, "run")));
    }
    result.status = Status::fail;
    result.severity = Severity::warning;
    result.message += fmt::format("; in {} before there never were", count_of(runs, "run"));
    return result;
}

CheckResult check_row_total(const RowTotalFacts& facts) {
    CheckResult result = make_result("volume.anomaly", facts.table, {});
    judge_series(result, facts, "it has " + count_of(facts.now.rows, "row"), past_totals(facts),
                 static_cast<double>(facts.now.rows), ValueScale::amount);
    if (result.status == Status::fail) {
        result.remedy = check_rule("volume.growth").remedy; // runs are its past as well
    }
    return result;
}

CheckResult check_row_share(const RowShareFacts& facts) {
    CheckResult result = metric_result(facts.table, facts.column, facts.metric);
    if (facts.now.rows == 0) {
        result.status = Status::skipped;
        result.message = "the table has no rows";
        result.evidence = {{"metric", facts.metric}};
        return result;
    }
    const auto rows = static_cast<double>(facts.now.rows);
    RowTotalFacts scaled{facts.table,
                         {facts.now.at, facts.now.counted},
                         {},
                         facts.size,
                         Deletes::unknown,
                         facts.calendar,
                         facts.judging,
                         facts.dropped};
    for (const RowShare& past : facts.past) {
        if (past.rows > 0) {
            const double share = static_cast<double>(past.counted) / static_cast<double>(past.rows);
            scaled.past.push_back({past.at, std::llround(share * rows)});
        }
    }
    judge_series(result, scaled,
                 fmt::format("{} of {} {} {}", group_digits(facts.now.counted),
                             count_of(facts.now.rows, "row"), facts.now.counted == 1 ? "is" : "are",
                             facts.what),
                 past_totals(scaled), static_cast<double>(facts.now.counted), ValueScale::amount);
    result.rows_examined = facts.now.rows;
    result.evidence.insert(
        result.evidence.begin(),
        {{"metric", facts.metric}, {"value", static_cast<double>(facts.now.counted) / rows}});
    return result;
}

CheckResult check_growth(const RowTotalFacts& facts) {
    CheckResult result = make_result("volume.growth", facts.table, {});
    const RunPast totals = past_totals(facts);
    const auto last = totals.by_age.find(1);
    if (last == totals.by_age.end()) {
        result.status = Status::skipped;
        result.message =
            fmt::format("learning: no run counted the rows about a {} ago", to_string(facts.size));
        return result;
    }
    const std::int64_t grew = facts.now.rows - std::llround(last->second.value);
    judge_series(result, facts,
                 fmt::format("it {} {} in a {}", grew < 0 ? "lost" : "grew by",
                             count_of(std::abs(grew), "row"), to_string(facts.size)),
                 past_growth(totals, facts.size), static_cast<double>(grew), ValueScale::change);
    return result;
}

} // namespace assay
