// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/fold.hpp"

#include "assay/base/text.hpp"
#include "assay/match/base_letters.hpp"
#include "assay/match/code_points.hpp"
#include "assay/match/contact.hpp"
#include "assay/match/field_choice.hpp"
#include "assay/match/punctuation.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

namespace assay {
namespace {

using Name = std::pair<Fold, std::string_view>;
constexpr std::array<Name, 9> names{{{Fold::letter_case, "case"},
                                     {Fold::trim, "trim"},
                                     {Fold::space, "space"},
                                     {Fold::nfkc, "nfkc"},
                                     {Fold::punct, "punct"},
                                     {Fold::accents, "accents"},
                                     {Fold::digits, "digits"},
                                     {Fold::email, "email"},
                                     {Fold::phone, "phone"}}};

bool has(const std::vector<Fold>& folds, Fold wanted) {
    return std::find(folds.begin(), folds.end(), wanted) != folds.end();
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What the Unicode library has to do for these folds; 0 if nothing.
unsigned unicode_options(const std::vector<Fold>& folds) {
    unsigned options = 0;
    if (has(folds, Fold::letter_case)) {
        options |= UTF8PROC_CASEFOLD;
    }
    if (has(folds, Fold::nfkc)) {
        options |= UTF8PROC_COMPAT;
    }
    if (has(folds, Fold::accents)) {
        options |= UTF8PROC_STRIPMARK;
    }
    return options;
}

/// @param text valid UTF-8
std::string mapped(std::string_view text, unsigned options) {
    if (is_ascii(text)) {
        return (options & UTF8PROC_CASEFOLD) != 0 ? to_lower_ascii(text) : std::string(text);
    }
    const unsigned all = options | UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_uint8_t* result = nullptr;
    const auto size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()), // the library's own byte type
        static_cast<utf8proc_ssize_t>(text.size()), &result, static_cast<utf8proc_option_t>(all));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(result, &std::free);
    return size < 0 ? std::string(text)
                    : std::string(reinterpret_cast<const char*>(owned.get()),
                                  static_cast<std::size_t>(size));
}

/// Map the valid stretches of a text; other bytes stay where they are.
std::string with_unicode(std::string_view text, unsigned options) {
    if (options == 0 || is_valid_utf8(text)) {
        return options == 0 ? std::string(text) : mapped(text, options);
    }
    std::string out;
    std::string valid;
    const auto flush = [&] { out += mapped(std::exchange(valid, {}), options); };
    for (const char32_t point : code_points(text)) {
        const std::string bytes = to_utf8({&point, 1});
        if (is_valid_utf8(bytes)) {
            valid += bytes;
        } else {
            flush();
            out += bytes;
        }
    }
    flush();
    return out;
}

void trim_points(std::u32string& points) {
    const auto end = std::find_if_not(points.rbegin(), points.rend(), is_space).base();
    points.erase(end, points.end());
    points.erase(points.begin(), std::find_if_not(points.begin(), points.end(), is_space));
}

void join_spaces(std::u32string& points) {
    for (auto& point : points) {
        point = is_space(point) ? U' ' : point;
    }
    const auto both = [](char32_t left, char32_t right) { return left == ' ' && right == ' '; };
    points.erase(std::unique(points.begin(), points.end(), both), points.end());
}

std::string with_letters(std::string text, const std::vector<Fold>& folds) {
    if (!has(folds, Fold::accents) || is_ascii(text)) {
        return text;
    }
    return to_utf8(with_base_letters(code_points(text)));
}

std::string with_spaces(std::string_view text, const std::vector<Fold>& folds) {
    const bool punct = has(folds, Fold::punct);
    if (!punct && !has(folds, Fold::space) && !has(folds, Fold::trim)) {
        return std::string(text);
    }
    std::u32string points = code_points(text);
    if (punct && !is_plain_number(trim_ascii(text))) {
        points = without_punctuation(points);
    }
    // Where punctuation was, blanks say nothing.
    if (punct || has(folds, Fold::space)) {
        join_spaces(points);
    }
    if (punct || has(folds, Fold::trim)) {
        trim_points(points);
    }
    return to_utf8(points);
}

std::string with_contacts(std::string text, const std::vector<Fold>& folds) {
    if (has(folds, Fold::email)) {
        text = folded_email(text);
    }
    if (has(folds, Fold::phone)) {
        text = folded_phone(text);
    }
    if (has(folds, Fold::digits)) {
        text = only_digits(text);
    }
    return text;
}

} // namespace

std::string_view to_string(Fold fold) noexcept {
    const auto* found = std::find_if(names.begin(), names.end(),
                                     [&](const Name& name) { return name.first == fold; });
    return found->second;
}

std::optional<Fold> parse_fold(std::string_view name) noexcept {
    for (const auto& [fold, text] : names) {
        if (text == name) {
            return fold;
        }
    }
    return std::nullopt;
}

const std::vector<Fold>& all_folds() {
    static const std::vector<Fold> all = [] {
        std::vector<Fold> folds;
        folds.reserve(names.size());
        for (const auto& name : names) {
            folds.push_back(name.first);
        }
        return folds;
    }();
    return all;
}

std::string folded(std::string_view text, const std::vector<Fold>& folds) {
    const std::string plain = with_letters(with_unicode(text, unicode_options(folds)), folds);
    std::string result = with_spaces(with_contacts(plain, folds), folds);
    if (!result.empty()) {
        return result;
    }
    std::u32string points = code_points(text);
    trim_points(points);
    return points.empty() ? result : std::string(text);
}

} // namespace assay
