// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/near_difference.hpp"

#include "assay/match/code_points.hpp"
#include "assay/match/edit_distance.hpp"
#include "assay/match/fold.hpp"
#include "assay/match/records.hpp"
#include "assay/match/words.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

namespace assay {
namespace {

/// Behind this is only a hash.
std::string_view beginning(std::string_view text) { return text.substr(0, TextColumn::most_kept); }

std::u32string comparable(std::string_view text) {
    static const std::vector<Fold> folds{Fold::nfkc,  Fold::letter_case, Fold::accents,
                                         Fold::punct, Fold::space,       Fold::trim};
    return code_points(folded(beginning(text), folds));
}

std::vector<std::u32string_view> sorted_words(std::u32string_view text) {
    auto words = words_in(text, TextColumn::most_kept);
    std::sort(words.begin(), words.end());
    return words;
}

Facts difference(std::size_t differing, std::size_t of, std::string_view unit) {
    return {{"differing", static_cast<std::int64_t>(differing)},
            {"of", static_cast<std::int64_t>(of)},
            {"unit", unit}};
}

} // namespace

Facts near_difference(std::string_view text, std::string_view other) {
    constexpr std::size_t most_characters = 200;
    if (beginning(text) == beginning(other)) {
        return difference(0, TextColumn::most_kept, "bytes");
    }
    const std::u32string left = comparable(text);
    const std::u32string right = comparable(other);
    const std::size_t characters = std::max(left.size(), right.size());
    if (left == right) {
        return difference(0, characters, "characters");
    }
    const auto words = sorted_words(left);
    const auto others = sorted_words(right);
    std::vector<std::u32string_view> shared;
    std::set_intersection(words.begin(), words.end(), others.begin(), others.end(),
                          std::back_inserter(shared));
    const std::size_t most = std::max(words.size(), others.size());
    if (shared.size() == most || characters > most_characters) {
        return difference(most - shared.size(), most, "words");
    }
    return difference(osa_distance(left, right), characters, "characters");
}

} // namespace assay
