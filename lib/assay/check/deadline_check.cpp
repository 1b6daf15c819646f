// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/deadline_check.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// That many deadlines before the first one that is judged tell which load belongs to which.
constexpr std::size_t deadlines_before = 8;
constexpr std::size_t most_listed = 100;

/// "2024-01-31 07:00"
std::string clock_words(Micros moment, const Deadline& deadline) {
    constexpr std::size_t up_to_minutes = 16;
    const std::string words =
        format_timestamp(utc_to_local(moment, deadline.zone).value_or(moment));
    return words.substr(0, up_to_minutes);
}

void append_next(std::vector<Micros>& times, const Deadline& deadline, Micros now) {
    if (const auto next = next_due_time(deadline, now)) {
        times.push_back(*next);
    }
}

/// The deadlines of a window, with some before and the one after them.
std::vector<Micros> due_in(const Deadline& deadline, const Span& window) {
    auto times = last_due_times(deadline, window.from, deadlines_before);
    for (const Micros at : due_times(deadline, {window.from + 1, window.to})) {
        times.push_back(at);
    }
    append_next(times, deadline, window.to);
    return times;
}

/// What became of the loads that were due in the window.
std::vector<Due> judged_in(const ArrivalFacts& facts, const Deadline& deadline,
                           const Span& window) {
    auto judged =
        judge_deadlines(facts.arrivals, due_in(deadline, window), deadline.grace, facts.now);
    std::erase_if(judged,
                  [&](const Due& due) { return due.at <= window.from || due.at > window.to; });
    return judged;
}

/// How many deadlines went which way.
struct Tally {
    std::int64_t on_time = 0;
    std::int64_t late = 0;
    std::int64_t missing = 0;
    std::int64_t unknown = 0;
    std::int64_t expected() const noexcept { return on_time + late + missing; }
    std::optional<double> fraction() const noexcept {
        return expected() > 0
                   ? std::optional(static_cast<double>(on_time) / static_cast<double>(expected()))
                   : std::nullopt;
    }
};

Tally tally_of(const std::vector<Due>& judged) {
    Tally tally;
    for (const Due& due : judged) {
        switch (due.punctuality) {
        case Punctuality::on_time: ++tally.on_time; break;
        case Punctuality::late: ++tally.late; break;
        case Punctuality::missing: ++tally.missing; break;
        case Punctuality::unknown: ++tally.unknown; break;
        case Punctuality::not_due: break;
        }
    }
    return tally;
}

Fact instant_fact(const std::optional<Micros>& moment) {
    return moment ? Fact(format_instant(*moment)) : Fact();
}

Facts evidence_of(const Due& due) {
    return {{"due_at", format_instant(due.at)},
            {"state", to_string(due.punctuality)},
            {"arrived_at", instant_fact(due.arrived)}};
}

bool is_missed(const Due& due) noexcept {
    return due.punctuality == Punctuality::late || due.punctuality == Punctuality::missing;
}

Facts evidence_of(const std::vector<Due>& judged) {
    const Tally tally = tally_of(judged);
    Fact::List missed;
    for (auto due = judged.rbegin(); due != judged.rend() && missed.size() < most_listed; ++due) {
        if (is_missed(*due)) {
            missed.push_back(evidence_of(*due));
        }
    }
    const auto kept = tally.fraction();
    return {{"expected", tally.expected()}, {"on_time", tally.on_time},
            {"late", tally.late},           {"missing", tally.missing},
            {"unknown", tally.unknown},     {"attained", kept ? Fact(*kept) : Fact()},
            {"missed", std::move(missed)}};
}

/// "1 late, 2 missing", or nothing.
std::string missed_words(const Tally& tally) {
    std::vector<std::string> words;
    if (tally.late > 0) {
        words.push_back(group_digits(tally.late) + " late");
    }
    if (tally.missing > 0) {
        words.push_back(group_digits(tally.missing) + " missing");
    }
    return join_and(words);
}

/// "20 of 22 deadlines were kept (1 late and 1 missing), which is 90.9 %"
std::string tally_sentence(const Tally& tally) {
    const std::string missed = missed_words(tally);
    std::string sentence = fmt::format("{} of {} kept{}, which is {}", group_digits(tally.on_time),
                                       count_of(tally.expected(), "deadline was", "deadlines were"),
                                       missed.empty() ? "" : " (" + missed + ")",
                                       format_percent(tally.fraction().value_or(0)));
    if (tally.unknown > 0) {
        sentence += fmt::format("; {} before the first row",
                                count_of(tally.unknown, "is unknown", "are unknown"));
    }
    return sentence;
}

CheckResult skipped(CheckResult result, std::string reason) {
    result.status = Status::skipped;
    result.message = std::move(reason);
    return result;
}

/// Since when the load that was due is overdue, or how soon it came.
std::string due_sentence(const Due& due, const ArrivalFacts& facts, const Deadline& deadline) {
    const std::string at =
        fmt::format("the load due {} {}", clock_words(due.at, deadline), deadline.zone);
    if (due.punctuality == Punctuality::missing) {
        return fmt::format("missing: {} is overdue by {}{}", at,
                           format_duration(facts.now - due.at),
                           facts.arrivals.empty()
                               ? ", and no row has a time"
                               : ", the last row came at " + format_instant(facts.arrivals.back()));
    }
    const Micros after = *due.arrived - due.at;
    const std::string when = after == 0
                                 ? "at that moment"
                                 : fmt::format("{} {}", format_duration(after > 0 ? after : -after),
                                               after > 0 ? "after" : "before");
    return fmt::format("{}: {} came {}", due.punctuality == Punctuality::late ? "late" : "on time",
                       at, when);
}

/// What is due next: the load whose grace still runs, or the next one.
std::string next_sentence(const Due& last, const std::optional<Micros>& next, Micros now,
                          const Deadline& deadline) {
    if (last.punctuality == Punctuality::not_due) {
        return fmt::format("; the next one, due {}, is not late for another {}",
                           clock_words(last.at, deadline),
                           format_duration(last.at + deadline.grace - now));
    }
    return next ? fmt::format("; next one due {}", clock_words(*next, deadline)) : "";
}

/// The last of those that are due by now; nullptr: none is.
const Due* last_due(const std::vector<Due>& judged, Micros now) noexcept {
    const auto due = std::find_if(judged.rbegin(), judged.rend(),
                                  [now](const Due& each) { return each.at <= now; });
    return due == judged.rend() ? nullptr : &*due;
}

CheckResult base_result(std::string_view id, const ArrivalFacts& facts) {
    CheckResult result = make_result(id, facts.table, {facts.column});
    if (facts.holds_days) {
        result.method = Method::estimate;
    }
    return result;
}

/// What limits what can be said.
std::string reading_words(const ArrivalFacts& facts) {
    std::string words;
    if (facts.holds_days) {
        words += "; the column holds days, so it tells whether a load came, not when";
    }
    return facts.zone.empty() ? words : words + fmt::format(" (times read as {})", facts.zone);
}

std::string budget_words(const EventBudget& events) {
    const std::int64_t left = events.allowed - events.late;
    return left > 0 ? fmt::format("{} more may be missed", group_digits(left))
                    : fmt::format("the budget of {} is used up",
                                  count_of(events.allowed, "miss", "misses"));
}

} // namespace

Micros known_from(const Deadline& deadline, const Span& window) {
    const auto before = last_due_times(deadline, window.from, deadlines_before);
    return before.empty() ? window.from : before.front();
}

CheckResult check_deadline(const ArrivalFacts& facts, const Deadline& deadline) {
    CheckResult result = base_result("freshness.deadline", facts);
    auto due_at = last_due_times(deadline, facts.now, deadlines_before);
    append_next(due_at, deadline, facts.now);
    const auto judged = judge_deadlines(facts.arrivals, due_at, deadline.grace, facts.now);
    const Due* last = last_due(judged, facts.now);
    if (last == nullptr) {
        return skipped(std::move(result), "nothing was due within the last year");
    }
    const bool is_open = last->punctuality == Punctuality::not_due && last != &judged.front();
    // A load that came so early that it counts for the next deadline ends what was missing.
    const bool is_over = !last->arrived && judged.back().at > facts.now;
    const Due& due = is_over ? judged.back() : is_open ? *(last - 1) : *last;
    const auto next = next_due_time(deadline, std::max(facts.now, due.at));
    Facts evidence = evidence_of(due);
    evidence.emplace_back("grace_s", deadline.grace / micros_per_second);
    evidence.emplace_back("next_due_at", instant_fact(is_open ? std::optional(last->at) : next));
    result.evidence = {
        {"newest", facts.arrivals.empty() ? Fact() : Fact(format_instant(facts.arrivals.back()))},
        {"deadline", std::move(evidence)}};
    result.expected = fmt::format("<= {} s", deadline.grace / micros_per_second);
    if (due.punctuality == Punctuality::unknown || due.punctuality == Punctuality::not_due) {
        return skipped(std::move(result), "nothing is known of the time before" +
                                              next_sentence(*last, next, facts.now, deadline));
    }
    const Micros late = due.arrived.value_or(facts.now) - due.at;
    result.observed = {std::max<Micros>(late, 0) / micros_per_second, "s"};
    result.message = due_sentence(due, facts, deadline) +
                     next_sentence(*last, next, facts.now, deadline) + reading_words(facts);
    result.status = is_missed(due) ? Status::fail : Status::pass;
    if (due.punctuality == Punctuality::late) {
        result.severity = Severity::warning; // it is there by now
    }
    return result;
}

CheckResult check_deadline_slo(const ArrivalFacts& facts, const Deadline& deadline,
                               const Slo& slo) {
    CheckResult result = base_result("freshness.slo", facts);
    const auto judged = judged_in(facts, deadline, {facts.now - slo.window, facts.now});
    const Tally tally = tally_of(judged);
    EventBudget events{tally.expected(), tally.late + tally.missing, 0};
    events.allowed = allowed_events(events.expected, slo.objective);
    result.expected = fmt::format(">= {} %", slo.objective * 100);
    const auto kept = tally.fraction();
    result.evidence = {{"slo", Facts{{"objective", slo.objective},
                                     {"window_s", slo.window / micros_per_second},
                                     {"kind", "deadlines"},
                                     {"deadlines", evidence_of(judged)},
                                     {"allowed", events.allowed},
                                     {"remaining", events.allowed - events.late}}}};
    if (!kept) {
        return skipped(std::move(result), fmt::format("learning: no deadline of the last {} is "
                                                      "known to be kept or missed",
                                                      format_duration(slo.window)));
    }
    result.observed = {*kept * 100, "%"};
    result.message = fmt::format("in the last {} {}; {}", format_duration(slo.window),
                                 tally_sentence(tally), budget_words(events));
    if (const auto severity = severity_of(events)) {
        result.status = Status::fail;
        result.severity = *severity;
    }
    return result;
}

void add_deadlines(CheckResult& backcast, const ArrivalFacts& facts, const Deadline& deadline,
                   Micros window) {
    const auto judged = judged_in(facts, deadline, {facts.now - window, facts.now});
    const Tally tally = tally_of(judged);
    backcast.evidence.emplace_back("deadlines", evidence_of(judged));
    if (tally.expected() > 0) {
        backcast.status = Status::pass;
        backcast.message += "; " + tally_sentence(tally);
    }
}

} // namespace assay
