// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/metric/text_summary.hpp"
#include "assay/metric/top_values.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay {

/// Which facts about texts are of use for a type.
struct TextNeeds {
    bool lengths = false;
    bool range = false;
    bool patterns = false;
};

/// Lengths, range, patterns, blanks and broken UTF-8 of the texts of a column. What was found out
/// about a text that comes again and again is remembered.
class TextAccumulator {
public:
    explicit TextAccumulator(const TextNeeds& needs) : m_needs(needs) {}

    /// @param hash identifies the text; @param sight whether it was seen before
    void add(std::string_view text, std::uint64_t hash, Sight sight);
    /// The length of something that is no text, in bytes.
    void add_length(std::int64_t length) noexcept { m_lengths.add(length); }
    void merge(const TextAccumulator& other);

    const TextRange& range() const noexcept { return m_range; }
    /// Set blanks, invalid_utf8, lengths and patterns.
    void fill(ColumnProfile& profile, std::size_t most_patterns) const;

private:
    struct Seen {
        std::uint64_t hash = 0;
        std::uint64_t pattern = 0;
        TextShape shape;
    };
    static constexpr std::size_t remembered = 256;

    Seen look_at(std::string_view text, std::uint64_t hash);
    const Seen& recall(std::string_view text, std::uint64_t hash);

    TextNeeds m_needs;
    std::int64_t m_blanks = 0;
    std::int64_t m_invalid_utf8 = 0;
    TextRange m_range;
    LengthSummary m_lengths;
    PatternSummary m_patterns;
    std::vector<Seen> m_seen; ///< by the low bits of the hash; empty until a text repeats
};

} // namespace assay
