// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/mask.hpp"

#include "assay/base/text.hpp"
#include "assay/metric/mask_outline.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <optional>
#include <string>
#include <string_view>

using assay::exact_mask;
using assay::general_mask;
using assay::MaskOutline;

namespace {

/// The symbols of an outline, however it is found.
std::optional<std::string> outline_of(std::string_view text) {
    MaskOutline outline;
    MaskOutline plain;
    REQUIRE(outline.read("1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a")); // which leaves nothing behind
    const bool has_one = outline.read(text);
    CHECK(plain.read_plainly(text) == has_one);
    if (!has_one) {
        return std::nullopt;
    }
    CHECK(outline.symbols() == plain.symbols());
    CHECK(outline == plain);
    CHECK(outline.is_blank() == (text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos));
    return std::string(outline.symbols());
}

} // namespace

TEST_CASE("an exact mask counts the characters of each run") {
    CHECK(exact_mask("AB-0012") == "A{2}-9{4}");
    CHECK(exact_mask("A1") == "A9");
    CHECK(exact_mask("2024-02-30") == "9{4}-9{2}-9{2}");
    CHECK(exact_mask("Ann B.") == "Aa{2}_A.");
    CHECK(exact_mask("--x") == "-{2}a");
    CHECK(exact_mask("") == "");
}

TEST_CASE("two ASCII texts have the same outline exactly if they have the same mask") {
    rc::prop("and a text without an outline has a mask of its own", [] {
        const auto text = rc::gen::scale(
            2.0, rc::gen::container<std::string>(rc::gen::oneOf(
                     rc::gen::elementOf(std::string("09azAZ _-@.\\\t\n\x01\x7f\x80\xff")),
                     rc::gen::element('a', '-'))));
        const std::string one = *text;
        const std::string other = *rc::gen::oneOf(text, rc::gen::just(one + one.substr(0, 1)));
        const auto first = outline_of(one);
        const auto second = outline_of(other);
        const bool same_mask = general_mask(one) == general_mask(other);
        if (first && second) {
            RC_ASSERT((first == second) == same_mask);
        } else if (first || second) {
            RC_ASSERT_FALSE(same_mask);
        }
    });
}

TEST_CASE("outlines are those of masks at every length") {
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string text = std::string(size, 'x') + "--" + std::string(size % 5, '7') + "_ ";
        CHECK(outline_of(text) ==
              std::string(size > 0 ? "a" : "") + "--" + (size % 5 > 0 ? "9" : "") + "_ ");
    }
    CHECK(outline_of("1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a").has_value());
    CHECK_FALSE(outline_of("1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1").has_value());
    CHECK_FALSE(outline_of("a\x01").has_value());
    CHECK_FALSE(outline_of("\xc3\xa9").has_value());
}

TEST_CASE("the outline of white space is one blank or two") {
    CHECK(outline_of("") == "");
    CHECK(outline_of(" ") == " ");
    CHECK(outline_of("\t \r\n") == "  ");
    CHECK(outline_of(std::string(33, ' ')) == "  ");
}

TEST_CASE("a general mask forgets how long the runs are") {
    CHECK(general_mask("bob77@mail.org") == "a+9+@a+.a+");
    CHECK(general_mask("x@y.z") == "a+@a+.a+");
    CHECK(general_mask("1e5") == "9+a+9+");
    CHECK(general_mask(" 12") == "_9+");
    CHECK(general_mask("Ann B") == "A+a+_A+");
    CHECK(general_mask("Ann  B") == "A+a+_+A+");
    CHECK(general_mask("\t\r\n") == "_+");
    CHECK(general_mask("a...b") == "a+.+a+");
    CHECK(general_mask("") == "");
}

TEST_CASE("a literal underscore and a backslash are told from white space") {
    CHECK(general_mask("a_b") == "a+\\_a+");
    CHECK(general_mask("a b") == "a+_a+");
    CHECK(general_mask("a__b") == "a+\\_+a+");
    CHECK(exact_mask("a\\b") == "a\\\\a");
}

TEST_CASE("case 85: other scripts, control characters and broken UTF-8 are of class U") {
    CHECK(exact_mask("١٢") == "U{2}");
    CHECK(exact_mask("Jos\u00e9") == "Aa{2}U");
    CHECK(exact_mask("\xff\xfe") == "U{2}");
    CHECK(general_mask("a\xf0\x9f") == "a+U+");
    CHECK(exact_mask(std::string("\x01\x7f\0\x1b", 4)) == "U{4}");
}

TEST_CASE("a long mask is cut and ends in an ellipsis") {
    std::string pairs;
    std::string mask;
    for (int i = 0; i < 30; ++i) {
        pairs += "b1";
        mask += "a9";
    }
    CHECK(exact_mask(pairs + "b1b1") == mask + "a9a9");
    CHECK(exact_mask(pairs + "b1b1b") == mask + "a…");
    CHECK(exact_mask(pairs + "b11111b") == mask + "a…");
    CHECK(general_mask(std::string(100'000, 'x')) == "a+");
    CHECK(exact_mask(std::string(100'000, 'x')) == "a{100000}");
}

TEST_CASE("any bytes give a short mask of valid UTF-8 without control characters") {
    rc::prop("and without a letter or digit of their own", [](const std::string& text) {
        for (const std::string& mask : {exact_mask(text), general_mask(text)}) {
            RC_ASSERT(mask.size() <= 64U);
            RC_ASSERT(assay::is_valid_utf8(mask));
            RC_ASSERT(mask.empty() == text.empty());
            RC_ASSERT(
                mask.find_first_of("bcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTVWXYZ\x01\x7f") ==
                std::string::npos);
        }
    });
}
