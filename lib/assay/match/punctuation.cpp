// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/punctuation.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <string_view>

namespace assay {
namespace {

using Points = std::u32string::const_iterator;

utf8proc_category_t category_of(char32_t point) noexcept {
    return utf8proc_category(static_cast<utf8proc_int32_t>(point));
}

bool is_punctuation(char32_t point) noexcept {
    const auto category = category_of(point);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_SO;
}

bool is_digit(char32_t point) noexcept { return category_of(point) == UTF8PROC_CATEGORY_ND; }

bool is_dash(char32_t point) noexcept {
    return category_of(point) == UTF8PROC_CATEGORY_PD || point == U'\u2212';
}

bool is_apostrophe(char32_t point) noexcept {
    return point == U'\'' || point == U'\u2018' || point == U'\u2019';
}

bool separates_words(char32_t point) noexcept {
    const auto category = category_of(point);
    return is_dash(point) || category == UTF8PROC_CATEGORY_PC || category == UTF8PROC_CATEGORY_PS ||
           category == UTF8PROC_CATEGORY_PE ||
           std::u32string_view(U",;:/\\|&+\u3001\u3002").find(point) != std::u32string_view::npos;
}

/// What this mark is between two digits; 0 if it is no part of a number.
char32_t mark_of_number(char32_t point) noexcept {
    if (is_dash(point)) {
        return U'-';
    }
    if (is_apostrophe(point)) {
        return U'\'';
    }
    const bool kept =
        std::u32string_view(U".,:/\u066B\u066C").find(point) != std::u32string_view::npos;
    return kept ? point : U'\0';
}

/// What stands for the marks from `begin` to `end` of a text; 0 for nothing.
char32_t instead_of(Points begin, Points end, const std::u32string& text) {
    if (begin == text.begin() || end == text.end()) {
        return U'\0';
    }
    if (!is_digit(*(begin - 1)) || !is_digit(*end)) {
        return std::any_of(begin, end, separates_words) ? U' ' : U'\0';
    }
    const char32_t mark = end - begin == 1 ? mark_of_number(*begin) : U'\0';
    return mark != 0 ? mark : U' ';
}

} // namespace

bool is_space(char32_t point) noexcept {
    const auto category = category_of(point);
    return (point >= '\t' && point <= '\r') || point == 0x85 ||
           (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP);
}

std::u32string without_punctuation(const std::u32string& points) {
    std::u32string out;
    for (auto at = points.begin(); at != points.end();) {
        if (!is_punctuation(*at)) {
            out += *at++;
            continue;
        }
        const auto end = std::find_if_not(at, points.end(), is_punctuation);
        if (const char32_t instead = instead_of(at, end, points); instead != 0) {
            out += instead;
        }
        at = end;
    }
    return out;
}

} // namespace assay
