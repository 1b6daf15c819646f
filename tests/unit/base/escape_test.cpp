// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/base/unicode.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace std::string_literals;
using assay::count_code_points;
using assay::display_identifier;
using assay::escape_text;
using assay::is_valid_utf8;
using assay::next_code_point;

namespace {

/// Pieces that a hostile name is made of.
std::string a_hostile_text() {
    static const std::vector<std::string> pieces = {
        "a",        "ß",      "日",           "\x1b[31m", "\n",     "\0"s,    "\x7f",
        "\xc2\x9b", "\u202e", "\u200b",       "\u200d",   "\u2028", "\ufeff", "\U000e0041",
        "\xff",     "\xc3",   "\xed\xa0\x80", "\xf0\x9f", "👍",      "🏽",   "👨\u200d👩\u200d👧",
        "\u0301",   "\ufe0f", "\\",           "\\x1b",    "\"",     " ",      "\u00ad"};
    const auto count = *rc::gen::inRange(0, 8);
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += *rc::gen::elementOf(pieces);
    }
    return text;
}

bool has_control_byte(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

} // namespace

TEST_CASE("plain text stays as it is") {
    for (const auto* text :
         {"", "abc", "a b", "Größe", "日本語", "नमस्ते", "e\u0301", "5 % \\ 'x' \"y\"", "👍🏽",
          "❤\ufe0f", "👨\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "مرحبا"}) {
        CHECK(escape_text(text) == text);
    }
}

TEST_CASE("control characters become visible") {
    CHECK(escape_text("\x1b[31mred") == "\\x1b[31mred");
    CHECK(escape_text("a\nb\rc\td") == "a\\nb\\rc\\td");
    CHECK(escape_text("a\0b"s) == "a\\x00b");
    CHECK(escape_text("\x7f") == "\\x7f");
    CHECK(escape_text("\xc2\x9b"
                      "31m") == "\\x9b31m"); // CSI in one C1 character
    CHECK(escape_text("\xc2\x85") == "\\x85");
    CHECK(escape_text("\a\b") == "\\x07\\x08");
}

TEST_CASE("characters that hide or reorder text become visible") {
    CHECK(escape_text("abc\u202etxt.exe") == "abc\\u202etxt.exe");
    CHECK(escape_text("\u2066x\u2069") == "\\u2066x\\u2069");
    CHECK(escape_text("a\u200bb") == "a\\u200bb");
    CHECK(escape_text("a\u200cb") == "a\\u200cb");
    CHECK(escape_text("\u200e\u200f\u061c") == "\\u200e\\u200f\\u061c");
    CHECK(escape_text("\ufeffid") == "\\ufeffid");
    CHECK(escape_text("so\u00adft") == "so\\xadft");
    CHECK(escape_text("\u2028\u2029") == "\\u2028\\u2029");
    CHECK(escape_text("\u2060\u2061") == "\\u2060\\u2061");
    CHECK(escape_text("x\U000e0041\U000e007f") == "x\\U000e0041\\U000e007f");
    CHECK(escape_text("\ufff9") == "\\ufff9");
    CHECK(escape_text("a\u180eb") == "a\\u180eb"); // Mongolian vowel separator
    CHECK(escape_text("a\u034fb") == "a\\u034fb"); // combining grapheme joiner
    CHECK(escape_text("a\u3164b") == "a\\u3164b"); // a letter without ink
}

TEST_CASE("a zero-width joiner is kept inside an emoji and shown anywhere else") {
    CHECK(escape_text("👩\u200d💻") == "👩\u200d💻");
    CHECK(escape_text("pay\u200dpal") == "pay\\u200dpal");
    CHECK(escape_text("\u200d👍") == "\\u200d👍");
    CHECK(escape_text("👍\u200d") == "👍\\u200d");
    CHECK(escape_text("👍\u200d\u200d👍") == "👍\\u200d\\u200d👍");
    CHECK(escape_text("👍\u200da") == "👍\\u200da");
    CHECK(escape_text("\u200d") == "\\u200d");
}

TEST_CASE("bytes that are not UTF-8 become visible one by one") {
    CHECK(escape_text("\xff\xfe") == "\\xff\\xfe");
    CHECK(escape_text("\xc3(") == "\\xc3(");
    CHECK(escape_text("a\xe2\x82") == "a\\xe2\\x82");
    CHECK(escape_text("\xc0\xaf") == "\\xc0\\xaf");                   // overlong
    CHECK(escape_text("\xed\xa0\x80") == "\\xed\\xa0\\x80");          // surrogate
    CHECK(escape_text("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80"); // beyond U+10FFFF
}

TEST_CASE("escaped text is safe whatever it was") {
    rc::prop("no control byte, valid UTF-8, one line, and escaping again changes nothing", [] {
        const auto text =
            *rc::gen::arbitrary<bool>() ? a_hostile_text() : *rc::gen::arbitrary<std::string>();
        const auto escaped = escape_text(text);
        RC_ASSERT(!has_control_byte(escaped));
        RC_ASSERT(is_valid_utf8(escaped));
        RC_ASSERT(escape_text(escaped) == escaped);
        for (const auto* hidden : {"\u202e", "\u200b", "\u2028", "\ufeff", "\u0085", "\u009b"}) {
            RC_ASSERT(escaped.find(hidden) == std::string::npos);
        }
    });
    rc::prop("identifiers too", [] {
        const auto escaped = display_identifier(a_hostile_text());
        RC_ASSERT(!has_control_byte(escaped));
        RC_ASSERT(is_valid_utf8(escaped));
        RC_ASSERT(!escaped.empty());
    });
}

TEST_CASE("an identifier is quoted where its ends would be in doubt") {
    CHECK(display_identifier("orders") == "orders");
    CHECK(display_identifier("Order Details") == "Order Details");
    CHECK(display_identifier("größe_日本") == "größe_日本");
    CHECK(display_identifier("") == "\"\"");
    CHECK(display_identifier(" x") == "\" x\"");
    CHECK(display_identifier("x ") == "\"x \"");
    CHECK(display_identifier("a.b") == "\"a.b\"");
    CHECK(display_identifier("say \"hi\"") == "\"say \"\"hi\"\"\"");
    CHECK(display_identifier("a;b") == "\"a;b\"");
    CHECK(display_identifier("a\nb") == "a\\nb");
    CHECK(display_identifier("'; DROP TABLE x --") == "\"'; DROP TABLE x --\"");
}

TEST_CASE("code points are counted, broken bytes one by one") {
    CHECK(count_code_points("") == 0);
    CHECK(count_code_points("abc") == 3);
    CHECK(count_code_points("Größe") == 5);
    CHECK(count_code_points("e\u0301") == 2);
    CHECK(count_code_points("👨\u200d👩") == 3);
    CHECK(count_code_points("\xff\xfe\xc3") == 3);
    CHECK(count_code_points("a\0b"s) == 3);
    CHECK(next_code_point("ß").value == 0xdf);
    CHECK(next_code_point("ß").size == 2);
    CHECK(next_code_point("\xff").value == -1);
    CHECK(next_code_point("\xff").size == 1);
    CHECK(next_code_point("👍").value == 0x1f44d);
}

TEST_CASE("UTF-8 is what the standard says it is") {
    CHECK(is_valid_utf8(""));
    CHECK(is_valid_utf8("a\0b"s));
    CHECK(is_valid_utf8("\U0010ffff"));
    CHECK_FALSE(is_valid_utf8("\xed\xb0\x80"));
    CHECK_FALSE(is_valid_utf8("\xc1\x81"));
    CHECK_FALSE(is_valid_utf8("abc\xe2\x82"));
    CHECK_FALSE(is_valid_utf8("\xf5\x80\x80\x80"));
}
