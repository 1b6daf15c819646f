// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "command_line.hpp"
#include "invocation.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace assay::cli {

/// What a command line asks for.
enum class Intent : std::uint8_t {
    run,
    help, ///< of `command`, or of assay when that is empty
    version,
    concise_help, ///< nothing was asked for
};

struct Parsed {
    Intent intent = Intent::run;
    std::string command;
    std::unique_ptr<Invocation> invocation; ///< only for Intent::run
};

/// Understand the arguments after the program name. Nothing is opened or read.
/// @throws Error of kind usage. Its texts never repeat a password.
Parsed parse(const std::vector<std::string>& arguments);

/// What a call with flags of a command compares: its words and the flags that decide that, or what
/// may be shown of it; not how long it may take, how much it shows, or where to.
/// @throws Error of kind usage, as parse() does.
std::vector<std::string> what_is_compared(const std::vector<std::string>& arguments);

/// The command that a command line with errors most likely means; empty if none is named.
std::string guess_command(const std::vector<std::string>& arguments);
/// The format that a command line asks for on stdout, with errors or not; text if it does not.
Format asked_format(const std::vector<std::string>& arguments);

} // namespace assay::cli
