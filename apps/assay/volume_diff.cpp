// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"

#include "choices.hpp"
#include "common_options.hpp"
#include "subcommands.hpp"
#include "values.hpp"

#include <fmt/format.h>

#include <array>

namespace assay::cli {

namespace {

Micros read_min_age(const std::string& text) {
    constexpr Micros most = 366 * micros_per_day;
    const Micros age = parse_age("--min-age", text);
    if (age > most) {
        throw Error(ErrorKind::usage, fmt::format("--min-age: '{}' is too long", text),
                    "up to a year, such as 6h: how long after its time a row may still come");
    }
    return age;
}

Micros read_recheck(const std::string& text) {
    constexpr Micros most = 3600 * micros_per_second;
    const Micros time = parse_age("--recheck", text);
    if (time > most) {
        throw Error(ErrorKind::usage, fmt::format("--recheck: '{}' is too long", text),
                    "up to an hour, such as 30s: how far replication may be behind");
    }
    return time;
}

/// Two sides are asked one question at a time.
void choose_question(DiffBy by, VolumeDiffOptions& options) {
    if (options.by != DiffBy::counts && options.by != by) {
        throw Error(ErrorKind::usage, "--rows and --distribution are two questions",
                    "make a run for each");
    }
    options.by = by;
}

void read_metric(const std::string& text, VolumeDiffOptions& options) {
    TableMetric wanted = parse_metric("--metric", text);
    auto& tables = options.common.tables;
    if (tables.empty()) {
        tables.push_back(wanted.table);
    }
    if (tables != std::vector{wanted.table}) {
        throw Error(
            ErrorKind::usage,
            fmt::format("--metric: '{}' is about another table than '{}'", text, tables.front()),
            "make a run for each table, without --table");
    }
    options.metrics.push_back(std::move(wanted.metric));
}

/// A column of such a name goes into double quotes.
void read_by(const std::string& text, VolumeDiffOptions& options) {
    constexpr std::array sizes{BucketSize::hour, BucketSize::day, BucketSize::week};
    options.usual.by.reset();
    options.by_column.clear();
    for (const BucketSize size : sizes) {
        if (text == to_string(size)) {
            options.usual.by = size;
            return;
        }
    }
    options.by_column = parse_text("--by", text);
}

void choose_findings(Findings findings, VolumeDiffOptions& options) {
    Findings& chosen = options.common.findings;
    if (chosen != Findings::open && chosen != findings) {
        throw Error(ErrorKind::usage, "--accept keeps a run, and --dry-learn keeps nothing",
                    "look with --dry-learn first, then make a run with --accept");
    }
    chosen = findings;
}

/// What rows are counted by, and what is asked of one database.
void add_usual(CommandLine& line, VolumeDiffOptions& all) {
    UsualVolumeOptions& options = all.usual;
    line.flags.push_back({0, "by", "WHAT",
                          "count rows by hour, day or week (one database: day), or by a column",
                          Section::command, [&](const auto& text) { read_by(text, all); }});
    line.flags.push_back(
        {0, "tz", "ZONE", "days begin at midnight there (default: --assume-tz, UTC)",
         Section::command, [&](const auto& text) { options.tz = parse_zone("--tz", text); }});
    line.flags.push_back(
        {0, "min-age", "DUR",
         "younger rows may still come, on either side: do not count them, by --column",
         Section::command, [&](const auto& text) { options.min_age = read_min_age(text); }});
    line.flags.push_back({0, "calendar", "FILE",
                          "one database: days like no others, in each line a date, or one..another",
                          Section::command, [&](const auto& text) {
                              options.calendar = read_calendar("--calendar", text);
                          }});
    line.flags.push_back({0, "metric", "T.COL.NAME",
                          "one database: a metric of a column against earlier runs in --history, "
                          "such as null_fraction, distinct, mean, p95; repeatable",
                          Section::command, [&](const auto& text) { read_metric(text, all); }});
    line.flags.push_back({0, "append-only", "",
                          "one database: a row fewer than in the last run of --history is critical",
                          Section::command,
                          [&](const auto&) { options.deletes = Deletes::never; }});
    line.flags.push_back(
        {0, "accept", "", "one database: what this run finds is right, and the past of later runs",
         Section::command, [&](const auto&) { choose_findings(Findings::accepted, all); }});
    line.flags.push_back(
        {0, "dry-learn", "",
         "one database: show what is learned of its past, and how often that would have judged",
         Section::command, [&](const auto&) { choose_findings(Findings::tried, all); }});
}

/// What makes two sides comparable that are not quite alike.
void add_differences(CommandLine& line, VolumeDiffOptions& options) {
    line.flags.push_back(
        {0, "map", "A:B", "a column and its name on side B, where names do not tell; repeatable",
         Section::command,
         [&](const auto& text) { options.map.push_back(parse_column_map("--map", text)); }});
    line.flags.push_back({0, "tol", "COL=BY",
                          "cells that far apart count as the same: amount=0.01, at=1ms; repeatable",
                          Section::command, [&](const auto& text) {
                              options.tolerances.push_back(parse_column_tolerance("--tol", text));
                          }});
    const auto add_where = [&](char side, std::string& where) {
        line.flags.push_back({0, fmt::format("where-{}", side), "SQL",
                              fmt::format("only rows of side {} that fulfil this condition",
                                          side == 'a' ? 'A' : 'B'),
                              Section::selection, [side, &where](const auto& text) {
                                  check_condition(
                                      parse_text(fmt::format("--where-{}", side), text));
                                  where = text;
                              }});
    };
    add_where('a', options.where_a);
    add_where('b', options.where_b);
}

void add_snapshot(CommandLine& line, SnapshotOptions& options) {
    line.flags.push_back(
        {0, "save-snapshot", "FILE",
         "with --rows: keep what the rows of one table are, to be A of a later run",
         Section::output,
         [&](const auto& text) { options.save = SideFile{parse_text("--save-snapshot", text)}; }});
    line.flags.push_back(
        {0, "grain", "HOW",
         "of the snapshot: segments (small: sums of ranges of the key, default) or rows",
         Section::output, [&](const auto& text) {
             options.grain = choose<SnapshotGrain>(
                 "--grain", text,
                 {{"segments", SnapshotGrain::segments}, {"rows", SnapshotGrain::rows}});
         }});
}

} // namespace

void add_volume_diff(CommandLine& line, Invocation& invocation) {
    auto& options = invocation.options.emplace<VolumeDiffOptions>();
    line.usage = "assay volume-diff A [B] [-t TABLE] [--rows [-k COL,...]] [flags]";
    line.about =
        "Compares two databases, of the same kind or not: the number of rows per table, "
        "or with --rows every row, and which columns changed. One database alone is "
        "compared with its own past: the rows of each hour, day or week. A may be a snapshot "
        "of one table, which --save-snapshot wrote.";
    line.examples = {
        {"assay volume-diff shop.db backup.db", "rows per table"},
        {"assay volume-diff postgresql://db1/shop shop.db --rows -t orders -k id",
         "every row, across two kinds of database"},
        {"assay volume-diff a.db b.db --max-diff 1%", "a small difference is allowed"},
        {"assay volume-diff a.db b.db -t orders --by day", "which days differ?"},
        {"assay volume-diff a.db b.db --rows --changes - -o result.txt | jq .key",
         "every row that differs"},
        {"assay volume-diff a.db b.db -t orders --rows --repair plan.sql --values all",
         "SQL that makes B like A"},
        {"assay volume-diff a.db b.db --rows --map id:order_id --tol at=1ms --min-age 5m",
         "the same rows, kept in another way"},
        {"assay volume-diff shop.db backup.db -t orders --distribution",
         "other values than there were?"},
        {"assay volume-diff shop.db -t orders --rows --save-snapshot orders.snapshot",
         "what the rows are today, in a small file"},
        {"assay volume-diff orders.snapshot shop.db --rows", "what has changed since"},
        {"assay volume-diff shop.db -t orders", "is yesterday as large as its past tells?"},
    };
    line.positionals.push_back(database_argument("A", 1, options.database_a));
    line.positionals.push_back({"B", "another one; without it A is compared with its own past", 0,
                                1, "", database_argument("B", 1, options.database_b).apply});
    line.positionals[0].missing_hint =
        "volume-diff compares two databases, or one with its own past: assay volume-diff A [B]";
    line.flags.push_back({0, "rows", "", "compare every row, not only how many there are",
                          Section::command,
                          [&](const auto&) { choose_question(DiffBy::rows, options); }});
    line.flags.push_back({0, "distribution", "", "compare how the values of columns are spread",
                          Section::command,
                          [&](const auto&) { choose_question(DiffBy::distributions, options); }});
    add_columns(line, options.key, options.ignore, "the primary key, else whole rows");
    add_differences(line, options);
    line.flags.push_back(
        {0, "recheck", "DUR", "look again after that time, and judge by the rows that still differ",
         Section::command, [&](const auto& text) { options.recheck = read_recheck(text); }});
    line.flags.push_back(
        {0, "max-diff", "N|P%", "rows that may differ per table (default 0)", Section::command,
         [&](const auto& text) { options.max_diff = parse_share("--max-diff", text); }});
    line.flags.push_back(
        {0, "depth", "HOW", "catalog (compare the estimates of the catalog) or full (default)",
         Section::command, [&](const auto& text) {
             options.common.depth = choose<Depth>(
                 "--depth", text, {{"catalog", Depth::catalog}, {"full", Depth::full}});
         }});
    line.flags.push_back(
        {0, "limit", "N", "rows to show per table (default 10)", Section::command,
         [&](const auto& text) { options.limit = parse_whole("--limit", text, 0, 1'000'000); }});
    line.flags.push_back(
        {0, "changes", "FILE|-", "write every row that differs, each as a line of JSON",
         Section::output,
         [&](const auto& text) { options.changes = SideFile{parse_text("--changes", text)}; }});
    line.flags.push_back(
        {0, "repair", "FILE|-",
         "write SQL that makes a table of B like that of A, for you to look at and run on B",
         Section::output,
         [&](const auto& text) { options.repair = SideFile{parse_text("--repair", text)}; }});
    line.flags.push_back(
        {0, "resume", "FILE",
         "with --rows: if the run ends early keep there what it has compared, and go on from it",
         Section::output,
         [&](const auto& text) { options.resume = parse_text("--resume", text); }});
    add_snapshot(line, options.snapshot);
    add_usual(line, options);
    add_history(line, options.common);
    add_selection(line, options.common);
    add_since(line, options.common);
    add_output(line, invocation.output);
    add_values(line, options.common);
    add_limits(line, options.common);
    add_jobs(line, options.common);
    add_memory(line, options.common, "for metrics, and for what SQLite sorts");
}

} // namespace assay::cli
