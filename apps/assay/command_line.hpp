// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

/// The heading of the help under which a flag stands.
enum class Section : std::uint8_t { command, selection, output, gate, limits };

/// One flag. Its `apply` is called once per occurrence, in the order of the command line.
struct Flag {
    char letter = 0;   ///< 't' of -t; 0: there is none
    std::string name;  ///< "table" of --table
    std::string value; ///< how the help calls the value; empty: takes no value
    std::string help;  ///< one sentence without a full stop
    Section section = Section::command;
    /// Take the value ("" for a flag without one).
    /// @throws Error of kind usage that names the flag, the value and an example.
    std::function<void(const std::string& value)> apply;
};

/// An argument without a dash.
struct Positional {
    std::string name; ///< "DB"
    std::string help;
    std::size_t least = 0;
    std::size_t most = 1;
    std::string missing_hint; ///< what to do when there are fewer than `least`
    std::function<void(const std::string& value)> apply;
};

/// A call that the help shows and what it does.
struct Example {
    std::string call;
    std::string comment;
};

/// What a subcommand understands.
struct CommandLine {
    std::string usage; ///< "assay audit [DB] [flags]"
    std::string about; ///< one paragraph
    std::vector<Example> examples;
    std::vector<Positional> positionals;
    std::vector<Flag> flags;
};

/// "-t, --table", or "--schema".
std::string flag_names(const Flag& flag);

/// What stood on the command line, sorted but not yet understood.
struct Tokens {
    struct Use {
        std::string name; ///< long name of the flag
        std::string value;
    };
    std::vector<Use> uses; ///< in the order of the command line
    std::vector<std::string> words;
    std::optional<std::string> unknown_flag; ///< the first one, as typed
};

/// Sort arguments into flags and words with CLI11. Only the names, letters and values of `flags`
/// matter here; none of them is applied.
/// @throws Error of kind usage: a value is missing, empty or not wanted.
Tokens tokenize(const std::vector<std::string>& arguments, const std::vector<Flag>& flags);

} // namespace assay::cli
