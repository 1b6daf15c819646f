// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/terminal_text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace assay::test {
namespace {

using OtherText = Escaped<struct OtherFormat>;

// What the compiler must object to: a string of a database, or what is safe in another format.
static_assert(std::is_convertible_v<const char (&)[4], TerminalText>);
static_assert(!std::is_constructible_v<TerminalText, std::string>);
static_assert(!std::is_constructible_v<TerminalText, std::string_view>);
static_assert(!std::is_constructible_v<TerminalText, const char*>);
static_assert(!std::is_constructible_v<TerminalText, char (&)[4]>);
static_assert(!std::is_constructible_v<TerminalText, OtherText>);
static_assert(!std::is_assignable_v<TerminalText&, std::string>);
static_assert(PrintableIn<TerminalText, TerminalFormat>);
static_assert(PrintableIn<std::int64_t, TerminalFormat>);
static_assert(!PrintableIn<std::string, TerminalFormat>);
static_assert(!PrintableIn<std::string_view, TerminalFormat>);
static_assert(!PrintableIn<const char*, TerminalFormat>);
static_assert(!PrintableIn<OtherText, TerminalFormat>);

} // namespace

TEST_CASE("text for a terminal is made of literals, numbers and what is escaped") {
    const TerminalText name = terminal::escaped("a\x1b[2Jb");
    CHECK(name.text() == "a\\x1b[2Jb");
    CHECK(("table " + name + "\n").text() == "table a\\x1b[2Jb\n");
    CHECK(terminal::compose("{}: {} of {}", name, 2, "three").text() == "a\\x1b[2Jb: 2 of three");
    CHECK(terminal::identifier("a.b").text() == "\"a.b\"");
    CHECK(TerminalText().empty());
}

} // namespace assay::test
