// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/name_words.hpp"

#include "assay/base/text.hpp"

namespace assay {

std::vector<std::string> name_words(std::string_view name) {
    std::vector<std::string> words(1);
    bool after_lower = false;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (c == '_' || c == ' ' || c == '-' || (upper && after_lower)) {
            words.emplace_back();
        }
        if (c != '_' && c != ' ' && c != '-') {
            words.back() += to_lower_ascii({&c, 1});
        }
        after_lower = c >= 'a' && c <= 'z';
    }
    return words;
}

} // namespace assay
