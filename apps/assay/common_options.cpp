// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "common_options.hpp"

#include "assay/base/error.hpp"
#include "assay/store/sql.hpp"

#include "choices.hpp"
#include "run_record.hpp"
#include "values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {

namespace {

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
    list.insert(list.end(), more.begin(), more.end());
}

Format read_format(std::string_view flag, const std::string& text) {
    const auto format = parse_format(text);
    if (!format) {
        refuse_choice(flag, text, format_names());
    }
    return *format;
}

Export read_export(const std::string& text) {
    const auto equals = text.find('=');
    const std::string path = equals == std::string::npos ? "" : text.substr(equals + 1);
    if (path.empty() || path == "-") {
        throw Error(ErrorKind::usage, fmt::format("--export: '{}' names no file", text),
                    "write FORMAT=PATH, for example --export json=result.json");
    }
    return {read_format("--export", text.substr(0, equals)), path};
}

/// Two results in one file: the second one would silently replace the first.
void add_export(OutputOptions& options, Export wanted) {
    const auto same = [&](const Export& other) { return other.path == wanted.path; };
    if (std::any_of(options.exports.begin(), options.exports.end(), same)) {
        throw Error(ErrorKind::usage, fmt::format("--export: '{}' is named twice", wanted.path),
                    "give every result its own file");
    }
    options.exports.push_back(std::move(wanted));
}

FailOn read_fail_on(const std::string& text) {
    const auto fail_on = parse_fail_on(text);
    if (!fail_on) {
        refuse_choice("--fail-on", text, {"critical", "warning", "info", "never"});
    }
    return *fail_on;
}

Since read_since(const std::string& text) {
    if (const auto age = parse_duration(text)) {
        return {*age, std::nullopt};
    }
    if (!parse_time(text)) {
        throw Error(ErrorKind::usage,
                    fmt::format("--since: '{}' is neither a duration nor a timestamp", text),
                    "for example --since 7d or --since 2026-01-31T06:00:00Z");
    }
    return {0, parse_instant("--since", text)};
}

std::size_t read_width(const std::string& text) {
    return text == "0" ? 0 : parse_whole("--width", text, 20, 10'000);
}

void add_formats(CommandLine& line, OutputOptions& options) {
    line.flags.push_back(
        {'f', "format", "FMT", "text (default), json, markdown or nagios", Section::output,
         [&](const auto& text) { options.format = read_format("--format", text); }});
    line.flags.push_back({0, "json", "", "the same as --format json", Section::output,
                          [&](const auto&) { options.format = Format::json; }});
    line.flags.push_back({'o', "output", "PATH", "write the result to a file instead of stdout",
                          Section::output,
                          [&](const auto& text) { options.path = parse_text("--output", text); }});
    line.flags.push_back(
        {0, "export", "FMT=PATH", "write the result to a file as well, in this format; repeatable",
         Section::output, [&](const auto& text) { add_export(options, read_export(text)); }});
}

void add_look(CommandLine& line, OutputOptions& options) {
    line.flags.push_back({'q', "quiet", "",
                          "print nothing unless something is wrong; -qq prints nothing at all",
                          Section::output, [&](const auto&) { ++options.quiet; }});
    line.flags.push_back({'v', "verbose", "", "notes and every SQL statement on stderr",
                          Section::output, [&](const auto&) { ++options.verbose; }});
    line.flags.push_back(
        {0, "progress", "WHEN",
         "show how far the scan is: auto (default: on a terminal), always or never",
         Section::output, [&](const auto& text) {
             options.progress = choose<When>("--progress", text, when_choices());
         }});
    line.flags.push_back({0, "color", "WHEN", "auto (default), always or never", Section::output,
                          [&](const auto& text) {
                              options.colour = choose<When>("--color", text, when_choices());
                          }});
    line.flags.push_back({0, "no-color", "", "the same as --color never", Section::output,
                          [&](const auto&) { options.colour = When::never; }});
    line.flags.push_back({0, "ascii", "", "plain ASCII marks (default unless the locale is UTF-8)",
                          Section::output, [&](const auto&) { options.glyphs = Glyphs::ascii; }});
    line.flags.push_back({0, "width", "N", "cells per line; 0 cuts nothing (default in a pipe)",
                          Section::output,
                          [&](const auto& text) { options.width = read_width(text); }});
}

} // namespace

const Choices<When>& when_choices() {
    static const Choices<When> choices{
        {"auto", When::automatic}, {"always", When::always}, {"never", When::never}};
    return choices;
}

Positional database_argument(const std::string& name, std::size_t least, std::string& target) {
    std::string help = "a SQLite file, postgresql://..., 'host=... dbname=...' or service=...";
    if (least == 0) {
        help += "; without it ASSAY_DATABASE_URL, then DATABASE_URL, then the PG* variables";
    }
    const auto apply = [&target, name](const std::string& text) {
        if (text.empty()) {
            throw Error(ErrorKind::usage, fmt::format("{}: the argument is empty", name),
                        "is a variable of the script not set?");
        }
        target = text;
    };
    return {name, help, least, 1, "", apply};
}

void add_selection(CommandLine& line, CommonOptions& options) {
    line.flags.push_back(
        {'t', "table", "GLOB", "only these tables: name or schema.name, * and ? match; repeatable",
         Section::selection,
         [&](const auto& text) { options.tables.push_back(parse_text("--table", text)); }});
    line.flags.push_back(
        {0, "exclude", "GLOB", "not these tables; repeatable", Section::selection,
         [&](const auto& text) { options.exclude.push_back(parse_text("--exclude", text)); }});
    line.flags.push_back(
        {0, "schema", "NAME", "only tables of this schema", Section::selection,
         [&](const auto& text) { options.schema = parse_text("--schema", text); }});
    line.flags.push_back({0, "where", "SQL", "only rows that fulfil this condition",
                          Section::selection, [&](const auto& text) {
                              check_condition(text);
                              options.where = text;
                          }});
    line.flags.push_back({0, "views", "", "views too, not only those that -t names",
                          Section::selection, [&](const auto&) { options.views = true; }});
}

void add_since(CommandLine& line, CommonOptions& options) {
    line.flags.push_back(
        {0, "since", "DUR|TIMESTAMP", "only rows from then on: 7d, 12h or 2026-01-31T06:00:00Z",
         Section::selection, [&](const auto& text) { options.since = read_since(text); }});
    line.flags.push_back(
        {'c', "column", "COL", "the column that says when (default: guessed, and said)",
         Section::selection,
         [&](const auto& text) { options.since_column = parse_text("--column", text); }});
    add_now(line, options);
}

void add_now(CommandLine& line, CommonOptions& options) {
    line.flags.push_back({0, "now", "TIMESTAMP",
                          "take this for the present (default: the clock of the database)",
                          Section::selection,
                          [&](const auto& text) { options.now = parse_instant("--now", text); }});
    line.flags.push_back({0, "assume-tz", "ZONE", "the zone of times that name none, such as UTC",
                          Section::selection, [&](const auto& text) {
                              options.assume_tz = parse_zone("--assume-tz", text);
                          }});
}

void add_clock(CommandLine& line, CommonOptions& options) {
    add_now(line, options);
    line.flags.push_back(
        {0, "skew", "DUR", "times up to this far ahead are not future (default 5m)",
         Section::selection, [&](const auto& text) { options.skew = parse_age("--skew", text); }});
}

void add_values(CommandLine& line, CommonOptions& options) {
    line.flags.push_back({0, "values", "WHICH",
                          "data values to show: none, safe (default: nothing that may be "
                          "sensitive) or all",
                          Section::output, [&](const auto& text) {
                              options.values = choose<ValuesPolicy>("--values", text,
                                                                    {{"none", ValuesPolicy::none},
                                                                     {"safe", ValuesPolicy::safe},
                                                                     {"all", ValuesPolicy::all}});
                          }});
}

void add_history(CommandLine& line, CommonOptions& options) {
    line.flags.push_back({0, "history", "FILE",
                          "keep this run there and compare with those before (default: none)",
                          Section::command, [&](const auto& text) {
                              const std::string file = parse_text("--history", text);
                              options.history = file == "none" ? "" : file;
                              options.run_id = make_uuid();
                          }});
}

void add_limits(CommandLine& line, CommonOptions& options) {
    line.flags.push_back({0, "explain", "", "show the plan and its SQL, read no table",
                          Section::limits, [&](const auto&) { options.mode = Mode::explain; }});
    line.flags.push_back({0, "copy", "", "read a private copy of a SQLite file, removed afterwards",
                          Section::limits, [&](const auto&) { options.copy = true; }});
    line.flags.push_back(
        {0, "pause-file", "FILE", "as long as this file exists, begin no new chunk of a table",
         Section::limits,
         [&](const auto& text) { options.pause_file = parse_text("--pause-file", text); }});
    line.flags.push_back(
        {0, "duty-cycle", "PERCENT",
         "share of the time to read in, and rest otherwise (default 100)", Section::limits,
         [&](const auto& text) { options.duty_cycle = parse_percent("--duty-cycle", text); }});
    line.flags.push_back(
        {0, "max-load", "N", "hold still while more other sessions are active (Postgres)",
         Section::limits, [&](const auto& text) {
             options.max_load =
                 static_cast<unsigned>(parse_whole("--max-load", text, 0, 1'000'000));
         }});
    line.flags.push_back({0, "max-replay-lag", "DUR",
                          "hold still while a standby is further behind (Postgres)",
                          Section::limits, [&](const auto& text) {
                              options.max_replay_lag = parse_limit("--max-replay-lag", text);
                          }});
    line.flags.push_back(
        {0, "max-cost", "COST", "do not read what costs more by the planner's estimate (Postgres)",
         Section::limits, [&](const auto& text) {
             constexpr std::size_t most = 1'000'000'000'000'000;
             options.max_cost = static_cast<double>(parse_whole("--max-cost", text, 1, most));
         }});
    line.flags.push_back(
        {0, "timeout", "DUR", "limit of one statement (default 30s)", Section::limits,
         [&](const auto& text) { options.timeout = parse_limit("--timeout", text); }});
    line.flags.push_back(
        {0, "lock-timeout", "DUR", "give way after this wait (default 500ms)", Section::limits,
         [&](const auto& text) { options.lock_timeout = parse_limit("--lock-timeout", text); }});
    line.flags.push_back(
        {0, "wait-ready", "DUR", "wait so long for a server that is starting (default: 0)",
         Section::limits,
         [&](const auto& text) { options.wait_ready = parse_limit("--wait-ready", text); }});
    line.flags.push_back({0, "refuse-superuser", "",
                          "end if the role may do more than read (Postgres)", Section::limits,
                          [&](const auto&) { options.refuse_excess = true; }});
    line.flags.push_back({0, "consistent", "",
                          "one snapshot for all tables, however long that lasts", Section::limits,
                          [&](const auto&) { options.snapshot_age.reset(); }});
    line.flags.push_back(
        {0, "max-runtime", "DUR", "limit of the whole run (default: none)", Section::limits,
         [&](const auto& text) { options.max_runtime = parse_limit("--max-runtime", text); }});
}

void add_jobs(CommandLine& line, CommonOptions& options) {
    line.flags.push_back({'j', "jobs", "N", "sessions that read at the same time (default 2)",
                          Section::limits, [&](const auto& text) {
                              options.jobs =
                                  static_cast<unsigned>(parse_whole("--jobs", text, 1, 64));
                          }});
}

void add_memory(CommandLine& line, CommonOptions& options, const std::string& use) {
    line.flags.push_back(
        {0, "memory", "SIZE", use + ", such as 1GB (default 256MiB)", Section::limits,
         [&](const auto& text) { options.memory = parse_size("--memory", text); }});
}

void add_output(CommandLine& line, OutputOptions& options) {
    add_formats(line, options);
    add_look(line, options);
    line.flags.push_back({0, "fail-on", "LEVEL",
                          "exit 1 for findings from this level on: critical (default), warning, "
                          "info or never",
                          Section::gate,
                          [&](const auto& text) { options.fail_on = read_fail_on(text); }});
}

void add_columns(CommandLine& line, std::vector<std::string>& key, std::vector<std::string>& ignore,
                 const std::string& without_key) {
    line.flags.push_back({'k', "key", "COL,...",
                          fmt::format("columns that name a row (without it: {})", without_key),
                          Section::command,
                          [&](const auto& text) { append(key, parse_names("--key", text)); }});
    line.flags.push_back(
        {0, "ignore", "COL,...", "columns that do not count", Section::command,
         [&](const auto& text) { append(ignore, parse_names("--ignore", text)); }});
}

} // namespace assay::cli
