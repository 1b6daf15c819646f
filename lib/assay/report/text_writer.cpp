// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"
#include "assay/report/writer.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t least_indent = 2;
constexpr std::size_t most_next_steps = 3;

/// What was looked at, and when: a line per source, or two where it is too long for one.
TerminalText header(const TextContext& context) {
    const Pen& pen = context.pen;
    TerminalText out;
    for (const auto& source : context.document.sources) {
        const auto words = source_words(source);
        TerminalText rest;
        for (std::size_t i = 1; i < words.size(); ++i) {
            rest += "  " + words[i];
        }
        const TerminalText id =
            context.names.several_sources() ? terminal::escaped(source.id) + "  " : "";
        const std::size_t used = display_width(id) + display_width(words.front());
        if (pen.width() == 0 || used + display_width(rest) <= pen.width()) {
            out += id + pen.paint(Tone::bold, words.front()) + pen.paint(Tone::dim, rest) + "\n";
        } else {
            const std::size_t room = pen.width() > id.size() ? pen.width() - id.size() : 1;
            out += id + pen.paint(Tone::bold, pen.fit(words.front(), room)) + "\n";
            out += pen.paragraph(Tone::dim, terminal::part(rest, 2),
                                 std::max(id.size(), least_indent));
        }
    }
    return out;
}

bool is_audit(const Document& document) {
    return document.run.command == "audit" || document.run.command.starts_with("report");
}

bool shows_profile(const TextContext& context, const TableRecord& table) {
    const bool verbose = context.verbosity == Verbosity::verbose;
    return !table.columns.empty() &&
           (verbose || (context.document.tables.size() == 1 && is_audit(context.document)));
}

TerminalText sql_lines(const std::string& sql, std::size_t indent) {
    TerminalText out;
    std::string_view rest = sql;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        out += terminal::blanks(indent) + terminal::escaped(rest.substr(0, end)) + "\n";
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return out;
}

/// One step of the plan. SQL is never cut or wrapped: people copy it.
TerminalText plan_step(const TextContext& context, std::size_t number, const PlanRecord& step) {
    const Pen& pen = context.pen;
    const TerminalText label = terminal::compose("{}", number);
    TerminalText out = pen.paint(Tone::dim, label) + "  " + terminal::escaped(step.action);
    if (!step.table.empty()) {
        out += "  " + pen.paint(Tone::bold, context.names.display(step.table));
    }
    if (context.names.several_sources() && !step.source.empty()) {
        out += " [" + terminal::escaped(step.source) + "]";
    }
    if (step.rows) {
        out += terminal::compose("  ~{}", terminal::count_of(*step.rows, "row"));
    }
    if (const TerminalText cost = cost_words(step); !cost.empty()) {
        out += "  " + cost;
    }
    out += "\n";
    const std::size_t indent = label.size() + 2;
    if (!step.why.empty()) {
        out += pen.paragraph(Tone::dim, terminal::escaped(step.why), indent);
    }
    if (const TerminalText hashing = hashing_words(step); !hashing.empty()) {
        out += pen.paragraph(Tone::dim, hashing, indent);
    }
    return out + sql_lines(step.sql, indent + 2);
}

TerminalText next_steps(const TextContext& context) {
    std::vector<TerminalText> steps;
    for (const auto& table : context.document.tables) {
        const TerminalText step = terminal::escaped(table.state.next);
        if (table.state.actionable && !step.empty() && steps.size() < most_next_steps &&
            std::find(steps.begin(), steps.end(), step) == steps.end()) {
            steps.push_back(step);
        }
    }
    TerminalText out;
    for (const auto& step : steps) {
        out += context.pen.paint(Tone::dim, "next: ") + step + "\n";
    }
    return out;
}

TerminalText notes(const TextContext& context) {
    TerminalText out;
    for (const auto& note : context.document.notes) {
        out += context.pen.paragraph(Tone::dim, "note: " + terminal::escaped(note), 0);
    }
    return out;
}

/// What was examined and what came of it, on one line if it fits.
TerminalText summary_lines(const TextContext& context) {
    const Pen& pen = context.pen;
    const Document& document = context.document;
    if (document.checks.empty() && document.tables.empty()) {
        return {};
    }
    const TerminalText coverage = coverage_words(document);
    const TerminalText outcome = outcome_words(document);
    if (coverage.empty()) {
        return pen.paragraph(Tone::dim, outcome, 0);
    }
    const bool one_line = pen.width() == 0 || coverage.size() + 2 + outcome.size() <= pen.width();
    return one_line ? pen.paragraph(Tone::dim, coverage + ", " + outcome, 0)
                    : pen.paragraph(Tone::dim, coverage, 0) + pen.paragraph(Tone::dim, outcome, 0);
}

TerminalText verdict_line(const TextContext& context) {
    const Verdict last = verdict(context.document);
    const Pen& pen = context.pen;
    TerminalText out;
    const auto lines = pen.wrap(terminal::compose("{}  {}", last.word, last.detail), 0);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += i == 0 ? pen.paint(tone_of(last.mark), last.word) +
                            terminal::part(lines[i], last.word.size())
                      : lines[i];
        out += "\n";
    }
    return out;
}

void add_block(std::vector<TerminalText>& blocks, TerminalText block) {
    if (!block.empty()) {
        blocks.push_back(std::move(block));
    }
}

/// The call was wrong, so there is nothing to report: who called prints the error.
bool is_wrong_call(const Document& document) {
    return !document.errors.empty() && document.checks.empty() && document.tables.empty() &&
           document.plan.empty() && exit_status(document, FailOn::never) == ExitStatus::usage;
}

/// Nothing that somebody who asked for quiet has to know.
bool is_calm(const Document& document) {
    const Summary summary = summarize(document);
    return document.errors.empty() && document.run.complete && summary.fail == 0 &&
           summary.error == 0;
}

std::vector<TerminalText> loud_blocks(const TextContext& context) {
    const Document& document = context.document;
    std::vector<TerminalText> blocks;
    add_block(blocks, header(context));
    // A single table says in its profile what the list would say; where a question was asked, the
    // answers name the tables.
    const bool profiled =
        document.tables.size() == 1 && shows_profile(context, document.tables.front());
    if (!document.tables.empty() && !profiled &&
        (is_audit(document) || context.verbosity == Verbosity::verbose)) {
        add_block(blocks, text_table_list(context));
    }
    for (const auto& table : document.tables) {
        if (shows_profile(context, table)) {
            add_block(blocks, text_table_profile(context, table));
        }
    }
    for (std::size_t i = 0; i < document.plan.size(); ++i) {
        add_block(blocks, plan_step(context, i + 1, document.plan[i]));
    }
    for (auto& block : text_checks(context)) {
        add_block(blocks, std::move(block));
    }
    add_block(blocks, next_steps(context));
    add_block(blocks, notes(context));
    return blocks;
}

} // namespace

std::string write_text(const Document& document, const TextStyle& style) {
    const bool quiet = style.verbosity == Verbosity::quiet;
    if (is_wrong_call(document) || (quiet && is_calm(document))) {
        return {};
    }
    const TableNames names(document);
    const Pen pen(style);
    const TextContext context{document, names, pen, style.verbosity};
    auto blocks = quiet ? text_checks(context) : loud_blocks(context);
    blocks.push_back((quiet ? TerminalText() : summary_lines(context)) + verdict_line(context));
    TerminalText out;
    for (const auto& block : blocks) {
        out += out.empty() ? block : "\n" + block;
    }
    return out.text();
}

} // namespace assay
