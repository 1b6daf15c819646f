// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "command_line.hpp"
#include "invocation.hpp"

#include <span>
#include <string_view>

namespace assay::cli {

/// One word of the command line that does something.
struct Subcommand {
    std::string_view name; ///< "report diff": two words
    std::string_view summary;
    /// Declare what it understands. The flags write into `invocation`, which must stay where it is.
    void (*add)(CommandLine& line, Invocation& invocation);
};

/// THE table, in the order of the help.
std::span<const Subcommand> subcommands() noexcept;
/// @return nullptr if there is none of that name.
const Subcommand* find_subcommand(std::string_view name) noexcept;

void add_audit(CommandLine& line, Invocation& invocation);
void add_freshness(CommandLine& line, Invocation& invocation);
void add_dedupe_check(CommandLine& line, Invocation& invocation);
void add_volume_diff(CommandLine& line, Invocation& invocation);
void add_report(CommandLine& line, Invocation& invocation);
void add_report_diff(CommandLine& line, Invocation& invocation);
void add_report_prune(CommandLine& line, Invocation& invocation);

} // namespace assay::cli
