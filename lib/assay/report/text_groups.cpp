// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/text_data.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <algorithm>

namespace assay {
namespace {

/// Rows of a group that say the same, and what they say.
struct Line {
    TerminalText count; ///< empty: the line belongs to the one before
    TerminalText words;
};

TerminalText count_words(const Facts& facts) {
    const Fact* count = find_fact(facts, "count");
    return count == nullptr ? "" : quantity_words(*count, "");
}

/// "  loaded again 2026-01-01 to 2026-01-03": how the rows of a group came, as far as that is
/// known.
TerminalText cause_words(const Facts& group) {
    const TerminalText cause = words_of(group, "cause");
    const TerminalText elsewhere = words_of(group, "count_against");
    if (!elsewhere.empty()) {
        return "  " + elsewhere + " in the other table";
    }
    TerminalText words = cause == "reinsert"   ? "  inserted again"
                         : cause == "reload"   ? "  loaded again"
                         : cause == "versions" ? "  conflicting in " + words_of(group, "conflicts")
                                               : "";
    const TerminalText first = words_of(group, "first");
    if (!first.empty()) {
        const TerminalText last = words_of(group, "last");
        words += "  " + (first == last ? first : terminal::compose("{} to {}", first, last));
    }
    return words;
}

/// One line for a group of equal rows; one for each way of writing it else.
void add_lines(const Facts& group, std::vector<Line>& lines) {
    const auto* variants = find_list(group, "variants");
    if (variants == nullptr) {
        lines.push_back({count_words(group), words_of(group, "key") + cause_words(group)});
        return;
    }
    TerminalText count = count_words(group);
    for (const auto& variant : *variants) {
        if (const Facts* facts = facts_of(variant)) {
            lines.push_back({std::move(count), terminal::compose("{} x {}", count_words(*facts),
                                                                 words_of(*facts, "key"))});
            count = {};
        }
    }
}

TerminalText counted_groups(const Pen& pen, const Fact::List& list, std::size_t indent) {
    std::vector<Line> lines;
    for (const auto& group : list) {
        if (const Facts* facts = facts_of(group)) {
            add_lines(*facts, lines);
        }
    }
    std::size_t width = display_width("count");
    for (const auto& line : lines) {
        width = std::max(width, line.count.size() + 2);
    }
    const TerminalText margin = terminal::blanks(indent);
    TerminalText out =
        margin + pen.paint(Tone::dim, terminal::pad_left("count", width) + "  key") + "\n";
    for (const auto& line : lines) {
        out += margin + terminal::pad_left(line.count, width) + "  " +
               data_line(pen, indent + width + 2, line.words) + "\n";
    }
    return out;
}

/// "98.2 %  2 rows  city Porto": how sure it is, and what the rows have in common.
TerminalText head_of(const Pen& pen, const Facts& group, std::size_t indent) {
    const Fact* probability = find_fact(group, "probability");
    const auto* sure = probability == nullptr ? nullptr : std::get_if<double>(&probability->value);
    const Fact* count = find_fact(group, "count");
    const auto* rows = count == nullptr ? nullptr : std::get_if<std::int64_t>(&count->value);
    const TerminalText head = terminal::compose(
        "{}  {}", terminal::pad_left(sure == nullptr ? "" : terminal::format_percent(*sure), 7),
        rows == nullptr ? "" : terminal::count_of(*rows, "row"));
    const TerminalText same = words_of(group, "same");
    const std::size_t taken = indent + display_width(head) + 2;
    return head + (same.empty() ? "" : "  " + pen.paint(Tone::dim, data_line(pen, taken, same)));
}

/// A row of a group: which one it is, and where it differs from the others.
TerminalText row_line(const Pen& pen, const Facts& row, std::size_t indent) {
    TerminalText words = words_of(row, "side");
    for (const auto* name : {"key", "values"}) {
        const TerminalText more = words_of(row, name);
        words += words.empty() || more.empty() ? more : "  " + more;
    }
    return data_line(pen, indent, words);
}

TerminalText near_groups(const Pen& pen, const Fact::List& list, std::size_t indent) {
    constexpr std::size_t row_indent = 9;
    const TerminalText margin = terminal::blanks(indent);
    TerminalText out;
    for (const auto& group : list) {
        const Facts* facts = facts_of(group);
        const auto* rows = facts == nullptr ? nullptr : find_list(*facts, "rows");
        if (rows == nullptr) {
            continue;
        }
        out += margin + head_of(pen, *facts, indent) + "\n";
        for (const auto& row : *rows) {
            if (const Facts* cells = facts_of(row)) {
                out += margin + terminal::blanks(row_indent) +
                       row_line(pen, *cells, indent + row_indent) + "\n";
            }
        }
    }
    return out;
}

} // namespace

TerminalText text_groups(const TextContext& context, const Fact::List& list, std::size_t indent) {
    const Facts* first = list.empty() ? nullptr : facts_of(list.front());
    if (first == nullptr) {
        return {};
    }
    return find_list(*first, "rows") != nullptr ? near_groups(context.pen, list, indent)
                                                : counted_groups(context.pen, list, indent);
}

} // namespace assay
