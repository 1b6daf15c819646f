// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/records.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay {

/// Words of whole texts that other records have, too. "red shirt" and "blue shirt" have a word each
/// that the other lacks: two things. A typing error makes a word that no other record has, and a
/// gap leaves one side nothing of its own; an abbreviation, as "st" of "street", stands for its
/// word.
class ReplacedWords {
public:
    explicit ReplacedWords(const Field& field);

    /// Has each of two texts such a word that the other one lacks?
    bool between(std::uint32_t left, std::uint32_t right) const;
    /// That they take in memory.
    std::size_t bytes() const noexcept;

private:
    std::vector<std::vector<std::uint32_t>> m_words; ///< of each value, in order
    std::vector<std::u32string_view> m_texts;        ///< of the words; the field has them
};

} // namespace assay
