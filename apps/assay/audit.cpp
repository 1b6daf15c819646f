// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "choices.hpp"
#include "common_options.hpp"
#include "subcommands.hpp"

namespace assay::cli {

void add_audit(CommandLine& line, Invocation& invocation) {
    auto& options = invocation.options.emplace<AuditOptions>();
    line.usage = "assay audit [DB] [flags]";
    line.about = "Reads every table once, in one snapshot, and says what state it is in: rows and "
                 "size, a profile of every column, keys, foreign keys, indexes, and what is wrong "
                 "with them. It changes nothing.";
    line.examples = {
        {"assay audit shop.db", "every table of a SQLite file"},
        {"assay audit postgresql://app@db1/shop -t 'public.*'", "one schema of a server"},
        {"assay audit shop.db --json | jq .summary", "for scripts"},
        {"assay audit shop.db --depth catalog", "definitions only, in a moment"},
    };
    line.positionals.push_back(database_argument("DB", 0, options.database));
    line.flags.push_back(
        {0, "depth", "HOW", "catalog (definitions and statistics), sample, or full (default)",
         Section::selection, [&](const auto& text) {
             options.common.depth = choose<Depth>(
                 "--depth", text,
                 {{"catalog", Depth::catalog}, {"sample", Depth::sample}, {"full", Depth::full}});
         }});
    line.flags.push_back({0, "verify", "",
                          "hold the indexes against their tables, page by page (SQLite)",
                          Section::command, [&](const auto&) { options.verify = true; }});
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
