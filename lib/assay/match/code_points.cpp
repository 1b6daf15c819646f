// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/code_points.hpp"

#include "assay/base/unicode.hpp"

namespace assay {
namespace {

// Surrogates are never valid in UTF-8: a place for bytes that are not.
constexpr char32_t first_invalid = 0xDC00;
constexpr char32_t last_invalid = first_invalid + 0xFF;

void append_utf8(char32_t point, std::string& out) {
    constexpr unsigned low_bits = 0x3F;
    const auto byte = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
    const auto following = [&](unsigned shift) { byte(0x80U | ((point >> shift) & low_bits)); };
    if (point >= first_invalid && point <= last_invalid) {
        byte(point - first_invalid);
    } else if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0U | (point >> 6U));
        following(0);
    } else if (point < 0x10000) {
        byte(0xE0U | (point >> 12U));
        following(6);
        following(0);
    } else {
        byte(0xF0U | (point >> 18U));
        following(12);
        following(6);
        following(0);
    }
}

} // namespace

std::u32string code_points(std::string_view utf8) {
    std::u32string points;
    points.reserve(utf8.size());
    while (!utf8.empty()) {
        const CodePoint next = next_code_point(utf8);
        points.push_back(next.value >= 0
                             ? static_cast<char32_t>(next.value)
                             : first_invalid + static_cast<unsigned char>(utf8.front()));
        utf8.remove_prefix(next.size);
    }
    return points;
}

std::string to_utf8(std::u32string_view points) {
    std::string text;
    text.reserve(points.size());
    for (const char32_t point : points) {
        append_utf8(point, text);
    }
    return text;
}

} // namespace assay
