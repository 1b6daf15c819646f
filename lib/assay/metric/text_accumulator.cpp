// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/text_accumulator.hpp"

namespace assay {

TextLook TextAccumulator::look(std::string_view text) const noexcept {
    return m_needs.patterns ? look_at(text) : TextLook{shape_of(text), 0};
}

void TextAccumulator::count(std::string_view text, const TextLook& look, std::int64_t times) {
    m_blanks += look.shape.blank ? times : 0;
    m_invalid_utf8 += look.shape.valid_utf8 ? 0 : times;
    if (m_needs.lengths) {
        m_lengths.add(look.shape.code_points, times);
    }
    if (m_needs.patterns) {
        m_patterns.add(text, look.mask, times);
    }
}

void TextAccumulator::repeat(std::string_view text, std::uint64_t hash) {
    if (text.size() > longest_remembered) {
        count(text, look(text), 1);
        return;
    }
    if (m_repeated.empty()) {
        m_repeated.resize(remembered);
    }
    Repeated& place = m_repeated[hash % remembered];
    if (place.hash != hash || place.times == 0) {
        if (place.times > 0) {
            count(place.text, place.look, place.times);
        }
        place.hash = hash;
        place.times = 0;
        place.look = look(text);
        place.text = text;
    }
    ++place.times;
}

void TextAccumulator::add(const Column& column, std::span<const std::uint32_t> rows,
                          std::span<const std::uint64_t> hashes, std::span<const Sight> sights) {
    constexpr std::size_t ahead = 16; // about as long as a look into a farther cache takes
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i + ahead < rows.size() && sights.data()[i + ahead] == Sight::repeated &&
            !m_repeated.empty()) {
            __builtin_prefetch(&m_repeated.data()[hashes.data()[i + ahead] % remembered], 1);
        }
        const std::string_view text = column.bytes(rows.data()[i]);
        if (sights.data()[i] == Sight::repeated) {
            repeat(text, hashes.data()[i]);
            continue;
        }
        if (m_needs.range) {
            m_range.add(text);
        }
        count(text, look(text), 1);
    }
}

void TextAccumulator::count_repeated(const TextAccumulator& other) {
    for (const Repeated& item : other.m_repeated) {
        if (item.times > 0) {
            count(item.text, item.look, item.times);
        }
    }
}

void TextAccumulator::merge(const TextAccumulator& other) {
    m_blanks += other.m_blanks;
    m_invalid_utf8 += other.m_invalid_utf8;
    m_range.merge(other.m_range);
    m_lengths.merge(other.m_lengths);
    m_patterns.merge(other.m_patterns);
    count_repeated(other);
}

void TextAccumulator::fill(ColumnProfile& profile, std::size_t most_patterns) const {
    TextAccumulator whole = *this;
    whole.count_repeated(*this);
    profile.blanks = whole.m_blanks;
    profile.invalid_utf8 = whole.m_invalid_utf8;
    profile.lengths = whole.m_lengths.result();
    profile.patterns = whole.m_patterns.result(most_patterns);
}

} // namespace assay
