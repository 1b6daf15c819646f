// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/metric/text_summary.hpp"
#include "assay/metric/top_values.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Which facts about texts are of use for a type.
struct TextNeeds {
    bool lengths = false;
    bool range = false;
    bool patterns = false;
};

/// How much it may keep for them.
struct TextSizes {
    std::size_t remembered = 1024; ///< texts that repeat; a power of two
    std::size_t pattern_slots = PatternSummary::usual_slots;
};

/// Lengths, range, patterns, blanks and broken UTF-8 of the texts of a column. A text that comes
/// again and again is looked at once, and then only counted.
class TextAccumulator {
public:
    explicit TextAccumulator(const TextNeeds& needs, const TextSizes& sizes = {})
        : m_needs(needs), m_remembered(sizes.remembered), m_patterns(sizes.pattern_slots) {}

    /// The texts in some rows of a column, at most chunk_rows (see chunk.hpp).
    /// @param hashes one for each row, which identifies the text
    /// @param sights one for each row: whether the text was added before
    void add(const Column& column, std::span<const std::uint32_t> rows,
             std::span<const std::uint64_t> hashes, std::span<const Sight> sights);
    /// The length of something that is no text, in bytes.
    void add_length(std::int64_t length) noexcept { m_lengths.add(length); }
    void merge(const TextAccumulator& other);

    const TextRange& range() const noexcept { return m_range; }
    /// Set blanks, invalid_utf8, lengths and patterns.
    void fill(ColumnProfile& profile, std::size_t most_patterns) const;

private:
    /// A text that was seen some more times, which are not counted yet.
    struct Repeated {
        std::uint64_t hash = 0;
        std::int64_t times = 0;
        TextLook look;
        std::string text;
    };
    /// Longer ones take too much room, and their hash more time than what they are remembered for.
    static constexpr std::size_t longest_remembered = 1024;

    void look(std::span<const std::string_view> texts, TextLook* looks) noexcept;
    TextLook look(std::string_view text) noexcept;
    void repeat(std::string_view text, std::uint64_t hash);
    void add_others(const Column& column, std::span<const std::uint32_t> rows);
    void count(std::string_view text, const TextLook& look, std::int64_t times);
    void count_repeated(const TextAccumulator& other);

    std::size_t place_of(std::uint64_t hash) const noexcept { return hash & (m_remembered - 1); }

    TextNeeds m_needs;
    std::size_t m_remembered;
    std::int64_t m_blanks = 0;
    std::int64_t m_invalid_utf8 = 0;
    TextRange m_range;
    TextLooker m_looker;
    LengthSummary m_lengths;
    PatternSummary m_patterns;
    std::vector<Repeated> m_repeated; ///< by the low bits of the hash; empty until a text repeats
};

} // namespace assay
