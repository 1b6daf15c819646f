// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/near_difference.hpp"
#include "assay/match/records.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;

namespace {

Facts difference(int differing, int of, const char* unit) {
    return {{"differing", differing}, {"of", of}, {"unit", unit}};
}

std::string words(int first, int last) {
    std::string text;
    for (int i = first; i <= last; ++i) {
        text += (text.empty() ? "word" : " word") + std::to_string(i);
    }
    return text;
}

} // namespace

TEST_CASE("how far short texts differ is told in characters of the longer one") {
    CHECK(near_difference("Ada Lovelace", "Ada Lovlace") == difference(1, 12, "characters"));
    CHECK(near_difference("Muller", "Mulelr") == difference(1, 6, "characters"));
    CHECK(near_difference("1", "2") == difference(1, 1, "characters"));
    CHECK(near_difference("", "abc") == difference(3, 3, "characters"));
    CHECK(near_difference("\u0639\u0645\u0631", "\u0639\u0645") == difference(1, 3, "characters"));
}

TEST_CASE("what does not count when texts are compared is no difference in characters") {
    CHECK(near_difference("M\u00dcLLER", "Muller") == difference(0, 6, "characters"));
    CHECK(near_difference("O'Brien  x", "OBrien x ") == difference(0, 8, "characters"));
}

TEST_CASE("words that only stand in another order are told as such") {
    CHECK(near_difference("Ada Lovelace", "lovelace, ada") == difference(0, 2, "words"));
}

TEST_CASE("how far long texts differ is told in words") {
    const std::string text = words(1, 40);
    CHECK(near_difference(text, text + " end") == difference(1, 41, "words"));
    CHECK(near_difference(text, words(3, 42)) == difference(2, 40, "words"));
    CHECK(near_difference(text + " word1", text) == difference(1, 41, "words"));
}

TEST_CASE("of texts that begin alike it is told that what follows differs") {
    const std::string begin(TextColumn::most_kept, 'a');
    CHECK(near_difference(begin + " 1", begin + " 2") == difference(0, 2000, "bytes"));
    CHECK(near_difference(begin, begin + " 2") == difference(0, 2000, "bytes"));
}

TEST_CASE("bytes that are no UTF-8 differ one by one") {
    CHECK(near_difference("a\xff\xfe", "a\xff\xfd") == difference(1, 3, "characters"));
}
