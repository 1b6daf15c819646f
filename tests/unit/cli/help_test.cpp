// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"

#include "assay/help.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <sstream>

namespace {

using namespace assay;
using namespace assay::cli;

std::size_t longest_line(const std::string& text) {
    std::istringstream lines(text);
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) {
        longest = std::max(longest, display_width(line));
    }
    return longest;
}

bool has_trailing_blanks(const std::string& text) { return text.find(" \n") != std::string::npos; }

} // namespace

TEST_CASE("no line of any help is longer than 80 cells") {
    CHECK(longest_line(main_help({})) <= 80);
    CHECK(longest_line(concise_help({})) <= 80);
    for (const auto& subcommand : subcommands()) {
        CHECK(longest_line(command_help(subcommand, {})) <= 80);
    }
}

TEST_CASE("no line of any help ends in blanks") {
    CHECK_FALSE(has_trailing_blanks(main_help({})));
    for (const auto& subcommand : subcommands()) {
        CHECK_FALSE(has_trailing_blanks(command_help(subcommand, {})));
    }
}

TEST_CASE("the help of every subcommand leads with examples of itself and lists its flags") {
    for (const auto& subcommand : subcommands()) {
        const std::string help = command_help(subcommand, {});
        CHECK(help.starts_with("Examples\n"));
        CHECK(help.find("  assay ") < help.find("Usage\n"));
        Invocation invocation;
        CommandLine line;
        subcommand.add(line, invocation);
        REQUIRE(line.examples.size() >= 2);
        std::set<std::string> names;
        for (const auto& flag : line.flags) {
            INFO(flag.name);
            CHECK(names.insert(flag.name).second);
            CHECK(help.find("--" + flag.name) != std::string::npos);
            CHECK_FALSE(flag.help.empty());
            CHECK_FALSE(flag.help.ends_with('.'));
        }
        for (const auto& positional : line.positionals) {
            CHECK_FALSE(positional.help.empty());
        }
    }
}

TEST_CASE("the main help lists every subcommand and every exit status") {
    const std::string help = main_help({});
    for (const auto& subcommand : subcommands()) {
        CHECK(help.find("\n  " + std::string(subcommand.name) + ' ') != std::string::npos);
    }
    for (const char* status : {"\n  0 ", "\n  1 ", "\n  2 ", "\n  3 ", "\n  128+n "}) {
        CHECK(help.find(status) != std::string::npos);
    }
}

TEST_CASE("help has colour only when asked for") {
    CHECK(main_help({}).find('\x1b') == std::string::npos);
    CHECK(main_help({80, Colour::on}).find("\x1b[1m") != std::string::npos);
}

TEST_CASE("help wraps to a narrow terminal") {
    // The calls in the examples are not wrapped: they are there to be copied.
    Invocation invocation;
    for (const auto& subcommand : subcommands()) {
        const std::string help = command_help(subcommand, {60, Colour::off});
        const std::string flags = help.substr(help.find("\nOutput\n"));
        CHECK(longest_line(flags.substr(0, flags.find("\nDUR"))) <= 60);
    }
}
