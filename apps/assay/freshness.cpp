// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "choices.hpp"
#include "common_options.hpp"
#include "subcommands.hpp"
#include "values.hpp"

namespace assay::cli {

namespace {

void add_deadline(CommandLine& line, FreshnessOptions& options) {
    line.flags.push_back({0, "by-time", "WHEN", "loads are due then: '07:00 Europe/Berlin mon-fri'",
                          Section::command, [&](const auto& text) {
                              options.by_time = parse_by_time("--by-time", text);
                          }});
    line.flags.push_back(
        {0, "grace", "DUR", "that much after --by-time is on time still (default: 0s)",
         Section::command, [&](const auto& text) { options.grace = parse_age("--grace", text); }});
    line.flags.push_back(
        {0, "calendar", "FILE", "nothing is due on its days: in each line a date, or one..another",
         Section::command,
         [&](const auto& text) { options.calendar = read_calendar("--calendar", text); }});
    line.flags.push_back(
        {0, "arrival-column", "COL",
         "the column that says when rows came, where --column says another time", Section::command,
         [&](const auto& text) { options.arrival_column = parse_text("--arrival-column", text); }});
}

} // namespace

void add_freshness(CommandLine& line, Invocation& invocation) {
    auto& options = invocation.options.emplace<FreshnessOptions>();
    line.usage = "assay freshness [DB] [-t TABLE] [-c COLUMN] [--max-age DUR] [flags]";
    line.about = "Finds the newest row that is not in the future and compares its age with what "
                 "you allow. Rows dated in the future and rows without a date are counted.";
    line.examples = {
        {"assay freshness shop.db -t orders --max-age 1d", "exit 1 when older than a day"},
        {"assay freshness shop.db -t orders -c paid_at --warn-age 6h --max-age 1d",
         "a warning first"},
        {"assay freshness shop.db -t orders --by-time '07:00 Europe/Berlin mon-fri'",
         "exit 1 when the load that was due is missing"},
        {"assay freshness shop.db -t orders --event-column at --arrival-column loaded_at",
         "how long rows take to arrive"},
        {"assay freshness shop.db", "the age of every table that has dates"},
    };
    line.positionals.push_back(database_argument("DB", 0, options.database));
    line.flags.push_back(
        {'c', "column", "COL", "the column that says when (default: guessed, and said)",
         Section::command,
         [&](const auto& text) { options.column = parse_text("--column", text); }});
    line.flags.push_back(
        {0, "max-age", "DUR", "older is critical: 90s, 15m, 24h, 1d12h", Section::command,
         [&](const auto& text) { options.max_age = parse_age("--max-age", text); }});
    line.flags.push_back(
        {0, "warn-age", "DUR", "older is a warning", Section::command,
         [&](const auto& text) { options.warn_age = parse_age("--warn-age", text); }});
    line.flags.push_back({0, "escalate", "Nx=LEVEL",
                          "more severe from N times the limit on: 2x=critical; repeatable",
                          Section::command, [&](const auto& text) {
                              options.escalations.push_back(parse_escalation("--escalate", text));
                          }});
    add_deadline(line, options);
    line.flags.push_back({0, "slo", "P%/DUR",
                          "a promise: --by-time or --max-age holds for 99.5%/30d", Section::command,
                          [&](const auto& text) { options.slo = parse_promise("--slo", text); }});
    line.flags.push_back(
        {0, "backcast", "DUR", "tell from past arrivals how often the table was late: 30d",
         Section::command,
         [&](const auto& text) { options.backcast = parse_past("--backcast", text); }});
    line.flags.push_back(
        {0, "retention", "DUR", "rows are kept that long: older ones are critical, and counted",
         Section::command,
         [&](const auto& text) { options.retention = parse_retention("--retention", text); }});
    line.flags.push_back(
        {0, "by", "WHAT", "each value of this column (source, tenant) has to be as recent",
         Section::command, [&](const auto& text) { options.by = parse_text("--by", text); }});
    line.flags.push_back(
        {0, "event-column", "COL", "the column that says when a row happened, to tell the lag",
         Section::command,
         [&](const auto& text) { options.event_column = parse_text("--event-column", text); }});
    line.flags.push_back(
        {0, "max-lag", "DUR", "a row that arrives later after its event is late", Section::command,
         [&](const auto& text) { options.max_lag = parse_age("--max-lag", text); }});
    line.flags.push_back(
        {0, "max-late", "N|P%", "late rows to allow (default 0)", Section::command,
         [&](const auto& text) { options.max_late = parse_share("--max-late", text); }});
    add_history(line, options.common);
    line.flags.push_back(
        {0, "depth", "HOW",
         "index (default): only the end of an index, where there is one; full: every row",
         Section::selection, [&](const auto& text) {
             options.reading = choose<Reading>(
                 "--depth", text, {{"index", Reading::shortest}, {"full", Reading::whole}});
         }});
    add_selection(line, options.common);
    add_clock(line, options.common);
    add_output(line, invocation.output);
    add_limits(line, options.common);
    add_memory(line, options.common, "for what SQLite sorts");
    add_jobs(line, options.common);
}

} // namespace assay::cli
