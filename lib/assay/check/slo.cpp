// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/slo.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace assay {
namespace {

constexpr Micros minute = 60 * micros_per_second;
constexpr Micros hour = 60 * minute;

Attainment over_last(std::span<const Micros> arrivals, Micros target, Micros length, Micros now) {
    return attainment(arrivals, target, {now - length, now});
}

Burn judge_burn(std::span<const Micros> arrivals, Micros target, const Slo& slo, Micros interval,
                Micros now, const BurnWindow& window) {
    Burn burn;
    burn.length = window.length;
    burn.threshold = burn_threshold(window, slo);
    burn.severity = window.severity;
    burn.rate = burn_rate(over_last(arrivals, target, window.length, now), slo.objective);
    burn.check_rate = burn_rate(over_last(arrivals, target, window.check, now), slo.objective);
    burn.judged = window.length >= 2 * interval && window.length < slo.window;
    // 0.1 % of a threshold hides what rounding does to a rate that is just as high.
    const double from = burn.threshold * 0.999;
    burn.alarm =
        burn.judged && burn.rate.value_or(0) >= from && burn.check_rate.value_or(0) >= from;
    return burn;
}

EventBudget count_events(std::span<const Micros> arrivals, Micros target, const Slo& slo,
                         Micros interval, const Span& window) {
    EventBudget events;
    for (std::size_t i = 1; i < arrivals.size(); ++i) {
        const Micros gap = arrivals[i] - arrivals[i - 1];
        if (arrivals[i] > window.from && arrivals[i] <= window.to &&
            is_between_loads(gap, interval)) {
            ++events.expected;
            events.late += gap > target ? 1 : 0;
        }
    }
    if (!arrivals.empty() && window.to - arrivals.back() > target) {
        ++events.expected; // it should have come by now
        ++events.late;
    }
    events.allowed = allowed_events(events.expected, slo.objective);
    return events;
}

std::optional<Severity> severity_of(const SloReport& report) {
    if (report.batch) {
        return severity_of(report.events);
    }
    std::optional<Severity> severity;
    if (report.remaining < 0) {
        severity = Severity::warning; // broken, and as far as the burn rates say not going on
    }
    for (const Burn& burn : report.burns) {
        if (burn.alarm) {
            severity = std::max(severity.value_or(burn.severity), burn.severity);
        }
    }
    return severity;
}

/// The budget lasts as long as the bad time of the last three days allows.
std::optional<Micros> exhaustion(const SloReport& report, const Attainment& lately, Micros now) {
    if (report.remaining <= 0) {
        return now;
    }
    const Micros known = lately.good + lately.bad;
    if (lately.bad <= 0 || known <= 0) {
        return std::nullopt;
    }
    const double speed = static_cast<double>(lately.bad) / static_cast<double>(known);
    const double lasts = static_cast<double>(report.remaining) / speed;
    constexpr double too_far = 1e17; // three thousand years
    return lasts < too_far ? std::optional(now + std::llround(lasts)) : std::nullopt;
}

} // namespace

std::optional<Slo> parse_slo(std::string_view text) noexcept {
    const auto slash = text.find("%/");
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    double percent = 0;
    const char* const end = text.data() + slash;
    const auto [stop, failure] = std::from_chars(text.data(), end, percent);
    const auto window = parse_duration(text.substr(slash + 2));
    if (failure != std::errc() || stop != end || !(percent > 0) || !(percent < 100) || !window ||
        *window < hour || *window > 3660 * micros_per_day) {
        return std::nullopt;
    }
    return Slo{percent / 100, *window};
}

Micros error_budget(const Slo& slo) noexcept {
    return std::llround((1 - slo.objective) * static_cast<double>(slo.window));
}

std::optional<double> burn_rate(const Attainment& attained, double objective) noexcept {
    const auto good = attained.fraction();
    return good ? std::optional((1 - *good) / (1 - objective)) : std::nullopt;
}

const std::vector<BurnWindow>& burn_windows() {
    static const std::vector<BurnWindow> windows{{hour, 5 * minute, 0.02, Severity::critical},
                                                 {6 * hour, 30 * minute, 0.05, Severity::critical},
                                                 {72 * hour, 6 * hour, 0.10, Severity::warning}};
    return windows;
}

double burn_threshold(const BurnWindow& window, const Slo& slo) noexcept {
    return window.budget_fraction * static_cast<double>(slo.window) /
           static_cast<double>(window.length);
}

double EventBudget::remaining() const noexcept {
    return allowed > 0 ? static_cast<double>(allowed - late) / static_cast<double>(allowed) : 0;
}

std::int64_t allowed_events(std::int64_t expected, double objective) noexcept {
    const double allowed = (1 - objective) * static_cast<double>(expected);
    return std::max<std::int64_t>(1, std::llround(allowed));
}

std::optional<Severity> severity_of(const EventBudget& events) noexcept {
    const double left = events.remaining();
    return left <= 0    ? std::optional(Severity::critical)
           : left < 0.5 ? std::optional(Severity::warning)
                        : std::nullopt;
}

SloReport judge_slo(std::span<const Micros> arrivals, Micros target, const Slo& slo,
                    Micros interval, Micros now) {
    SloReport report;
    report.attained = over_last(arrivals, target, slo.window, now);
    report.budget = error_budget(slo);
    report.remaining = report.budget - report.attained.bad;
    report.batch = 2 * interval > 6 * hour;
    for (const BurnWindow& window : burn_windows()) {
        report.burns.push_back(judge_burn(arrivals, target, slo, interval, now, window));
    }
    report.events = count_events(arrivals, target, slo, interval, {now - slo.window, now});
    report.exhausted_at =
        exhaustion(report, over_last(arrivals, target, std::min(72 * hour, slo.window), now), now);
    report.severity = severity_of(report);
    return report;
}

} // namespace assay
