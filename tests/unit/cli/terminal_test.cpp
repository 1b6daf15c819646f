// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"

#include "assay/terminal.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace {

using namespace assay;
using namespace assay::cli;

Environment with(std::map<std::string, std::string> variables) {
    return [variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

bool coloured(std::optional<When> flag, std::map<std::string, std::string> variables,
              Target target) {
    return choose_colour(flag, with(std::move(variables)), target) == Colour::on;
}

} // namespace

TEST_CASE("colour follows the terminal when nobody says anything") {
    CHECK(coloured({}, {}, Target::terminal));
    CHECK_FALSE(coloured({}, {}, Target::other));
    CHECK_FALSE(coloured({}, {{"TERM", "dumb"}}, Target::terminal));
}

TEST_CASE("NO_COLOR counts when it is not empty") {
    CHECK_FALSE(coloured({}, {{"NO_COLOR", "0"}}, Target::terminal));
    CHECK(coloured({}, {{"NO_COLOR", ""}}, Target::terminal));
    CHECK_FALSE(coloured({}, {{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}, Target::terminal));
}

TEST_CASE("CLICOLOR_FORCE and FORCE_COLOR colour a pipe, zero does not") {
    CHECK(coloured({}, {{"CLICOLOR_FORCE", "1"}}, Target::other));
    CHECK(coloured({}, {{"FORCE_COLOR", "3"}, {"TERM", "dumb"}}, Target::other));
    CHECK_FALSE(coloured({}, {{"CLICOLOR_FORCE", "0"}}, Target::other));
    CHECK_FALSE(coloured({}, {{"FORCE_COLOR", "0"}}, Target::other));
}

TEST_CASE("ASSAY_COLOR beats the common variables and the flag beats it") {
    CHECK(coloured({}, {{"ASSAY_COLOR", "always"}, {"NO_COLOR", "1"}}, Target::other));
    CHECK_FALSE(coloured({}, {{"ASSAY_COLOR", "never"}, {"FORCE_COLOR", "1"}}, Target::terminal));
    CHECK_FALSE(coloured({}, {{"ASSAY_COLOR", "auto"}, {"NO_COLOR", "1"}}, Target::terminal));
    CHECK(coloured(When::always, {{"ASSAY_COLOR", "never"}, {"NO_COLOR", "1"}}, Target::other));
    CHECK_FALSE(coloured(When::never, {{"ASSAY_COLOR", "always"}}, Target::terminal));
}

TEST_CASE("the flag --color auto asks the common variables but not ASSAY_COLOR") {
    CHECK(coloured(When::automatic, {{"ASSAY_COLOR", "never"}}, Target::terminal));
    CHECK_FALSE(coloured(When::automatic, {{"NO_COLOR", "1"}}, Target::terminal));
}

TEST_CASE("a wrong word in ASSAY_COLOR is blamed on ASSAY_COLOR") {
    CHECK_THROWS_WITH(coloured({}, {{"ASSAY_COLOR", "yes"}}, Target::terminal),
                      Catch::StartsWith("ASSAY_COLOR: 'yes' is not one of auto, always, never"));
    CHECK_NOTHROW(coloured(When::never, {{"ASSAY_COLOR", "yes"}}, Target::terminal));
}

TEST_CASE("case 265: marks beyond ASCII need a UTF-8 locale") {
    const auto glyphs = [](std::map<std::string, std::string> variables) {
        return choose_glyphs({}, with(std::move(variables)));
    };
    CHECK(glyphs({}) == Glyphs::ascii);
    CHECK(glyphs({{"LANG", "C"}}) == Glyphs::ascii);
    CHECK(glyphs({{"LANG", "de_DE.UTF-8"}}) == Glyphs::unicode);
    CHECK(glyphs({{"LANG", "C.utf8"}}) == Glyphs::unicode);
    CHECK(glyphs({{"LANG", "C.UTF-8"}, {"LC_ALL", "C"}}) == Glyphs::ascii);
    CHECK(glyphs({{"LANG", "C"}, {"LC_CTYPE", "C.UTF-8"}}) == Glyphs::unicode);
    CHECK(glyphs({{"LC_ALL", ""}, {"LANG", "C.UTF-8"}}) == Glyphs::unicode);
    CHECK(choose_glyphs(Glyphs::ascii, with({{"LANG", "C.UTF-8"}})) == Glyphs::ascii);
}

TEST_CASE("the width is the flag, COLUMNS, the terminal, 80, or no limit in a pipe") {
    CHECK(choose_width(120, with({{"COLUMNS", "90"}}), Target::other, {}) == 120);
    CHECK(choose_width(0, with({}), Target::terminal, 100) == 0);
    CHECK(choose_width({}, with({{"COLUMNS", "90"}}), Target::terminal, 100) == 90);
    CHECK(choose_width({}, with({{"COLUMNS", "wide"}}), Target::terminal, 100) == 100);
    CHECK(choose_width({}, with({{"COLUMNS", "0"}}), Target::terminal, 100) == 100);
    CHECK(choose_width({}, with({}), Target::terminal, {}) == 80);
    CHECK(choose_width({}, with({}), Target::terminal, 3) == 20);
    CHECK(choose_width({}, with({{"COLUMNS", "90"}}), Target::other, 100) == 0);
}
