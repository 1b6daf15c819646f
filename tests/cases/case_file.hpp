// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::testing {

/// A part of a case file: "-- stdout" and the lines below it.
struct Section {
    std::string keyword;            ///< "setup", "run", "stdout", ...; empty: what stands before
    std::string argument;           ///< what follows the keyword in its line
    std::vector<std::string> lines; ///< without their line ends
    std::size_t line_number = 1;    ///< of the keyword
};

/// One "-- run" and what is expected of it: indices into CaseFile::sections.
struct Group {
    std::size_t run = 0;
    std::optional<std::size_t> output;
    std::optional<std::size_t> errors;
    std::optional<std::size_t> exit;
    std::vector<std::size_t> json;
};

/// A .case file, in parts that write() puts together again unchanged.
struct CaseFile {
    std::string path;
    std::vector<Section> sections;
    std::vector<Group> groups;
};

/// @throws std::runtime_error with path and line for what is not understood.
CaseFile read_case(const std::string& path);
/// Replace the file.
void write_case(const CaseFile& file);

/// The lines with a line end behind each.
std::string joined(const std::vector<std::string>& lines);
std::vector<std::string> split_lines(std::string_view text);

/// A command line as words, with where its stdin comes from and its stdout goes to (or empty).
struct CommandLine {
    std::vector<std::string> words;
    std::string input;
    std::string output;
};
/// The command lines of a "-- run": a backslash at the end of a line continues it, quotes and
/// backslashes work as in sh, nothing else does.
std::vector<CommandLine> command_lines(const Section& run);

} // namespace assay::testing
