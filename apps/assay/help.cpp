// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "help.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace assay::cli {

namespace {

constexpr std::size_t indent = 2;

std::string heading(const std::string& text, const HelpStyle& style) {
    return style.colour == Colour::on ? fmt::format("\n\x1b[1m{}\x1b[0m\n", text)
                                      : fmt::format("\n{}\n", text);
}

/// Words in lines of at most `width`, all but the first indented; the first begins at `column`.
std::string wrap(const std::string& text, std::size_t left, std::size_t column, std::size_t width) {
    std::string out;
    std::size_t at = 0;
    bool fresh = true;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::size_t length = end - at;
        if (!fresh && column + 1 + length > width) {
            out += '\n' + std::string(left, ' ');
            column = left;
            fresh = true;
        }
        if (!fresh) {
            out += ' ';
            ++column;
        }
        out.append(text, at, length);
        column += length;
        fresh = false;
        at = end + 1;
    }
    return out + '\n';
}

/// Two columns: a name and what it means.
std::string entry(const std::string& name, const std::string& text, std::size_t left,
                  std::size_t width) {
    std::string out = std::string(indent, ' ') + name;
    if (out.size() + indent > left) {
        out += '\n' + std::string(left, ' ');
    } else {
        out.resize(left, ' ');
    }
    return out + wrap(text, left, left, width);
}

std::string flag_column(const Flag& flag) {
    const std::string names = (flag.letter == 0 ? "    " : "") + flag_names(flag);
    return flag.value.empty() ? names : names + ' ' + flag.value;
}

std::string title(Section section) {
    switch (section) {
    case Section::command: return "What to ask";
    case Section::selection: return "What to look at";
    case Section::output: return "Output";
    case Section::gate: return "Gate";
    case Section::limits: return "Limits";
    }
    return {};
}

std::string flag_sections(const CommandLine& line, const HelpStyle& style) {
    constexpr std::size_t left = 28;
    std::string out;
    for (const auto section :
         {Section::command, Section::selection, Section::gate, Section::output, Section::limits}) {
        std::string lines;
        for (const auto& flag : line.flags) {
            if (flag.section == section) {
                lines += entry(flag_column(flag), flag.help, left, style.width);
            }
        }
        if (!lines.empty()) {
            out += heading(title(section), style) + lines;
        }
    }
    return out;
}

std::string examples(const std::vector<Example>& list, const HelpStyle& style) {
    std::string out;
    for (const auto& example : list) {
        const bool colour = style.colour == Colour::on;
        out += fmt::format("  {}# {}{}\n  {}\n", colour ? "\x1b[2m" : "", example.comment,
                           colour ? "\x1b[0m" : "", example.call);
    }
    return out;
}

std::string command_list(const HelpStyle& style) {
    std::string out;
    for (const auto& subcommand : subcommands()) {
        out +=
            entry(std::string(subcommand.name), std::string(subcommand.summary), 18, style.width);
    }
    return out + entry("help [COMMAND]", "this, or the help of a command", 18, style.width);
}

std::string exit_statuses(const HelpStyle& style) {
    static const std::array<std::pair<std::string, std::string>, 5> rows{{
        {"0", "every check ran, and none failed at or above --fail-on"},
        {"1", "the run is complete, and the data is bad"},
        {"2", "the call is wrong: a flag, a table, a column, or nothing was selected"},
        {"3", "could not tell: connection, permission, timeout, lock, output"},
        {"128+n", "ended by signal n, after a partial result"},
    }};
    std::string out;
    for (const auto& [status, meaning] : rows) {
        out += entry(status, meaning, 10, style.width);
    }
    return out;
}

std::string environment_list(const HelpStyle& style) {
    static const std::array<std::pair<std::string, std::string>, 6> rows{{
        {"ASSAY_DATABASE_URL", "the database when none is named; then DATABASE_URL"},
        {"PGHOST, PGSERVICE, ...", "as for psql, with ~/.pgpass and pg_service.conf"},
        {"ASSAY_COLOR", "auto, always or never"},
        {"NO_COLOR", "no colour; CLICOLOR_FORCE or FORCE_COLOR asks for it"},
        {"COLUMNS", "the width of the terminal"},
        {"LC_ALL, LC_CTYPE, LANG", "a UTF-8 locale allows marks beyond ASCII"},
    }};
    std::string out;
    for (const auto& [name, meaning] : rows) {
        out += entry(name, meaning, 28, style.width);
    }
    return out;
}

const std::vector<Example>& first_examples() {
    static const std::vector<Example> list{
        {"assay audit shop.db", "what state is every table in?"},
        {"assay freshness postgresql://app@db1/shop -t orders --max-age 1d",
         "is it recent enough? exit status 1 if not"},
        {"assay dedupe-check shop.db -t customers -k email", "is the address really unique?"},
        {"assay volume-diff postgresql://db1/shop shop.db --rows",
         "did the copy arrive, row by row?"},
    };
    return list;
}

constexpr const char* what_it_is =
    "assay reads the tables of a Postgres or SQLite database, changes nothing, and says with "
    "numbers whether you can rely on them.";

} // namespace

std::string main_help(const HelpStyle& style) {
    std::string out = wrap(what_it_is, 0, 0, style.width);
    out += heading("Examples", style) + examples(first_examples(), style);
    out += heading("Usage", style) + "  assay COMMAND [DB] [flags]\n";
    out += heading("Commands", style) + command_list(style);
    out += heading("Flags", style);
    out += entry("-h, --help", "help, wherever it stands", 20, style.width);
    out += entry("-V, --version", "the version, and that of the libraries", 20, style.width);
    out += "  " + wrap("Flags may stand before or after the command. When one is given twice the "
                       "last one counts; -t, --exclude, --export, -k and --ignore add up. "
                       "'assay help audit' lists them.",
                       indent, indent, style.width);
    out += heading("Exit status", style) + exit_statuses(style);
    out += heading("Environment", style) + environment_list(style);
    return out;
}

std::string concise_help(const HelpStyle& style) {
    return wrap(what_it_is, 0, 0, style.width) + '\n' + examples(first_examples(), style) +
           "\n'assay help' shows all commands, 'assay help audit' the flags of one.\n";
}

std::string command_help(const Subcommand& subcommand, const HelpStyle& style) {
    Invocation unused;
    CommandLine line;
    subcommand.add(line, unused);
    std::string out = heading("Examples", style).substr(1) + examples(line.examples, style);
    out += heading("Usage", style) + "  " + wrap(line.usage, 8, indent, style.width);
    out += "\n  " + wrap(line.about, indent, indent, style.width) + '\n';
    for (const auto& positional : line.positionals) {
        out += entry(positional.name, positional.help, 8, style.width);
    }
    out += flag_sections(line, style);
    out +=
        '\n' + wrap("DUR is a number with a unit: 500ms, 90s, 15m, 24h, 1d12h.", 0, 0, style.width);
    out +=
        wrap("Exit status: 0 good, 1 bad data, 2 wrong call, 3 could not tell.", 0, 0, style.width);
    return out;
}

} // namespace assay::cli
