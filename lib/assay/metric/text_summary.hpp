// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/mask.hpp"
#include "assay/metric/profile.hpp"
#include "assay/sketch/frequent_items.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What one look at a text tells.
struct TextShape {
    std::int64_t code_points = 0; ///< each byte that is not UTF-8 counts as one
    bool valid_utf8 = true;
    bool blank = true; ///< empty or only white space, that of Unicode included
    bool ascii = true;
};
TextShape shape_of(std::string_view text) noexcept;

/// The smallest and largest text, bytewise.
class TextRange {
public:
    void add(std::string_view text);
    void merge(const TextRange& other);
    bool empty() const noexcept { return m_empty; }
    /// Only if not empty.
    const std::string& min() const noexcept { return m_min; }
    const std::string& max() const noexcept { return m_max; }

private:
    void take(std::string_view text, std::uint64_t prefix);

    bool m_empty = true;
    // The first eight bytes of either, as a number in the order of bytes: enough to pass by most.
    std::uint64_t m_min_prefix = 0;
    std::uint64_t m_max_prefix = 0;
    std::string m_min;
    std::string m_max;
};

/// Shortest, longest and mean length.
class LengthSummary {
public:
    void add(std::int64_t length) noexcept;
    void merge(const LengthSummary& other) noexcept;
    /// nullopt if nothing was added.
    std::optional<Lengths> result() const noexcept;

private:
    std::int64_t m_count = 0;
    std::int64_t m_sum = 0;
    std::int64_t m_min = 0;
    std::int64_t m_max = 0;
};

/// The most frequent general masks.
class PatternSummary {
public:
    /// Identifies the mask of a text, mostly without writing it.
    std::uint64_t key(std::string_view text, const TextShape& shape) noexcept;
    /// Count a text. @param key as key() gave it
    void add(std::string_view text, std::uint64_t key);
    void merge(const PatternSummary& other) { m_masks.merge(other.m_masks); }
    /// Most frequent first. When there are too many masks to count them all, only those that surely
    /// occur more often than any that is not listed.
    std::vector<Pattern> result(std::size_t most) const;

private:
    /// Columns of one format have few masks; free text has too many for any table.
    static constexpr std::size_t slots = 256;

    MaskWriter m_writer;
    FrequentItems m_masks{slots};
};

} // namespace assay
