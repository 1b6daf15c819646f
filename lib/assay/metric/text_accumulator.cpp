// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/text_accumulator.hpp"

#include "assay/metric/chunk.hpp"

#include <algorithm>
#include <array>

namespace assay {

void TextAccumulator::look(std::span<const std::string_view> texts, TextLook* looks) noexcept {
    if (m_needs.patterns) {
        m_looker.look_at(texts, looks);
        return;
    }
    for (const std::string_view text : texts) {
        *looks++ = {shape_of(text), 0};
    }
}

TextLook TextAccumulator::look(std::string_view text) noexcept {
    TextLook result;
    look({&text, 1}, &result);
    return result;
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
    if (text.size() > std::min(longest_remembered, m_remembered)) {
        count(text, look(text), 1);
        return;
    }
    if (m_repeated.empty()) {
        m_repeated.resize(m_remembered);
    }
    Repeated& place = m_repeated.data()[place_of(hash)];
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
    Few<std::uint32_t> repeated; // places among the rows
    Few<std::uint32_t> others;   // rows
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (sights.data()[i] == Sight::repeated) {
            repeated.push_back(static_cast<std::uint32_t>(i));
        } else {
            others.push_back(rows.data()[i]);
        }
    }
    constexpr std::size_t ahead = 16; // about as long as a look into a farther cache takes
    const auto places = repeated.values();
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i + ahead < places.size() && !m_repeated.empty()) {
            const std::uint64_t next = hashes.data()[places.data()[i + ahead]];
            __builtin_prefetch(&m_repeated.data()[place_of(next)], 1);
        }
        repeat(column.bytes(rows.data()[places.data()[i]]), hashes.data()[places.data()[i]]);
    }
    add_others(column, others.values());
}

/// Texts that may come for the first time.
void TextAccumulator::add_others(const Column& column, std::span<const std::uint32_t> rows) {
    // Apart from the members: for all the compiler knows, each call might change these.
    LengthSummary lengths;
    std::int64_t blanks = 0;
    std::int64_t invalid_utf8 = 0;
    std::array<std::string_view, TextLooker::at_once> texts;
    std::array<TextLook, TextLooker::at_once> looks;
    while (!rows.empty()) {
        const std::size_t count = std::min(rows.size(), texts.size());
        for (std::size_t i = 0; i < count; ++i) {
            texts.data()[i] = column.bytes(rows.data()[i]);
            if (m_needs.range) {
                m_range.add(texts.data()[i]);
            }
        }
        look({texts.data(), count}, looks.data());
        for (std::size_t i = 0; i < count; ++i) {
            const TextLook& seen = looks.data()[i];
            blanks += seen.shape.blank ? 1 : 0;
            invalid_utf8 += seen.shape.valid_utf8 ? 0 : 1;
            lengths.add(seen.shape.code_points);
            if (m_needs.patterns) {
                m_patterns.add(texts.data()[i], seen.mask);
            }
        }
        rows = rows.subspan(count);
    }
    m_blanks += blanks;
    m_invalid_utf8 += invalid_utf8;
    if (m_needs.lengths) {
        m_lengths.merge(lengths);
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
