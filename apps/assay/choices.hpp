// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "invocation.hpp"
#include "values.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::cli {

/// The words that a flag takes and what they mean.
template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

/// @throws Error of kind usage for any other word, with the nearest one.
template <typename T>
T choose(std::string_view flag, const std::string& text, const Choices<T>& choices) {
    std::vector<std::string> words;
    for (const auto& [word, meaning] : choices) {
        if (word == text) {
            return meaning;
        }
        words.push_back(word);
    }
    refuse_choice(flag, text, words);
}

/// auto, always, never.
const Choices<When>& when_choices();

} // namespace assay::cli
