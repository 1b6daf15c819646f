// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_recovery.hpp"

#include "assay/check/missing_windows.hpp"
#include "assay/scan/window_condition.hpp"

#include <algorithm>

namespace assay {
namespace {

TimeStart start_at(Micros instant, const CommonOptions& options) {
    return {instant, options.assume_tz.empty()
                         ? instant
                         : utc_to_local(instant, options.assume_tz).value_or(instant)};
}

/// Those of earlier runs that the limit of this one still counts.
std::vector<Span> counted(const std::vector<Span>& earlier, std::optional<Micros> limit) {
    std::vector<Span> windows = earlier;
    std::erase_if(windows, [&](const Span& span) { return limit && span.length() <= *limit; });
    return windows;
}

} // namespace

Micros earliest_window(const FreshnessPast& past, Micros now) noexcept {
    Micros earliest = now;
    for (const Span& span : past.windows) {
        earliest = std::min(earliest, span.from);
    }
    return std::max(earliest, now - 366 * micros_per_day);
}

CheckResult check_recovery(const ReadArrivals& read, FreshnessWork& work, StoreKind kind,
                           const FreshnessOptions& options) {
    const auto limit = window_limit(options);
    auto windows = missing_windows(read.facts, *options.backcast, limit);
    EarlierWindows earlier =
        follow_up(counted(work.past.windows, limit), read.facts, windows, *options.backcast);
    std::sort(earlier.open.begin(), earlier.open.end(),
              [](const Span& a, const Span& b) { return a.from > b.from; });
    for (const Span& span : earlier.open) {
        windows.insert(windows.begin(), MissingWindow{span, std::nullopt, 0, false});
    }
    const ColumnSpec& column = work.target.table->columns[work.target.column->ordinal];
    work.windows.emplace();
    for (MissingWindow& window : windows) {
        window.where =
            window_condition(kind, column, read.forms, start_at(window.span.from, options.common),
                             start_at(window.span.to, options.common));
        work.windows->push_back(window.span);
    }
    return check_missing_windows(read.facts, windows, earlier.filled, *options.backcast, limit);
}

} // namespace assay
