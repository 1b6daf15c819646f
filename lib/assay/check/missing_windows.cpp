// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/missing_windows.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace assay {
namespace {

constexpr Micros hour = 3600 * micros_per_second;
constexpr Micros week = 7 * micros_per_day;
constexpr std::int64_t least_weeks = 3;
constexpr std::int64_t most_weeks = 8;
constexpr std::size_t most_listed = 1000;

/// Does a stretch reach into one of the windows, which are in order and apart?
bool reaches_into(const Span& span, const std::vector<MissingWindow>& windows) {
    const auto after =
        std::partition_point(windows.begin(), windows.end(), [&span](const MissingWindow& window) {
            return window.span.to <= span.from;
        });
    return after != windows.end() && after->span.from < span.to;
}

/// The gap that a moment lies in; nullopt: before the first arrival or after the last.
std::optional<Micros> gap_around(std::span<const Micros> arrivals, Micros moment) {
    const auto next = std::upper_bound(arrivals.begin(), arrivals.end(), moment);
    return next == arrivals.begin() || next == arrivals.end() ? std::nullopt
                                                              : std::optional(*next - *(next - 1));
}

/// How long gaps are at this time of the week, an hour earlier and an hour later: the second of up
/// to eight weeks, as one of them may have had an outage. nullopt: less than three are known.
std::optional<Micros> usual_gap(std::span<const Micros> arrivals, Micros moment) {
    std::vector<Micros> weeks;
    for (std::int64_t back = 1; back <= most_weeks; ++back) {
        std::optional<Micros> longest;
        for (const Micros shift : std::array{-hour, Micros{0}, hour}) {
            const auto gap = gap_around(arrivals, moment - back * week + shift);
            longest = gap ? std::max(longest.value_or(0), *gap) : longest;
        }
        if (longest) {
            weeks.push_back(*longest);
        }
    }
    if (static_cast<std::int64_t>(weeks.size()) < least_weeks) {
        return std::nullopt;
    }
    std::nth_element(weeks.begin(), weeks.begin() + 1, weeks.end(), std::greater<>());
    return weeks[1];
}

/// Is a gap longer by half, and by a quarter of an hour, than gaps of some hour of it usually are?
bool is_unusual(std::span<const Micros> arrivals, const Span& gap) {
    constexpr Micros slack = hour / 4;
    const Micros end = std::min(gap.to, gap.from + week); // a week back lies before the gap
    for (Micros at = gap.from + 1; gap.length() > slack && at < end; at += hour) {
        const auto usual = usual_gap(arrivals, at);
        if (usual && gap.length() > *usual / 2 * 3 + slack) {
            return true;
        }
    }
    return false;
}

bool is_too_long(std::span<const Micros> arrivals, const Span& gap, std::optional<Micros> limit) {
    return limit ? gap.length() / micros_per_second > *limit / micros_per_second
                 : is_unusual(arrivals, gap);
}

/// What stands between two rows, or between the last one and now.
Span window_in(const Span& gap, const ArrivalFacts& facts) {
    if (!facts.holds_days) {
        return {gap.from + 1, gap.to};
    }
    const std::int64_t days = (gap.length() + hour) / micros_per_day; // an hour for clock changes
    return {gap.from + micros_per_day, gap.from + days * micros_per_day};
}

/// The same time of the weeks before, as far as it is known and was not missing itself.
void expect_rows(MissingWindow& window, const ArrivalFacts& facts,
                 const std::vector<MissingWindow>& all) {
    std::vector<std::int64_t> rows;
    for (std::int64_t back = 1; back <= expectation_past / week; ++back) {
        const Span then{window.span.from - back * week, window.span.to - back * week};
        if (!reaches_into(then, all) && !facts.arrivals.empty() &&
            facts.arrivals.front() <= then.from) {
            rows.push_back(rows_in(facts, then));
        }
    }
    if (!rows.empty()) {
        std::sort(rows.begin(), rows.end());
        window.expected_rows = (rows[(rows.size() - 1) / 2] + rows[rows.size() / 2]) / 2;
        window.weeks = static_cast<std::int64_t>(rows.size());
    }
}

bool has_row(const ArrivalFacts& facts, const Span& span) {
    const auto row = std::lower_bound(facts.arrivals.begin(), facts.arrivals.end(), span.from);
    return row != facts.arrivals.end() && *row < span.to;
}

Facts evidence_of(const Span& span) {
    return {{"from", format_instant(span.from)},
            {"to", format_instant(span.to)},
            {"length_s", span.length() / micros_per_second}};
}

Facts evidence_of(const MissingWindow& window) {
    Facts facts = evidence_of(window.span);
    facts.emplace_back("expected_rows",
                       window.expected_rows ? Fact(*window.expected_rows) : Fact());
    facts.emplace_back("expected_from_weeks", window.weeks);
    facts.emplace_back("open", window.open);
    facts.emplace_back("where", window.where);
    return facts;
}

template <typename Listed>
Fact list_of(const std::vector<Listed>& windows) {
    Fact::List list;
    for (auto window = windows.rbegin(); window != windows.rend() && list.size() < most_listed;
         ++window) {
        list.push_back(evidence_of(*window));
    }
    return list;
}

std::string limit_words(const std::optional<Micros>& limit) {
    return limit ? "more than " + format_duration(*limit) : "longer than is usual";
}

/// "3 windows of the last 30 d are without rows for more than 2 h, about 12 rows in all"
std::string found_sentence(const std::vector<MissingWindow>& windows, Micros lookback,
                           std::optional<Micros> limit) {
    std::int64_t rows = 0;
    bool is_known = true;
    for (const auto& window : windows) {
        rows += window.expected_rows.value_or(0);
        is_known = is_known && window.expected_rows.has_value();
    }
    std::string sentence = fmt::format(
        "{} of the last {} {} no rows for {}",
        count_of(static_cast<std::int64_t>(windows.size()), "window"), format_duration(lookback),
        windows.size() == 1 ? "has" : "have", limit_words(limit));
    if (is_known) {
        sentence += fmt::format("; as the weeks before tell, about {}",
                                count_of(rows, "row is missing", "rows are missing"));
    }
    return sentence;
}

std::string filled_words(const std::vector<Span>& filled) {
    return filled.empty()
               ? ""
               : fmt::format("; {} of an earlier run {} filled by now",
                             count_of(static_cast<std::int64_t>(filled.size()), "window"),
                             filled.size() == 1 ? "is" : "are");
}

} // namespace

std::vector<MissingWindow> missing_windows(const ArrivalFacts& facts, Micros lookback,
                                           std::optional<Micros> limit) {
    std::vector<MissingWindow> windows;
    const auto& arrivals = facts.arrivals;
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        const bool open = i + 1 == arrivals.size();
        const Span gap{arrivals[i], open ? facts.now : arrivals[i + 1]};
        if (gap.to < facts.now - lookback || !is_too_long(arrivals, gap, limit)) {
            continue;
        }
        const Span span = window_in(gap, facts);
        if (span.from < span.to) {
            windows.push_back({span, std::nullopt, 0, open});
        }
    }
    const auto all = windows;
    for (auto& window : windows) {
        expect_rows(window, facts, all);
    }
    return windows;
}

EarlierWindows follow_up(const std::vector<Span>& earlier, const ArrivalFacts& facts,
                         const std::vector<MissingWindow>& windows, Micros lookback) {
    EarlierWindows now;
    for (const Span& span : earlier) {
        if (reaches_into(span, windows)) {
            continue; // still there, or filled in part
        }
        if (has_row(facts, span)) {
            now.filled.push_back(span);
        } else if (span.to < facts.now - lookback) {
            now.open.push_back(span);
        }
    }
    return now;
}

std::string saved_windows(const std::vector<Span>& windows) {
    std::string text;
    for (const Span& span : windows) {
        text += fmt::format("{} {}\n", span.from, span.to);
    }
    return text;
}

std::vector<Span> restored_windows(const std::string& text) {
    std::vector<Span> windows;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        Span span;
        const auto from = std::from_chars(at, end, span.from);
        if (from.ec != std::errc() || from.ptr == end || *from.ptr != ' ') {
            return {};
        }
        const auto to = std::from_chars(from.ptr + 1, end, span.to);
        if (to.ec != std::errc() || to.ptr == end || *to.ptr != '\n' || span.from >= span.to) {
            return {};
        }
        windows.push_back(span);
        at = to.ptr + 1;
    }
    return windows;
}

CheckResult check_missing_windows(const ArrivalFacts& facts,
                                  const std::vector<MissingWindow>& windows,
                                  const std::vector<Span>& filled, Micros lookback,
                                  std::optional<Micros> limit) {
    CheckResult result = make_result("freshness.missing_windows", facts.table, {facts.column});
    result.evidence = {{"window_s", lookback / micros_per_second},
                       {"windows", list_of(windows)},
                       {"filled", list_of(filled)}};
    const bool is_learning = !limit && (facts.arrivals.empty() ||
                                        facts.arrivals.front() > facts.now - least_weeks * week);
    if (facts.arrivals.empty() || (is_learning && windows.empty())) {
        result.status = Status::skipped;
        result.message = facts.arrivals.empty()
                             ? "no arrival is known"
                             : "learning: there are less than 3 weeks of arrivals, and no limit";
        return result;
    }
    const auto count = static_cast<std::int64_t>(windows.size());
    result.observed = {count, "windows"};
    result.expected = "0 windows";
    result.status = windows.empty() ? Status::pass : Status::fail;
    result.message = (windows.empty() ? fmt::format("no window of the last {} has no rows for {}",
                                                    format_duration(lookback), limit_words(limit))
                                      : found_sentence(windows, lookback, limit)) +
                     filled_words(filled);
    return result;
}

} // namespace assay
