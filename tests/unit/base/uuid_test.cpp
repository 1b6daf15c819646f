// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/uuid.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>
#include <string_view>

using namespace assay;

namespace {

std::optional<std::string> rewritten(std::string_view text) {
    const auto bytes = parse_uuid(text);
    return bytes ? std::optional(format_uuid({bytes->data(), bytes->size()})) : std::nullopt;
}

} // namespace

TEST_CASE("a uuid is one in every spelling that Postgres reads") {
    const std::string uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    for (const auto* text :
         {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
          "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11",
          "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11    "}) {
        CAPTURE(text);
        CHECK(rewritten(text) == uuid);
    }
}

TEST_CASE("one spelling of a uuid is the canonical one") {
    CHECK(is_canonical_uuid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
    for (const auto* text :
         {"", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "A0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1 ", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1}",
          "a0eebc9-99c0b-4ef8-bb6d-6bb9bd380a11"}) {
        CAPTURE(text);
        CHECK_FALSE(is_canonical_uuid(text));
    }
    rc::prop("of which no byte can be another one", [] {
        const auto bytes = *rc::gen::container<std::string>(uuid_size, rc::gen::arbitrary<char>());
        std::string text = format_uuid(bytes);
        RC_ASSERT(is_canonical_uuid(text));
        const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
        const char other = *rc::gen::arbitrary<char>();
        const bool is_digit = std::string_view("0123456789abcdef").find(other) != std::string::npos;
        const bool may_be = text[place] == '-' ? other == '-' : is_digit;
        text[place] = other;
        RC_ASSERT(is_canonical_uuid(text) == may_be);
    });
}

TEST_CASE("what is nearly a uuid is none") {
    for (const auto* text :
         {"", "{}", "{", "}", " a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-", "-a0eebc999c0b4ef8bb6d6bb9bd380a11",
          "a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11", "a0e-ebc999c0b4ef8bb6d6bb9bd380a11",
          "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g"}) {
        CAPTURE(text);
        CHECK(rewritten(text) == std::nullopt);
    }
}

TEST_CASE("all bytes of a uuid survive being written and read") {
    rc::prop("of any uuid", [] {
        const auto bytes = *rc::gen::container<std::string>(uuid_size, rc::gen::arbitrary<char>());
        const auto read = parse_uuid(format_uuid(bytes));
        RC_ASSERT(read);
        RC_ASSERT(std::string(read->begin(), read->end()) == bytes);
    });
}
