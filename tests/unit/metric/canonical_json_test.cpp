// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/canonical_json.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>

using namespace assay;
using namespace std::string_literals;

namespace {

constexpr auto none = std::nullopt;

std::string a_json(int levels) {
    switch (*rc::gen::inRange(0, levels > 0 ? 7 : 5)) {
    case 0: return "null";
    case 1: return *rc::gen::element("true"s, "false"s);
    case 2: return *rc::gen::element("0"s, "-0"s, "1.50"s, "15e-1"s, "123456789012345678901"s);
    case 3: return *rc::gen::element(R"("")"s, R"("\u0041\n")"s, R"("A\u000a")"s, R"("é😀")"s);
    case 4: return *rc::gen::element("{}"s, "[]"s);
    case 5: {
        std::string text = "[";
        const int elements = *rc::gen::inRange(1, 4);
        for (int i = 0; i < elements; ++i) {
            text += (i == 0 ? " " : " , ") + a_json(levels - 1);
        }
        return text + "\t]";
    }
    default: break;
    }
    std::string text = "{";
    const int members = *rc::gen::inRange(1, 4);
    for (int i = 0; i < members; ++i) {
        text += (i == 0 ? "" : ",") + *rc::gen::element(R"("a")"s, R"("\u0061")"s, R"("")"s) +
                " : " + a_json(levels - 1);
    }
    return text + "}";
}

} // namespace

TEST_CASE("one JSON value has one spelling") {
    CHECK(canonical_json(R"({"b":1,"a":[1,2]})") ==
          canonical_json(R"( {"a": [1.0, 2e0], "b": 1} )"));
    CHECK(canonical_json(R"({"b":[1.50,"\u00e9",{"x":null}],"a":true})") ==
          R"({"a":true,"b":[1.5,"é",{"x":null}]})");
    CHECK(canonical_json(R"({"a":1,"a":2})") == R"({"a":2})");
    CHECK(canonical_json(R"({"":1,"b":{"":[]}})") == R"({"":1,"b":{"":[]}})");
    CHECK(canonical_json("\"\\ud83d\\ude00\\/\"") == "\"😀/\"");
    CHECK(canonical_json("-0.0") == "0");
    CHECK(canonical_json("12345678901234567890.10") == "12345678901234567890.1");
    CHECK(canonical_json("123456789012345678901234567890") == "123456789012345678901234567890");
    CHECK(canonical_json("1E5") == "100000");
}

TEST_CASE("JSON values that differ have different spellings") {
    CHECK(canonical_json("[1,2]") != canonical_json("[2,1]"));
    CHECK(canonical_json("1") != canonical_json("\"1\""));
    CHECK(canonical_json("[[],1]") != canonical_json("[[1]]"));
    CHECK(canonical_json(R"(["a,b"])") != canonical_json(R"(["a","b"])"));
    CHECK(canonical_json(R"({"a":null})") != canonical_json("{}"));
    CHECK(canonical_json("0.1") != canonical_json("0.1000000000000000055511151231257827"));
    CHECK(canonical_json("9007199254740993") != canonical_json("9007199254740992"));
}

TEST_CASE("what is no JSON has no spelling") {
    for (const auto* text : {"", " ", "{", "[1,]", "{'a':1}", "NaN", "nul", "1 2", "\"\xff\"",
                             "\"\\ud800\"", "1e999", "{\"a\"}", "// no\n1"}) {
        CAPTURE(text);
        CHECK(canonical_json(text) == none);
    }
    CHECK(canonical_json("\"a\0b\""s) == none);
}

TEST_CASE("JSON is read to 512 levels, and never to the end of the stack") {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    CHECK(canonical_json(nested(512)) == nested(512));
    CHECK(canonical_json(nested(513)) == none);
    CHECK(canonical_json(nested(1'000'000)) == none);
    CHECK(canonical_json("1e-999999999") == "1e-999999999");
}

TEST_CASE("the spelling of a JSON value is its own spelling") {
    rc::prop("of any value", [] {
        const std::string text = a_json(3);
        const auto once = canonical_json(text);
        RC_ASSERT(once);
        RC_ASSERT(canonical_json(*once) == once);
        RC_ASSERT(once->find_first_of(" \t") == std::string::npos);
    });
}
