// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "command_line.hpp"
#include "invocation.hpp"

namespace assay::cli {

// Flags that several subcommands have. The options must outlive the command line. Each function
// adds one group, so that a subcommand only offers what means something to it.

/// The database argument: `least` of 0 leaves it to the environment.
Positional database_argument(const std::string& name, std::size_t least, std::string& target);

/// -t, --exclude, --schema, --views.
void add_selection(CommandLine& line, CommonOptions& options);
/// --since and -c, --column, with add_now().
void add_since(CommandLine& line, CommonOptions& options);
/// --now, --assume-tz.
void add_now(CommandLine& line, CommonOptions& options);
/// The same and --skew.
void add_clock(CommandLine& line, CommonOptions& options);
/// --values.
void add_values(CommandLine& line, CommonOptions& options);
/// --history.
void add_history(CommandLine& line, CommonOptions& options);
/// --explain and the limits on time: --timeout, --lock-timeout, --max-runtime.
void add_limits(CommandLine& line, CommonOptions& options);
/// -j, --jobs: where tables are read at the same time.
void add_jobs(CommandLine& line, CommonOptions& options);
/// --memory.
/// @param use what it is for, as in "for metrics"
void add_memory(CommandLine& line, CommonOptions& options, const std::string& use);
/// -f, --json, --export, -o, -q, -v, --progress, --color, --no-color, --ascii, --width, --fail-on.
void add_output(CommandLine& line, OutputOptions& options);
/// -k, --key and --ignore; `without_key` says what is compared when there is no key.
void add_columns(CommandLine& line, std::vector<std::string>& key, std::vector<std::string>& ignore,
                 const std::string& without_key);

} // namespace assay::cli
