// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/arrivals.hpp"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

/// `moment` + `duration`, which may be as long as time itself.
Micros later(Micros moment, Micros duration) noexcept {
    Micros sum = 0;
    return __builtin_add_overflow(moment, duration, &sum) ? INT64_MAX : sum;
}

std::optional<Micros> mean(Micros total, std::int64_t count) noexcept {
    return count > 0 ? std::optional(total / count) : std::nullopt;
}

} // namespace

std::optional<double> Attainment::fraction() const noexcept {
    const Micros known = good + bad;
    return known > 0 ? std::optional(static_cast<double>(good) / static_cast<double>(known))
                     : std::nullopt;
}

std::vector<Incident> incidents(std::span<const Micros> arrivals, Micros target,
                                const Span& window) {
    std::vector<Incident> found;
    // Everything before the last arrival up to the start of the window has no effect on it.
    auto arrival = std::upper_bound(arrivals.begin(), arrivals.end(), window.from);
    if (arrival != arrivals.begin()) {
        --arrival;
    }
    for (; arrival != arrivals.end() && *arrival < window.to; ++arrival) {
        const auto next = arrival + 1;
        const bool last = next == arrivals.end() || *next >= window.to;
        const Micros from = std::max(later(*arrival, target), window.from);
        const Micros to = last ? window.to : *next;
        if (from < to) {
            found.push_back({{from, to}, last && (next == arrivals.end() || *next > window.to)});
        }
    }
    return found;
}

Attainment attainment(std::span<const Micros> arrivals, Micros target, const Span& window) {
    Attainment sum;
    const Micros known_from =
        arrivals.empty() ? window.to : std::clamp(arrivals.front(), window.from, window.to);
    sum.unknown = known_from - window.from;
    for (const Incident& incident : incidents(arrivals, target, window)) {
        sum.bad += incident.span.length();
    }
    sum.good = window.length() - sum.unknown - sum.bad;
    return sum;
}

std::vector<Span> united(std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end(),
              [](const Span& a, const Span& b) { return a.from < b.from; });
    std::vector<Span> apart;
    for (const Span& span : spans) {
        if (span.from >= span.to) {
            continue;
        }
        if (!apart.empty() && span.from <= apart.back().to) {
            apart.back().to = std::max(apart.back().to, span.to);
        } else {
            apart.push_back(span);
        }
    }
    return apart;
}

Downtime downtime(std::span<const Incident> incidents, std::span<const Micros> runs) {
    Downtime sum;
    Micros detecting = 0;
    Micros resolving = 0;
    for (const Incident& incident : incidents) {
        ++sum.incidents;
        sum.total += incident.span.length();
        const auto run = std::lower_bound(runs.begin(), runs.end(), incident.span.from);
        if (run == runs.end() || *run >= incident.span.to) {
            continue;
        }
        ++sum.detected;
        detecting += *run - incident.span.from;
        if (!incident.open) {
            ++sum.resolved;
            resolving += incident.span.to - *run;
        }
    }
    sum.mean_detect = mean(detecting, sum.detected);
    sum.mean_resolve = mean(resolving, sum.resolved);
    return sum;
}

std::vector<Micros> sorted_gaps(std::span<const Micros> arrivals) {
    std::vector<Micros> gaps;
    for (std::size_t i = 1; i < arrivals.size(); ++i) {
        gaps.push_back(arrivals[i] - arrivals[i - 1]);
    }
    std::sort(gaps.begin(), gaps.end());
    return gaps;
}

Micros usual_interval(std::span<const Micros> arrivals) {
    const auto gaps = sorted_gaps(arrivals);
    const Micros total = arrivals.empty() ? 0 : arrivals.back() - arrivals.front();
    Micros passed = 0;
    for (const Micros gap : gaps) {
        passed += gap;
        if (passed >= total - passed) {
            return gap;
        }
    }
    return 0;
}

bool is_between_loads(Micros gap, Micros interval) noexcept { return gap >= interval / 4; }

std::vector<Micros> load_gaps(std::span<const Micros> arrivals) {
    auto gaps = sorted_gaps(arrivals);
    const Micros interval = usual_interval(arrivals);
    gaps.erase(gaps.begin(), std::find_if(gaps.begin(), gaps.end(), [interval](Micros gap) {
                   return is_between_loads(gap, interval);
               }));
    return gaps;
}

std::optional<Micros> nearest_rank(std::span<const Micros> ascending, double rank) {
    if (ascending.empty()) {
        return std::nullopt;
    }
    const double place = std::ceil(rank * static_cast<double>(ascending.size()));
    const auto index = static_cast<std::size_t>(std::max(place, 1.0)) - 1;
    return ascending[std::min(index, ascending.size() - 1)];
}

} // namespace assay
