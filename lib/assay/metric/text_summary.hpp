// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"
#include "assay/metric/mask_outline.hpp"
#include "assay/metric/profile.hpp"
#include "assay/sketch/frequent_items.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What one look at a text tells.
struct TextShape {
    std::int64_t code_points = 0; ///< each byte that is not UTF-8 counts as one
    bool valid_utf8 = true;
    bool blank = true; ///< empty or only white space, that of Unicode included
};
TextShape shape_of(std::string_view text) noexcept;

/// The shape of a text, and a number that identifies its mask.
struct TextLook {
    TextShape shape;
    std::uint64_t mask = 0;
};

/// Looks at texts, mostly without writing the mask: it knows that of the text before.
class TextLooker {
public:
    /// So many at once are faster than one after the other: when an outline is read again, a
    /// processor has written the pieces that it was made of.
    static constexpr std::size_t at_once = 16;

    /// @param texts at most at_once
    /// @param looks receives one for each
    void look_at(std::span<const std::string_view> texts, TextLook* looks) noexcept;

private:
    TextLook look_of(std::string_view text, const MaskOutline& outline) noexcept;

    std::array<MaskOutline, at_once> m_outlines; ///< of the texts at hand
    MaskOutline m_last;                          ///< of the text before; at first, the empty one
    std::uint64_t m_last_mask = hash64({});
};

/// The smallest and largest text, bytewise.
class TextRange {
public:
    void add(std::string_view text) {
        const std::uint64_t prefix = prefix_of(text);
        if (m_empty || prefix <= m_min_prefix || prefix >= m_max_prefix) {
            take(text, prefix);
        }
    }
    void merge(const TextRange& other);
    bool empty() const noexcept { return m_empty; }
    /// Only if not empty.
    const std::string& min() const noexcept { return m_min; }
    const std::string& max() const noexcept { return m_max; }

private:
    /// The first eight bytes as a number, the first one highest; zeros where there are fewer.
    static std::uint64_t prefix_of(std::string_view text) noexcept {
        std::uint64_t prefix = 0;
        if (text.size() >= sizeof prefix && std::endian::native == std::endian::little) {
            std::memcpy(&prefix, text.data(), sizeof prefix);
            return __builtin_bswap64(prefix);
        }
        for (std::size_t i = 0; i < sizeof prefix; ++i) {
            prefix = (prefix << 8U) | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
        }
        return prefix;
    }
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
    void add(std::int64_t length, std::int64_t times = 1) noexcept {
        m_min = std::min(m_min, length);
        m_max = std::max(m_max, length);
        m_sum += length * times;
        m_count += times;
    }
    void merge(const LengthSummary& other) noexcept;
    /// nullopt if nothing was added.
    std::optional<Lengths> result() const noexcept;

private:
    std::int64_t m_count = 0;
    std::int64_t m_sum = 0;
    std::int64_t m_min = std::numeric_limits<std::int64_t>::max();
    std::int64_t m_max = 0;
};

/// The most frequent general masks.
class PatternSummary {
public:
    /// Columns of one format have few masks; free text has too many for any table.
    static constexpr std::size_t usual_slots = 256;

    /// @param slots see FrequentItems
    explicit PatternSummary(std::size_t slots = usual_slots) : m_masks(slots) {}

    /// @param mask as look_at() gave it
    void add(std::string_view text, std::uint64_t mask, std::int64_t times = 1) {
        if (m_masks.count(mask, times) == Tracking::admitted) {
            name(text, mask);
        }
    }
    void merge(const PatternSummary& other) { m_masks.merge(other.m_masks); }
    /// Most frequent first. When there are too many masks to count them all, only those that surely
    /// occur more often than any that is not listed.
    std::vector<Pattern> result(std::size_t most) const;

private:
    void name(std::string_view text, std::uint64_t mask);

    FrequentItems m_masks;
};

} // namespace assay
