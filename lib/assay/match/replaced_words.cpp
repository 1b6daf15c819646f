// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/replaced_words.hpp"

#include "assay/match/near_memory.hpp"
#include "assay/match/words.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace assay {
namespace {

/// Of longer texts only the beginning is looked at.
constexpr std::size_t most_words = 100;

std::vector<std::u32string_view> different_words(std::u32string_view text) {
    auto words = words_in(text, most_words);
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

/// The words of the one that the other one lacks.
std::vector<std::uint32_t> own_words(const std::vector<std::uint32_t>& words,
                                     const std::vector<std::uint32_t>& others) {
    std::vector<std::uint32_t> own;
    std::set_difference(words.begin(), words.end(), others.begin(), others.end(),
                        std::back_inserter(own));
    return own;
}

/// Letters of a word that is twice as long at least, in their order, from the first one on.
bool is_abbreviation(std::u32string_view shorter, std::u32string_view of) {
    if (2 * shorter.size() > of.size() || shorter.front() != of.front()) {
        return false;
    }
    std::size_t found = 0;
    for (const char32_t letter : of) {
        found += found < shorter.size() && letter == shorter[found] ? 1U : 0U;
    }
    return found == shorter.size();
}

} // namespace

ReplacedWords::ReplacedWords(const Field& field) {
    if (field.kind != FieldKind::whole_text) {
        return;
    }
    struct Word {
        std::uint32_t number = 0;
        std::uint32_t records = 0;
    };
    std::unordered_map<std::u32string_view, Word> words;
    for (std::size_t v = 1; v < field.values.size(); ++v) {
        for (const auto text : different_words(field.values[v])) {
            Word& word = words.try_emplace(text, Word{static_cast<std::uint32_t>(words.size()), 0})
                             .first->second;
            word.records += field.counts[v];
        }
    }
    m_texts.resize(words.size());
    for (const auto& [text, word] : words) {
        m_texts[word.number] = text;
    }
    m_words.reserve(field.values.size());
    for (const auto& value : field.values) {
        auto& list = m_words.emplace_back();
        for (const auto text : different_words(value)) {
            const auto word = words.find(text);
            if (word != words.end() && word->second.records > 1) {
                list.push_back(word->second.number);
            }
        }
        std::sort(list.begin(), list.end());
    }
}

bool ReplacedWords::between(std::uint32_t left, std::uint32_t right) const {
    const auto own = own_words(m_words[left], m_words[right]);
    const auto others = own_words(m_words[right], m_words[left]);
    const auto stands_alone = [&](std::uint32_t word, const auto& of) {
        return std::none_of(of.begin(), of.end(), [&](std::uint32_t other) {
            return is_abbreviation(m_texts[word], m_texts[other]) ||
                   is_abbreviation(m_texts[other], m_texts[word]);
        });
    };
    return std::any_of(own.begin(), own.end(),
                       [&](std::uint32_t word) { return stands_alone(word, others); }) &&
           std::any_of(others.begin(), others.end(),
                       [&](std::uint32_t word) { return stands_alone(word, own); });
}

std::size_t ReplacedWords::bytes() const noexcept {
    return std::accumulate(
        m_words.begin(), m_words.end(), m_texts.size() * sizeof(std::u32string_view),
        [](std::size_t sum, const auto& words) {
            return sum + sizeof(words) + heap_bytes(words.capacity() * sizeof(std::uint32_t), 0);
        });
}

} // namespace assay
