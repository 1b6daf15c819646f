// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/words.hpp"

#include <algorithm>

namespace assay {

std::vector<std::u32string_view> words_in(std::u32string_view text, std::size_t most) {
    std::vector<std::u32string_view> words;
    while (!text.empty() && words.size() < most) {
        const std::size_t end = std::min(text.find(U' '), text.size());
        if (end > 0) {
            words.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

} // namespace assay
