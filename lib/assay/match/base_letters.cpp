// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/base_letters.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace assay {
namespace {

struct BaseLetters {
    char32_t letter;
    std::u32string_view base;
};

/// In the order of their code points.
constexpr std::array<BaseLetters, 59> base_letters{{
    {U'Æ', U"AE"}, {U'Ð', U"D"}, {U'Ø', U"O"},  {U'Þ', U"TH"}, {U'ß', U"ss"}, {U'æ', U"ae"},
    {U'ð', U"d"},  {U'ø', U"o"}, {U'þ', U"th"}, {U'Đ', U"D"},  {U'đ', U"d"},  {U'Ħ', U"H"},
    {U'ħ', U"h"},  {U'ı', U"i"}, {U'Ĳ', U"IJ"}, {U'ĳ', U"ij"}, {U'ĸ', U"q"},  {U'Ŀ', U"L"},
    {U'ŀ', U"l"},  {U'Ł', U"L"}, {U'ł', U"l"},  {U'Ŋ', U"N"},  {U'ŋ', U"n"},  {U'Œ', U"OE"},
    {U'œ', U"oe"}, {U'Ŧ', U"T"}, {U'ŧ', U"t"},  {U'ƀ', U"b"},  {U'Ɓ', U"B"},  {U'Ɖ', U"D"},
    {U'Ɗ', U"D"},  {U'Ɛ', U"E"}, {U'Ɨ', U"I"},  {U'Ƙ', U"K"},  {U'ƙ', U"k"},  {U'ƚ', U"l"},
    {U'Ɲ', U"N"},  {U'Ƴ', U"Y"}, {U'ƴ', U"y"},  {U'Ƶ', U"Z"},  {U'ƶ', U"z"},  {U'Ǥ', U"G"},
    {U'ǥ', U"g"},  {U'Ⱥ', U"A"}, {U'Ȼ', U"C"},  {U'ȼ', U"c"},  {U'Ƚ', U"L"},  {U'Ƀ', U"B"},
    {U'Ʉ', U"U"},  {U'Ɍ', U"R"}, {U'ɍ', U"r"},  {U'ɓ', U"b"},  {U'ɖ', U"d"},  {U'ɗ', U"d"},
    {U'ɛ', U"e"},  {U'ɨ', U"i"}, {U'ɲ', U"n"},  {U'ʉ', U"u"},  {U'ẞ', U"SS"},
}};

constexpr bool comes_before(const BaseLetters& left, const BaseLetters& right) {
    return left.letter < right.letter;
}
static_assert(std::is_sorted(base_letters.begin(), base_letters.end(), comes_before));

} // namespace

std::u32string with_base_letters(const std::u32string& points) {
    std::u32string out;
    for (const char32_t point : points) {
        const auto* found = std::lower_bound(base_letters.begin(), base_letters.end(),
                                             BaseLetters{point, {}}, comes_before);
        if (found != base_letters.end() && found->letter == point) {
            out += found->base;
        } else {
            out += point;
        }
    }
    return out;
}

} // namespace assay
