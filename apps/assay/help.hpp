// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/writer.hpp"

#include "subcommands.hpp"

#include <cstddef>
#include <string>

namespace assay::cli {

/// How a help text looks.
struct HelpStyle {
    std::size_t width = 80;
    Colour colour = Colour::off;
};

/// `assay --help`.
std::string main_help(const HelpStyle& style);
/// `assay` without anything: what it is and how to begin.
std::string concise_help(const HelpStyle& style);
/// `assay audit --help`: examples first.
std::string command_help(const Subcommand& subcommand, const HelpStyle& style);

} // namespace assay::cli
