// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/table_state.hpp"
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

/// Escaped text into Markdown text: nothing in it formats, links, mentions or calls HTML.
std::string markdown(std::string_view escaped) {
    constexpr std::string_view special = "\\`*_[]<>#|~&$";
    const std::string cut = truncate_to_width(escaped, cell_width);
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
    return out;
}

std::string bold(const std::string& text) { return text.empty() ? "" : "**" + text + "**"; }

/// Appends parts as long as they fit and counts those that do not.
class Budget {
public:
    bool add(const std::string& part) {
        if (m_out.size() + part.size() > most_bytes - reserve) {
            return false;
        }
        m_out += part;
        return true;
    }
    /// A title with parts below it; none of it where not even the first part fits.
    void add_section(const std::string& title, const std::vector<std::string>& parts,
                     std::string_view what) {
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
            m_left_out += fmt::format("{}{} of {} {}", m_left_out.empty() ? "" : ", ",
                                      group_digits(static_cast<std::int64_t>(parts.size() - shown)),
                                      group_digits(static_cast<std::int64_t>(parts.size())), what);
        }
    }
    std::string finish(const std::string& last) const {
        std::string out = m_out;
        if (!m_left_out.empty()) {
            out += fmt::format("\nLeft out to fit into a comment: {}.\n", m_left_out);
        }
        return out + "\n" + last;
    }

private:
    std::string m_out;
    std::string m_left_out;
};

std::string row(const std::vector<std::string>& cells) {
    std::string out = "|";
    for (const auto& cell : cells) {
        out += " " + cell + " |";
    }
    return out + "\n";
}

std::string header(const Document& document) {
    std::string out = fmt::format("**assay {}**", markdown(escape_text(document.run.command)));
    for (const auto& source : document.sources) {
        std::string words;
        for (const auto& word : source_words(source)) {
            words += (words.empty() ? "" : ", ") + markdown(word);
        }
        out += "\n\n" + words;
    }
    const std::string coverage = coverage_words(document);
    return out + "\n\n" +
           markdown((coverage.empty() ? "" : coverage + ", ") + outcome_words(document)) + "\n";
}

std::vector<std::string> table_rows(const Document& document, const Pen& pen,
                                    const TableNames& names) {
    const TableStates states(document, names);
    std::vector<std::string> rows;
    for (const auto& table : document.tables) {
        const auto mark = states.state(table).mark;
        std::string name = names.display(table);
        name += names.several_sources() ? " [" + escape_text(table.source) + "]" : "";
        const auto columns = static_cast<std::int64_t>(table.columns.size());
        rows.push_back(
            row({mark ? markdown(pen.glyph(*mark)) : "", markdown(name),
                 markdown(escape_text(table.kind)),
                 table.rows ? markdown(count_words(table.rows)) : "?",
                 markdown(bytes_words(table.bytes)), columns == 0 ? "" : group_digits(columns),
                 markdown(states.words(table))}));
    }
    return rows;
}

bool is_problem(const CheckResult& check) noexcept {
    return check.status == Status::error || check.status == Status::fail;
}

/// "critical", "error"; what an earlier run says about it stands behind it.
std::string grade_of(const CheckResult& check) {
    const std::string word(check.status == Status::error ? to_string(check.status)
                                                         : to_string(check.severity));
    if (check.baseline == "absent") {
        return "fixed";
    }
    if (check.baseline == "unchanged") {
        return word + ", still failing";
    }
    return check.baseline.empty() ? word : word + ", " + markdown(escape_text(check.baseline));
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

std::string finding_row(const Pen& pen, const TableNames& names, const CheckResult& check) {
    return row({std::string(pen.glyph(mark_of(check))), grade_of(check),
                markdown(escape_text(check.id)), markdown(names.place(check)),
                markdown(escape_text(check.message))});
}

/// What a finding rests on, folded; empty if the table of findings has said it all.
std::string details(const TextContext& context, const CheckResult& check) {
    std::string body;
    const std::string comparison = comparison_words(check);
    if (!comparison.empty() && check.status == Status::fail) {
        body += markdown(comparison) + "\n\n";
    }
    if (!check.remedy.empty()) {
        body += "→ " + markdown(escape_text(check.remedy)) + "\n\n";
    }
    const std::string evidence = text_evidence(context, check, 4);
    if (!evidence.empty()) {
        body += evidence + "\n";
    }
    if (body.empty()) {
        return {};
    }
    return fmt::format("<details><summary>{} {}</summary>\n\n{}</details>\n",
                       markdown(escape_text(check.id)), markdown(context.names.place(check)), body);
}

std::vector<std::string> bullet_list(const std::vector<std::string>& texts) {
    std::vector<std::string> items;
    items.reserve(texts.size());
    for (const auto& text : texts) {
        items.push_back("- " + markdown(escape_text(text)) + "\n");
    }
    return items;
}

std::vector<std::string> plan_steps(const Document& document, const TableNames& names) {
    std::vector<std::string> steps;
    for (const auto& step : document.plan) {
        std::string out = fmt::format("1. {} {}", markdown(escape_text(step.action)),
                                      bold(markdown(names.display(step.table))));
        out += step.rows ? " \\~" + count_of(*step.rows, "row") : "";
        const std::string cost = cost_words(step);
        out += cost.empty() ? "" : ", " + markdown(cost);
        out += step.why.empty() ? "" : ": " + markdown(escape_text(step.why));
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

    std::vector<std::string> finding_rows;
    std::vector<std::string> folded;
    for (const auto* check : problems(document)) {
        finding_rows.push_back(finding_row(pen, names, *check));
        std::string more = details(context, *check);
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
    budget.add_section("### Plan\n\n", plan_steps(document, names), "steps");
    budget.add_section("### Notes\n\n", bullet_list(document.notes), "notes");

    const Verdict last = verdict(document);
    return budget.finish(
        fmt::format("{} **{}** {}\n", pen.glyph(last.mark), last.word, markdown(last.detail)));
}

} // namespace assay
