// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/edit_distance.hpp"

#include "assay/match/pattern_bits.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace assay {
namespace {

enum class Swaps : std::uint8_t { cost_two, cost_one };

constexpr unsigned top_bit = PatternBits::word_bits - 1;

/// What both texts begin and end with costs nothing.
void drop_common_ends(std::u32string_view& left, std::u32string_view& right) {
    const auto front = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    const auto same = static_cast<std::size_t>(front.first - left.begin());
    left.remove_prefix(same);
    right.remove_prefix(same);
    const auto back = std::mismatch(left.rbegin(), left.rend(), right.rbegin(), right.rend());
    const auto tail = static_cast<std::size_t>(back.first - left.rbegin());
    left.remove_suffix(tail);
    right.remove_suffix(tail);
}

/// One word of a column of the matrix: where it grows and shrinks downwards, and what the column
/// before left behind for swaps.
struct Word {
    std::uint64_t grows = ~std::uint64_t{0};
    std::uint64_t shrinks = 0;
    std::uint64_t diagonal = 0; ///< D0 of the column before
    std::uint64_t matches = 0;  ///< of the character before
};

/// The column of the matrix for one pattern, character by character of the text.
class Matrix {
public:
    Matrix(std::u32string_view pattern, Swaps swaps)
        : m_bits(pattern), m_column(m_bits.words()), m_swaps(swaps),
          m_last(std::uint64_t{1} << ((pattern.size() - 1) % PatternBits::word_bits)),
          m_distance(pattern.size()) {}

    void add(char32_t point) {
        const std::uint64_t* matches = m_bits.of(point);
        Carry carry;
        for (std::size_t i = 0; i < m_column.size(); ++i) {
            step(m_column[i], matches[i], carry, i + 1 == m_column.size());
        }
    }

    std::size_t distance() const noexcept { return m_distance; }

private:
    /// What a word hands down to the next one: the first row grows with every column.
    struct Carry {
        std::uint64_t grows = 1;
        std::uint64_t shrinks = 0;
        std::uint64_t swap = 0;
    };

    void step(Word& word, std::uint64_t matches, Carry& carry, bool is_last) {
        const std::uint64_t in = matches | carry.shrinks;
        std::uint64_t diagonal =
            (((in & word.grows) + word.grows) ^ word.grows) | in | word.shrinks;
        if (m_swaps == Swaps::cost_one) {
            const std::uint64_t open = ~word.diagonal & matches;
            diagonal |= ((open << 1U) | carry.swap) & word.matches;
            carry.swap = open >> top_bit;
        }
        std::uint64_t grows = word.shrinks | ~(diagonal | word.grows);
        std::uint64_t shrinks = diagonal & word.grows;
        if (is_last) {
            m_distance += (grows & m_last) != 0 ? 1U : 0U;
            m_distance -= (shrinks & m_last) != 0 ? 1U : 0U;
        }
        const Carry out{grows >> top_bit, shrinks >> top_bit, carry.swap};
        grows = (grows << 1U) | carry.grows;
        shrinks = (shrinks << 1U) | carry.shrinks;
        word = {shrinks | ~(diagonal | grows), grows & diagonal, diagonal, matches};
        carry = out;
    }

    PatternBits m_bits;
    std::vector<Word> m_column;
    Swaps m_swaps;
    std::uint64_t m_last;
    std::size_t m_distance;
};

std::size_t distance(std::u32string_view left, std::u32string_view right, Swaps swaps) {
    drop_common_ends(left, right);
    if (left.size() > right.size()) {
        std::swap(left, right);
    }
    if (left.empty()) {
        return right.size();
    }
    Matrix matrix(left, swaps);
    for (const char32_t point : right) {
        matrix.add(point);
    }
    return matrix.distance();
}

} // namespace

std::size_t levenshtein(std::u32string_view left, std::u32string_view right) {
    return distance(left, right, Swaps::cost_two);
}

std::size_t osa_distance(std::u32string_view left, std::u32string_view right) {
    return distance(left, right, Swaps::cost_one);
}

} // namespace assay
