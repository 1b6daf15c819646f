// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/comparer.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

using namespace assay;

namespace {

/// The level at which two records agree that have one field.
Level level_of(FieldKind kind, const std::u32string& left, const std::u32string& right) {
    Records records;
    records.size = records.split = 2;
    Field& field = records.fields.emplace_back();
    field.kind = kind;
    field.values = {U"", left, right};
    field.counts = {0, 1, 1};
    field.of_record = {left.empty() ? 0U : 1U, right.empty() ? 0U : 2U};
    field.present = 2;
    return level_in(Comparer(records).compare({0, 1}), 0);
}

/// So many words that no other has a letter of, from number `first` on.
std::u32string words(std::uint32_t count, std::uint32_t first = 0) {
    std::u32string text;
    for (std::uint32_t i = first; i < first + count; ++i) {
        text += text.empty() ? U"" : U" ";
        text += std::u32string(3, static_cast<char32_t>(0x4E00 + i));
    }
    return text;
}

} // namespace

TEST_CASE("codes agree in nothing, in one step, or in two of six characters") {
    const auto level = [](const std::u32string& a, const std::u32string& b) {
        return level_of(FieldKind::code, a, b);
    };
    CHECK(level(U"4711", U"4712") == 1);
    CHECK(level(U"4711", U"4171") == 1); // swapped
    CHECK(level(U"4711", U"471") == 1);
    CHECK(level(U"471108", U"472208") == 2);
    CHECK(level(U"471108", U"472209") == 3);
    CHECK(level(U"47110", U"47220") == 3); // two steps of five characters
    CHECK(level(U"471108", U"471") == 3);
    CHECK(level(U"4711", U"") == missing_level);
}

TEST_CASE("short texts agree by Jaro-Winkler from .92, .85 and .7 on") {
    const auto level = [](const std::u32string& a, const std::u32string& b) {
        return level_of(FieldKind::short_text, a, b);
    };
    CHECK(level(U"martha", U"marhta") == 1);        // .961
    CHECK(level(U"dunningham", U"cunnigham") == 2); // .896
    CHECK(level(U"dwayne", U"duane") == 3);         // .84
    CHECK(level(U"dixon", U"dicksonx") == 3);       // .813
    CHECK(level(U"crate", U"trace") == 3);          // .733
    CHECK(level(U"martha", U"konrad") == 4);
    CHECK(level(U"", U"konrad") == missing_level);
}

TEST_CASE(
    "long texts agree by their words, rare ones counting more, from .9, .75, .55 and .35 on") {
    // Words of both texts weigh ln 2, those of one ln 3.
    const auto level = [](std::uint32_t common, std::uint32_t others) {
        return level_of(FieldKind::long_text, words(common) + U" " + words(others, 100),
                        words(common) + U" " + words(others, 200));
    };
    CHECK(level(29, 1) == 1); // .920
    CHECK(level(19, 1) == 2); // .883
    CHECK(level(8, 1) == 2);  // .761
    CHECK(level(7, 1) == 3);  // .736
    CHECK(level(3, 1) == 4);  // .544
    CHECK(level(3, 2) == 4);  // .374
    CHECK(level(1, 1) == 5);  // .285
    CHECK(level_of(FieldKind::long_text, words(9), U"") == missing_level);
}
