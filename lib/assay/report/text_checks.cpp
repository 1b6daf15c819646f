// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/text_data.hpp"
#include "assay/report/text_lesson.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr std::size_t detail_indent = 4;
constexpr std::size_t gap = 2;

using Checks = std::vector<const CheckResult*>;

/// Commands that answer a question, so that a passed check is news too.
bool answers_a_question(const std::string& command) {
    return command == "freshness" || command == "dedupe-check" || command == "volume-diff" ||
           command == "report prune";
}

/// The checks that hold the answer; those beside them matter only when they fail.
bool is_answer(const CheckResult& check) {
    static constexpr std::array<std::string_view, 23> ids{
        "freshness.max_age",   "freshness.warn_age",
        "freshness.by_group",  "freshness.cadence",
        "freshness.deadline",  "freshness.slo",
        "freshness.backcast",  "freshness.missing_windows",
        "freshness.retention", "duplicates.surplus",
        "duplicates.across",   "volume.row_count",
        "volume.rows",         "history.pruned",
        "freshness.lag",       "duplicates.folded",
        "duplicates.near",     "duplicates.retries",
        "volume.anomaly",      "volume.growth",
        "volume.groups",       "volume.metric",
        "volume.snapshot"};
    return std::find(ids.begin(), ids.end(), check.id) != ids.end();
}

template <typename Wanted>
Checks select(const Document& document, Wanted wanted) {
    Checks checks;
    for (const auto& check : document.checks) {
        if (wanted(check)) {
            checks.push_back(&check);
        }
    }
    // The order of Mark is: critical, warning, info, then what is no finding. An error hides what
    // may be critical, so it comes right after it.
    std::stable_sort(checks.begin(), checks.end(), [](const auto* left, const auto* right) {
        const auto rank = [](const CheckResult& check) {
            const Mark mark = mark_of(check);
            return mark == Mark::error ? 1 : 2 * static_cast<int>(mark);
        };
        return rank(*left) < rank(*right);
    });
    return checks;
}

/// "critical", "error", "skipped", "pass".
TerminalText word_of(const CheckResult& check) {
    return mark_of(check) == Mark::pass   ? TerminalText("pass")
           : check.status == Status::fail ? terminal::ours(to_string(check.severity))
                                          : terminal::ours(to_string(check.status));
}

/// Mark, severity, rule and place: the first line of what is told in full.
TerminalText heading(const TextContext& context, const CheckResult& check) {
    const Pen& pen = context.pen;
    const Mark mark = mark_of(check);
    const TerminalText word = terminal::pad_right(word_of(check), 8);
    const TerminalText id = terminal::escaped(check.id);
    TerminalText place = context.names.place(check);
    const std::size_t used = 2 + word.size() + gap + display_width(id) + gap;
    if (pen.width() > used + detail_indent) {
        place = pen.fit(place, pen.width() - used);
    }
    TerminalText out = pen.paint(tone_of(mark), terminal::compose("{} {}", pen.glyph(mark), word));
    out += "  " + id;
    out += place.empty() ? "" : "  " + pen.paint(Tone::bold, place);
    return out + "\n";
}

/// "expected 0 rows, observed 17 rows", with the value in the colour of the finding.
TerminalText comparison(const TextContext& context, const CheckResult& check) {
    const Pen& pen = context.pen;
    const TerminalText words = comparison_words(check);
    if (words.empty()) {
        return {};
    }
    constexpr std::string_view label = "observed ";
    const auto observed = words.text().rfind(label);
    const auto lines = pen.wrap(words, detail_indent);
    if (lines.size() > 1 || observed == std::string::npos || check.observed.value.is_null()) {
        return pen.paragraph(Tone::dim, words, detail_indent);
    }
    const std::size_t value_at = observed + label.size();
    return terminal::blanks(detail_indent) +
           pen.paint(Tone::dim, terminal::part(words, 0, value_at)) +
           pen.paint(tone_of(mark_of(check)), terminal::part(words, value_at)) + "\n";
}

/// What the rule advises is for findings; an error has a remedy only where somebody set it.
bool has_remedy(const CheckResult& check) {
    const auto& rules = check_rules();
    const bool general = std::any_of(rules.begin(), rules.end(), [&](const CheckRule& rule) {
        return rule.id == check.id && rule.remedy == check.remedy;
    });
    return !check.remedy.empty() && (check.status == Status::fail || !general);
}

TerminalText in_full(const TextContext& context, const CheckResult& check) {
    const Pen& pen = context.pen;
    TerminalText out = heading(context, check);
    if (!check.message.empty()) {
        out += pen.paragraph(Tone::plain, terminal::escaped(check.message), detail_indent);
    }
    if (check.status != Status::error) {
        out += comparison(context, check);
        out += text_evidence(context, check, detail_indent);
    }
    if (has_remedy(check)) {
        out += pen.paragraph(
            Tone::dim, terminal::compose("{} {}", pen.arrow(), terminal::escaped(check.remedy)),
            detail_indent);
    }
    return out;
}

/// Does a surplus pass because so much is allowed?
bool is_within_allowance(const CheckResult& check) {
    return check.id.starts_with("duplicates.") && check.observed.unit == "rows" &&
           !check.observed.value.is_null() && check.observed.value != Fact(0);
}

/// A check as one line.
struct Brief {
    TerminalText id;
    TerminalText place;
    TerminalText words;
};

/// "; 4 distinct keys, 0 duplicated, 0 surplus, largest group 1, 2 rows with NULL (distinct)": the
/// numbers of a search for duplicates, always together; empty of other checks and without rows.
TerminalText number_words(const CheckResult& check) {
    const Facts& evidence = check.evidence;
    const auto number = [&](std::string_view key) {
        const Fact* fact = find_fact(evidence, key);
        return fact == nullptr ? nullptr : std::get_if<std::int64_t>(&fact->value);
    };
    const auto* distinct = number("distinct_keys");
    const auto* duplicated = number("duplicated_keys");
    const auto* surplus = number("surplus_rows");
    const auto* largest = number("largest_group");
    const auto* nulls = number("null_key_rows");
    if (distinct == nullptr || duplicated == nullptr || surplus == nullptr || largest == nullptr ||
        nulls == nullptr || check.rows_examined == 0) {
        return {};
    }
    const bool is_key = words_of(evidence, "compared") == "key";
    return terminal::compose(
        "; {}, {} duplicated, {} surplus, largest group {}, {} with NULL ({})",
        terminal::count_of(*distinct, is_key ? "distinct key" : "distinct row"),
        terminal::group_digits(*duplicated), terminal::group_digits(*surplus),
        terminal::group_digits(*largest), terminal::count_of(*nulls, "row"),
        words_of(evidence, "null_policy"));
}

/// "all is well; expected at most 1 %, observed 12 rows (0.24 %)": the numbers where no sentence
/// has them, or where something was found that is allowed; how columns were compared, where that
/// lets values that differ count as equal.
TerminalText pass_words(const CheckResult& check) {
    const TerminalText words = terminal::escaped(check.message);
    if (words.empty()) {
        return comparison_words(check);
    }
    const TerminalText lossy = lossy_words(check.evidence);
    return words + number_words(check) + (lossy.empty() ? lossy : "; compared: " + lossy) +
           (is_within_allowance(check) ? "; " + comparison_words(check) : TerminalText());
}

Brief brief_of(const TextContext& context, const CheckResult& check) {
    TerminalText words = check.status == Status::pass && !check.expected.empty()
                             ? pass_words(check)
                             : terminal::escaped(check.message);
    return {terminal::escaped(check.id), context.names.place(check), std::move(words)};
}

/// Checks as one line each, aligned; a line that does not fit goes on below.
TerminalText in_brief(const TextContext& context, const Checks& checks) {
    const Pen& pen = context.pen;
    std::vector<Brief> briefs;
    std::size_t id_width = 0;
    std::size_t place_width = 0;
    for (const auto* check : checks) {
        briefs.push_back(brief_of(context, *check));
        id_width = std::max(id_width, display_width(briefs.back().id));
        place_width = std::max(place_width, display_width(briefs.back().place));
    }
    // One very long name must not push every message off the line.
    if (pen.width() > 0) {
        place_width = std::min(place_width, pen.width() / 3);
    }
    TerminalText out;
    for (std::size_t i = 0; i < briefs.size(); ++i) {
        const Brief& brief = briefs[i];
        const Mark mark = mark_of(*checks[i]);
        const TerminalText place =
            pen.width() > 0 ? pen.fit(brief.place, place_width) : brief.place;
        out += pen.paint(tone_of(mark), pen.glyph(mark)) + " " +
               terminal::pad_right(brief.id, id_width);
        const std::size_t used = 2 + id_width + gap + (place_width == 0 ? 0 : place_width + gap);
        if (place_width > 0) {
            out += "  " + pen.paint(Tone::bold, place);
        }
        const bool fits = pen.width() == 0 || used + display_width(brief.words) <= pen.width();
        if (brief.words.empty()) {
            out += "\n";
        } else if (fits) {
            const std::size_t shown = display_width(place);
            out += terminal::blanks(place_width > shown ? place_width - shown : 0) + "  " +
                   brief.words + "\n";
        } else {
            out += "\n" + pen.paragraph(Tone::plain, brief.words, detail_indent);
        }
    }
    return out;
}

void add_block(std::vector<TerminalText>& blocks, TerminalText block) {
    if (!block.empty()) {
        blocks.push_back(std::move(block));
    }
}

void add_titled(const TextContext& context, std::vector<TerminalText>& blocks,
                const TerminalText& title, const Checks& checks, const TerminalText& body) {
    if (checks.empty()) {
        return;
    }
    const auto count = terminal::group_digits(static_cast<std::int64_t>(checks.size()));
    blocks.push_back(context.pen.paint(Tone::bold, terminal::compose("{} ({})", title, count)) +
                     "\n" + body);
}

bool is_problem(const CheckResult& check) noexcept {
    return check.status == Status::error ||
           (check.status == Status::fail && check.baseline != "absent");
}

/// Findings and errors: critical ones and warnings in full, what is only for information in brief.
void add_problems(const TextContext& context, std::vector<TerminalText>& blocks,
                  const Checks& checks) {
    Checks brief;
    for (const auto* check : checks) {
        if (mark_of(*check) == Mark::info && context.verbosity != Verbosity::verbose) {
            brief.push_back(check);
        } else {
            blocks.push_back(in_full(context, *check));
        }
    }
    add_block(blocks, in_brief(context, brief));
}

std::vector<TerminalText> comparison_blocks(const TextContext& context) {
    const Document& document = context.document;
    std::vector<TerminalText> blocks;
    const Checks added = select(document, [](const CheckResult& check) {
        return is_problem(check) && check.baseline != "unchanged";
    });
    const Checks unchanged = select(document, [](const CheckResult& check) {
        return is_problem(check) && check.baseline == "unchanged";
    });
    const Checks fixed =
        select(document, [](const CheckResult& check) { return check.baseline == "absent"; });
    std::vector<TerminalText> problems;
    add_problems(context, problems, added);
    add_titled(context, blocks, "new", added, problems.empty() ? "" : problems.front());
    for (std::size_t i = 1; i < problems.size(); ++i) {
        blocks.push_back(problems[i]);
    }
    add_titled(context, blocks, "still failing", unchanged, in_brief(context, unchanged));
    if (context.verbosity != Verbosity::quiet) {
        add_titled(context, blocks, "fixed", fixed, in_brief(context, fixed));
    }
    return blocks;
}

/// Passed and skipped checks, where somebody wants to see them.
void add_calm(const TextContext& context, std::vector<TerminalText>& blocks) {
    if (context.verbosity != Verbosity::quiet) {
        for (const auto* check : select(context.document, is_lesson)) {
            blocks.push_back(in_full(context, *check));
        }
    }
    const bool verbose = context.verbosity == Verbosity::verbose;
    const bool answer =
        context.verbosity == Verbosity::normal && answers_a_question(context.document.run.command);
    add_block(blocks, in_brief(context, select(context.document, [&](const CheckResult& check) {
                                   return check.baseline != "absent" && !is_lesson(check) &&
                                          (check.status == Status::pass ||
                                           check.status == Status::skipped) &&
                                          (verbose || (answer && is_answer(check)));
                               })));
}

} // namespace

std::vector<TerminalText> text_checks(const TextContext& context) {
    std::vector<TerminalText> blocks;
    if (is_comparison(context.document)) {
        blocks = comparison_blocks(context);
    } else {
        add_problems(context, blocks, select(context.document, is_problem));
    }
    add_calm(context, blocks);
    return blocks;
}

} // namespace assay
