// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/masked_difference.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

Fact::List places(std::string_view text, std::string_view other) {
    return std::get<Fact::List>(find_fact(masked_difference(text, other), "at")->value);
}

} // namespace

TEST_CASE("texts with one mask are told apart by how long they are and where they differ") {
    const Facts facts = masked_difference("M\u00fcller", "Muller");
    CHECK(*find_fact(facts, "characters") == Fact(6));
    CHECK(*find_fact(facts, "bytes") == Fact(7));
    CHECK(places("M\u00fcller", "Muller") == Fact::List{2});
    CHECK(places("M\u00fcll\u00e8r", "Muller") == Fact::List{2, 5});
}

TEST_CASE("of many places only the first five are told, and none of what only goes on") {
    CHECK(places("abcdefgh", "ABCDEFGH") == Fact::List{1, 2, 3, 4, 5});
    CHECK(places("ab", "abc").empty());
    CHECK(places("", "abc").empty());
    CHECK(places("abc", "abc").empty());
}

TEST_CASE("bytes that are no UTF-8 count one by one") {
    CHECK(places("a\xff\xfe", "a\xff\xfd") == Fact::List{3});
    CHECK(*find_fact(masked_difference("\xff\xfe", ""), "characters") == Fact(2));
}
