// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/text_summary.hpp"

#include "assay/base/hash.hpp"
#include "assay/base/unicode.hpp"

#include <algorithm>
#include <cstring>

namespace assay {

namespace {

/// Length of the part in front that is ASCII, in steps of eight bytes and then of one.
std::size_t ascii_prefix(std::string_view text) noexcept {
    constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
    std::size_t size = 0;
    for (std::uint64_t word = 0; size + sizeof word <= text.size(); size += sizeof word) {
        std::memcpy(&word, text.data() + size, sizeof word);
        if ((word & high_bits) != 0) {
            break;
        }
    }
    while (size < text.size() && static_cast<unsigned char>(text[size]) < 0x80) {
        ++size;
    }
    return size;
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

} // namespace

TextShape shape_of(std::string_view text) noexcept {
    const std::size_t ascii = ascii_prefix(text);
    TextShape shape;
    shape.code_points = static_cast<std::int64_t>(ascii);
    shape.blank = is_ascii_blank(text.substr(0, ascii));
    text.remove_prefix(ascii);
    while (!text.empty()) {
        const CodePoint next = next_code_point(text);
        shape.valid_utf8 = shape.valid_utf8 && next.value >= 0;
        shape.blank = shape.blank && is_space(next.value);
        ++shape.code_points;
        text.remove_prefix(next.size);
    }
    return shape;
}

void TextRange::add(std::string_view text) {
    if (m_empty) {
        m_min = text;
        m_max = text;
        m_empty = false;
    } else if (text < m_min) {
        m_min = text;
    } else if (text > m_max) {
        m_max = text;
    }
}

void TextRange::merge(const TextRange& other) {
    if (!other.m_empty) {
        add(other.m_min);
        add(other.m_max);
    }
}

void LengthSummary::add(std::int64_t length) noexcept {
    m_min = m_count == 0 ? length : std::min(m_min, length);
    m_max = std::max(m_max, length);
    m_sum += length;
    ++m_count;
}

void LengthSummary::merge(const LengthSummary& other) noexcept {
    if (other.m_count == 0) {
        return;
    }
    m_min = m_count == 0 ? other.m_min : std::min(m_min, other.m_min);
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

void PatternSummary::add(std::string_view text) {
    const std::string_view mask = m_writer.write(text, MaskStyle::general);
    m_masks.add(hash64(mask), 0, mask);
}

std::vector<Pattern> PatternSummary::result(std::size_t most) const {
    std::vector<Pattern> patterns;
    for (const FrequentItem& item : m_masks.top(most)) {
        if (item.count.lower > m_masks.offset()) {
            patterns.push_back({std::string(item.bytes), item.count.lower, item.count.upper});
        }
    }
    return patterns;
}

} // namespace assay
