// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay {

/// Where each character of a pattern stands, as bits: what the bit-parallel algorithms of Myers and
/// Hyyrö look up for every character of the other text. 64 characters a word.
class PatternBits {
public:
    static constexpr std::size_t word_bits = 64;

    explicit PatternBits(std::u32string_view pattern)
        : m_words((pattern.size() + word_bits - 1) / word_bits), m_ascii(m_words * ascii_size) {
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const std::uint64_t bit = std::uint64_t{1} << (i % word_bits);
            word_of(pattern[i])[i / word_bits] |= bit;
        }
        m_none.resize(m_words);
    }

    std::size_t words() const noexcept { return m_words; }

    /// words() words, lowest position first; all 0 for a character that is not in the pattern.
    const std::uint64_t* of(char32_t point) const {
        if (point < ascii_size) {
            return m_ascii.data() + point * m_words;
        }
        const auto found = m_others.find(point);
        return found == m_others.end() ? m_none.data() : found->second.data();
    }

private:
    static constexpr std::size_t ascii_size = 128;

    std::uint64_t* word_of(char32_t point) {
        if (point < ascii_size) {
            return m_ascii.data() + point * m_words;
        }
        auto& words = m_others[point];
        words.resize(m_words);
        return words.data();
    }

    std::size_t m_words;
    std::vector<std::uint64_t> m_ascii;
    std::unordered_map<char32_t, std::vector<std::uint64_t>> m_others;
    std::vector<std::uint64_t> m_none;
};

} // namespace assay
