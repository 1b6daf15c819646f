// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/text_summary.hpp"

#include "assay/base/unicode.hpp"
#include "assay/metric/mask.hpp"

#include <algorithm>
#include <cstring>

namespace assay {

namespace {

constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;

template <typename Word>
Word load(const char* bytes) noexcept {
    Word word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// Words that overlap at the end look at every byte without a loop over the last ones.
bool is_ascii(std::string_view text) noexcept {
    constexpr std::size_t word = sizeof(std::uint64_t);
    const char* bytes = text.data();
    const std::size_t size = text.size();
    std::uint64_t all = 0;
    if (size >= word) {
        for (std::size_t i = 0; i + word <= size; i += word) {
            all |= load<std::uint64_t>(bytes + i);
        }
        all |= load<std::uint64_t>(bytes + size - word);
    } else if (size >= word / 2) {
        all = load<std::uint32_t>(bytes) | load<std::uint32_t>(bytes + size - word / 2);
    } else {
        for (const char byte : text) {
            all |= static_cast<unsigned char>(byte);
        }
    }
    return (all & high_bits) == 0;
}

/// White_Space of the Unicode character database.
bool is_space(std::int32_t code_point) noexcept {
    return code_point == ' ' || (code_point >= '\t' && code_point <= '\r') || code_point == 0x85 ||
           code_point == 0xa0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 ||
           code_point == 0x2029 || code_point == 0x202f || code_point == 0x205f ||
           code_point == 0x3000;
}

bool is_ascii_blank(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_space(static_cast<unsigned char>(c)); });
}

/// Apart from the usual way, which needs less of the stack.
[[gnu::noinline]] TextLook look_long_at(std::string_view text) noexcept {
    MaskWriter writer;
    return {shape_of(text), hash64(writer.write(text, MaskStyle::general))};
}

} // namespace

TextShape shape_of(std::string_view text) noexcept {
    TextShape shape;
    if (is_ascii(text)) {
        shape.code_points = static_cast<std::int64_t>(text.size());
        shape.blank = text.empty() || (text.front() <= ' ' && is_ascii_blank(text));
        return shape;
    }
    while (!text.empty()) {
        const CodePoint next = next_code_point(text);
        shape.valid_utf8 = shape.valid_utf8 && next.value >= 0;
        shape.blank = shape.blank && is_space(next.value);
        ++shape.code_points;
        text.remove_prefix(next.size);
    }
    return shape;
}

TextLook TextLooker::look_of(std::string_view text, const MaskOutline& outline) noexcept {
    if (!(outline == m_last)) {
        m_last = outline;
        m_last_mask = hash64(outline.symbols());
    }
    return {{static_cast<std::int64_t>(text.size()), true, outline.is_blank()}, m_last_mask};
}

void TextLooker::look_at(std::span<const std::string_view> texts, TextLook* looks) noexcept {
    std::array<bool, at_once> has_outline{};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        has_outline.data()[i] = m_outlines.data()[i].read(texts.data()[i]);
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string_view text = texts.data()[i];
        looks[i] = has_outline.data()[i] ? look_of(text, m_outlines.data()[i]) : look_long_at(text);
    }
}

void TextRange::take(std::string_view text, std::uint64_t prefix) {
    if (m_empty || text < m_min) {
        m_min = text;
        m_min_prefix = prefix;
    }
    if (m_empty || text > m_max) {
        m_max = text;
        m_max_prefix = prefix;
    }
    m_empty = false;
}

void TextRange::merge(const TextRange& other) {
    if (!other.m_empty) {
        add(other.m_min);
        add(other.m_max);
    }
}

void LengthSummary::merge(const LengthSummary& other) noexcept {
    m_min = std::min(m_min, other.m_min);
    m_max = std::max(m_max, other.m_max);
    m_sum += other.m_sum;
    m_count += other.m_count;
}

std::optional<Lengths> LengthSummary::result() const noexcept {
    if (m_count == 0) {
        return std::nullopt;
    }
    return Lengths{m_min, m_max, static_cast<double>(m_sum) / static_cast<double>(m_count)};
}

void PatternSummary::name(std::string_view text, std::uint64_t mask) {
    MaskWriter writer;
    m_masks.name(mask, 0, writer.write(text, MaskStyle::general));
}

std::vector<Pattern> PatternSummary::result(std::size_t most) const {
    std::vector<Pattern> patterns;
    const std::int64_t offset = m_masks.offset();
    for (const FrequentItem& item : m_masks.top(most)) {
        if (item.count.lower > offset) {
            patterns.push_back({std::string(item.bytes), item.count.lower, item.count.upper});
        }
    }
    return patterns;
}

} // namespace assay
