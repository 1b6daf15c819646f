// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/text_lesson.hpp"

#include "assay/report/text_data.hpp"
#include "assay/report/wording.hpp"

#include <algorithm>
#include <cstdint>

namespace assay {
namespace {

constexpr std::size_t most_shown = 10;

const Facts* part_of(const Facts& facts, std::string_view name) {
    const Fact* part = find_fact(facts, name);
    return part == nullptr ? nullptr : facts_of(*part);
}

std::int64_t number_of(const Facts& facts, std::string_view name) {
    const Fact* fact = find_fact(facts, name);
    const auto* number = fact == nullptr ? nullptr : std::get_if<std::int64_t>(&fact->value);
    return number == nullptr ? 0 : *number;
}

TerminalText counted_points(std::int64_t points, const TerminalText& unit) {
    return terminal::count_of(points, unit);
}

TerminalText rounded(const Facts& facts, std::string_view name) {
    const Fact* found = find_fact(facts, name);
    return found == nullptr ? TerminalText() : number_words(*found);
}

/// "2024-01-02 to 2024-01-29", or the one that both are.
TerminalText range_words(const Facts& facts) {
    const TerminalText from = words_of(facts, "from");
    const TerminalText to = words_of(facts, "to");
    return from == to ? from : from + " to " + to;
}

TerminalText baseline_words(const Facts& learned, const Facts& evidence) {
    const Facts* baseline = part_of(learned, "baseline");
    const std::int64_t points = baseline == nullptr ? 0 : number_of(*baseline, "points");
    TerminalText words = counted_points(points, words_of(learned, "unit"));
    if (points > 0) {
        words += ", " + range_words(*baseline);
    }
    const Fact* season = find_fact(evidence, "season");
    if (season != nullptr) {
        words += season->is_null() ? "; no season" : "; season: " + value_words(*season);
    }
    return words;
}

/// "2 days, 2024-01-02 and 2024-01-09", or of many the first and the last one.
TerminalText left_out_words(const Facts& one, const TerminalText& unit) {
    const std::int64_t points = number_of(one, "points");
    const auto* names = find_list(one, "names");
    if (points < 2 || names == nullptr || names->empty()) {
        return points < 2 ? range_words(one)
                          : counted_points(points, unit) + ", " + range_words(one);
    }
    TerminalText words = counted_points(points, unit) + ", " + value_words(names->front());
    for (std::size_t i = 1; i < names->size(); ++i) {
        words += terminal::ours(i + 1 < names->size() ? ", " : " and ") + value_words((*names)[i]);
    }
    return words;
}

TerminalText left_out_words(const Facts& learned) {
    TerminalText words;
    const auto* list = find_list(learned, "left_out");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (const Facts* one = facts_of((*list)[i])) {
            words += words.empty() ? TerminalText() : "; ";
            words += words_of(*one, "why") + ": " + left_out_words(*one, words_of(learned, "unit"));
        }
    }
    return words;
}

TerminalText interval_words(const Facts& facts) {
    return rounded(facts, "lower") + " to " + rounded(facts, "upper");
}

/// "less than 66 or more than 152"
TerminalText noticed_words(const Facts& facts) {
    const TerminalText below = rounded(facts, "noticed_below");
    const TerminalText above = rounded(facts, "noticed_above");
    TerminalText words = below.empty() ? TerminalText() : "less than " + below;
    if (!above.empty()) {
        words += (words.empty() ? TerminalText() : TerminalText(" or ")) + "more than " + above;
    }
    return words;
}

TerminalText backtest_words(const Facts& backtest, const TerminalText& unit) {
    const std::int64_t judged = number_of(backtest, "judged");
    if (judged == 0) {
        return "no " + unit + " could be judged by seven before it";
    }
    const std::int64_t flagged = number_of(backtest, "flagged");
    const double share = static_cast<double>(flagged) / static_cast<double>(judged);
    return terminal::compose(
        "{} of {} would have been {}{}", terminal::group_digits(flagged),
        counted_points(judged, unit), terminal::ours(flagged == 1 ? "a finding" : "findings"),
        flagged == 0 ? TerminalText() : " (" + terminal::format_percent(share) + ")");
}

TerminalText flagged_words(const Facts& point) {
    return terminal::compose("{}: {}, usual were {} ({})", words_of(point, "point"),
                             rounded(point, "value"), interval_words(point),
                             words_of(point, "severity"));
}

void add_flagged(std::vector<LabelledWords>& words, const Facts& backtest) {
    const auto* list = find_list(backtest, "points");
    if (list == nullptr) {
        return;
    }
    const std::size_t hidden = list->size() - std::min(list->size(), most_shown);
    if (hidden > 0) {
        words.emplace_back(
            "", terminal::compose("{} before these",
                                  terminal::group_digits(static_cast<std::int64_t>(hidden))));
    }
    for (std::size_t i = hidden; i < list->size(); ++i) {
        if (const Facts* point = facts_of((*list)[i])) {
            words.emplace_back("", flagged_words(*point));
        }
    }
}

} // namespace

bool is_lesson(const CheckResult& check) { return find_fact(check.evidence, "learned") != nullptr; }

std::vector<LabelledWords> lesson_words(const Facts& evidence) {
    std::vector<LabelledWords> words;
    const Facts* learned = part_of(evidence, "learned");
    if (learned == nullptr) {
        return words;
    }
    words.emplace_back("learned from", baseline_words(*learned, evidence));
    if (const TerminalText left_out = left_out_words(*learned); !left_out.empty()) {
        words.emplace_back("left out", left_out);
    }
    if (const Facts* next = part_of(*learned, "next")) {
        words.emplace_back("next",
                           terminal::compose("{}: {}; noticed: {}", words_of(*next, "point"),
                                             interval_words(*next), noticed_words(*next)));
    }
    if (const Facts* backtest = part_of(*learned, "backtest")) {
        words.emplace_back("back-test", backtest_words(*backtest, words_of(*learned, "unit")));
        add_flagged(words, *backtest);
    }
    return words;
}

} // namespace assay
