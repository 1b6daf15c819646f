// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/table_state.hpp"
#include "assay/report/text_lesson.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"
#include "assay/report/writer.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

/// A comment on a pull request may have 65,536 characters.
constexpr std::size_t most_bytes = 60'000;
/// Kept for the verdict and for what says how much was left out.
constexpr std::size_t reserve = 1'500;
/// One hostile name must not use up the whole comment.
constexpr std::size_t cell_width = 300;

/// A character that nobody sees, after which no link, mention or reference begins.
constexpr std::string_view link_breaker = "&#8203;";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

using MarkdownText = Escaped<struct MarkdownFormat>;

template <typename... Args>
MarkdownText compose(fmt::format_string<const Args&...> format, const Args&... args) {
    return compose_in<MarkdownFormat>(format, args...);
}

MarkdownText count(std::int64_t number) { return MarkdownText::trusted(group_digits(number)); }

/// Lines of a terminal behind so many blanks are a block of code, in which nothing is special.
constexpr std::size_t code_indent = 4;
MarkdownText code_block(const TerminalText& indented) { return MarkdownText::trusted(indented); }

/// Escaped text into Markdown text: nothing in it formats, links, mentions or calls HTML.
MarkdownText markdown(const TerminalText& text) {
    constexpr std::string_view special = "\\`*_[]<>#|~&$";
    const std::string cut = truncate_to_width(text, cell_width);
    std::string out;
    for (std::size_t i = 0; i < cut.size(); ++i) {
        const char c = cut[i];
        const std::string_view rest = std::string_view(cut).substr(i + 1);
        if (special.find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
        const bool starts_reference = c == '#' && !rest.empty() && is_digit(rest.front());
        const bool starts_link = c == ':' && rest.starts_with("//");
        const bool starts_site =
            c == '.' && i >= 3 && to_lower_ascii(cut.substr(i - 3, 3)) == "www";
        if (c == '@' || starts_reference || starts_link || starts_site) {
            out += link_breaker;
        }
    }
    return MarkdownText::trusted(out);
}

MarkdownText bold(const MarkdownText& text) {
    return text.empty() ? MarkdownText() : "**" + text + "**";
}

/// Appends parts as long as they fit and counts those that do not.
class Budget {
public:
    bool add(const MarkdownText& part) {
        if (m_out.size() + part.size() > most_bytes - reserve) {
            return false;
        }
        m_out += part;
        return true;
    }
    /// A title with parts below it; none of it where not even the first part fits.
    void add_section(const MarkdownText& title, const std::vector<MarkdownText>& parts,
                     const MarkdownText& what) {
        if (parts.empty()) {
            return;
        }
        std::size_t shown = 0;
        if (add("\n" + title + parts.front())) {
            shown = 1;
            while (shown < parts.size() && add(parts[shown])) {
                ++shown;
            }
        }
        if (shown < parts.size()) {
            m_left_out += compose("{}{} of {} {}", m_left_out.empty() ? MarkdownText() : ", ",
                                  count(static_cast<std::int64_t>(parts.size() - shown)),
                                  count(static_cast<std::int64_t>(parts.size())), what);
        }
    }
    MarkdownText finish(const MarkdownText& last) const {
        MarkdownText out = m_out;
        if (!m_left_out.empty()) {
            out += compose("\nLeft out to fit into a comment: {}.\n", m_left_out);
        }
        return out + "\n" + last;
    }

private:
    MarkdownText m_out;
    MarkdownText m_left_out;
};

MarkdownText row(const std::vector<MarkdownText>& cells) {
    MarkdownText out = "|";
    for (const auto& cell : cells) {
        out += " " + cell + " |";
    }
    return out + "\n";
}

MarkdownText header(const Document& document) {
    MarkdownText out = compose("**assay {}**", markdown(terminal::escaped(document.run.command)));
    for (const auto& source : document.sources) {
        MarkdownText words;
        for (const auto& word : source_words(source)) {
            words += words.empty() ? markdown(word) : ", " + markdown(word);
        }
        out += "\n\n" + words;
    }
    const TerminalText coverage = coverage_words(document);
    return out + "\n\n" +
           markdown(coverage.empty() ? outcome_words(document)
                                     : coverage + ", " + outcome_words(document)) +
           "\n";
}

std::vector<MarkdownText> table_rows(const Document& document, const Pen& pen,
                                     const TableNames& names) {
    const TableStates states(document, names);
    std::vector<MarkdownText> rows;
    for (const auto& table : document.tables) {
        const auto mark = states.state(table).mark;
        TerminalText name = names.display(table);
        name +=
            names.several_sources() ? " [" + terminal::escaped(table.source) + "]" : TerminalText();
        const auto columns = static_cast<std::int64_t>(table.columns.size());
        rows.push_back(
            row({mark ? markdown(pen.glyph(*mark)) : MarkdownText(), markdown(name),
                 markdown(terminal::escaped(table.kind)),
                 table.rows ? markdown(count_words(table.rows)) : "?",
                 markdown(bytes_words(table.bytes)), columns == 0 ? MarkdownText() : count(columns),
                 markdown(states.words(table))}));
    }
    return rows;
}

bool is_problem(const CheckResult& check) noexcept {
    return check.status == Status::error || check.status == Status::fail;
}

/// "critical", "error"; what an earlier run says about it stands behind it.
MarkdownText grade_of(const CheckResult& check) {
    const MarkdownText word = MarkdownText::trusted(
        check.status == Status::error ? to_string(check.status) : to_string(check.severity));
    if (check.baseline == "absent") {
        return "fixed";
    }
    if (check.baseline == "unchanged") {
        return word + ", still failing";
    }
    return check.baseline.empty() ? word
                                  : word + ", " + markdown(terminal::escaped(check.baseline));
}

/// Critical findings first, as they stand otherwise.
std::vector<const CheckResult*> problems(const Document& document) {
    std::vector<const CheckResult*> found;
    for (const Mark mark :
         {Mark::critical, Mark::error, Mark::warning, Mark::info, Mark::pass, Mark::skipped}) {
        for (const auto& check : document.checks) {
            if (is_problem(check) && mark_of(check) == mark) {
                found.push_back(&check);
            }
        }
    }
    return found;
}

MarkdownText finding_row(const Pen& pen, const TableNames& names, const CheckResult& check) {
    return row({markdown(pen.glyph(mark_of(check))), grade_of(check),
                markdown(terminal::escaped(check.id)), markdown(names.place(check)),
                markdown(terminal::escaped(check.message))});
}

/// What a finding rests on, folded; empty if the table of findings has said it all.
MarkdownText details(const TextContext& context, const CheckResult& check) {
    MarkdownText body;
    const TerminalText comparison = comparison_words(check);
    if (!comparison.empty() && check.status == Status::fail) {
        body += markdown(comparison) + "\n\n";
    }
    if (!check.remedy.empty()) {
        body += "→ " + markdown(terminal::escaped(check.remedy)) + "\n\n";
    }
    const TerminalText evidence = text_evidence(context, check, code_indent);
    if (!evidence.empty()) {
        body += code_block(evidence) + "\n";
    }
    if (body.empty()) {
        return {};
    }
    return compose("<details><summary>{} {}</summary>\n\n{}</details>\n",
                   markdown(terminal::escaped(check.id)), markdown(context.names.place(check)),
                   body);
}

/// What a dry run learned of each series, which is no finding.
std::vector<MarkdownText> lessons(const TextContext& context) {
    std::vector<MarkdownText> parts;
    for (const auto& check : context.document.checks) {
        if (is_lesson(check)) {
            parts.push_back(compose("{}\n\n{}", markdown(terminal::escaped(check.message)),
                                    details(context, check)));
        }
    }
    return parts;
}

std::vector<MarkdownText> bullet_list(const std::vector<std::string>& texts) {
    std::vector<MarkdownText> items;
    items.reserve(texts.size());
    for (const auto& text : texts) {
        items.push_back("- " + markdown(terminal::escaped(text)) + "\n");
    }
    return items;
}

std::vector<MarkdownText> plan_steps(const Document& document, const TableNames& names) {
    std::vector<MarkdownText> steps;
    for (const auto& step : document.plan) {
        MarkdownText out = compose("1. {} {}", markdown(terminal::escaped(step.action)),
                                   bold(markdown(names.display(step.table))));
        out +=
            step.rows ? " \\~" + markdown(terminal::count_of(*step.rows, "row")) : MarkdownText();
        const TerminalText cost = cost_words(step);
        out += cost.empty() ? MarkdownText() : ", " + markdown(cost);
        out += step.why.empty() ? MarkdownText() : ": " + markdown(terminal::escaped(step.why));
        const TerminalText hashing = hashing_words(step);
        out += hashing.empty() ? MarkdownText() : "; " + markdown(hashing);
        steps.push_back(out + "\n");
    }
    return steps;
}

} // namespace

std::string write_markdown(const Document& document) {
    const TableNames names(document);
    const Pen pen(TextStyle{.width = cell_width});
    const TextContext context{document, names, pen, Verbosity::normal};
    Budget budget;
    budget.add(header(document));

    std::vector<MarkdownText> finding_rows;
    std::vector<MarkdownText> folded;
    for (const auto* check : problems(document)) {
        finding_rows.push_back(finding_row(pen, names, *check));
        MarkdownText more = details(context, *check);
        if (!more.empty()) {
            folded.push_back(std::move(more));
        }
    }
    budget.add_section("### Findings\n\n| | severity | check | where | what |\n"
                       "|---|---|---|---|---|\n",
                       finding_rows, "findings");
    budget.add_section("### Tables\n\n| | table | kind | rows | size | columns | state |\n"
                       "|---|---|---|--:|--:|--:|---|\n",
                       table_rows(document, pen, names), "tables");
    budget.add_section("### Details\n\n", folded, "details");
    budget.add_section("### Learned\n\n", lessons(context), "series");
    budget.add_section("### Plan\n\n", plan_steps(document, names), "steps");
    budget.add_section("### Notes\n\n", bullet_list(document.notes), "notes");

    const Verdict last = verdict(document);
    return budget
        .finish(compose("{} **{}** {}\n", markdown(pen.glyph(last.mark)), markdown(last.word),
                        markdown(last.detail)))
        .text();
}

} // namespace assay
