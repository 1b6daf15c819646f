// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/text_accumulator.hpp"

namespace assay {

TextAccumulator::Seen TextAccumulator::look_at(std::string_view text, std::uint64_t hash) {
    Seen seen{hash, 0, shape_of(text)};
    if (m_needs.patterns) {
        seen.pattern = m_patterns.key(text, seen.shape);
    }
    return seen;
}

const TextAccumulator::Seen& TextAccumulator::recall(std::string_view text, std::uint64_t hash) {
    if (m_seen.empty()) {
        m_seen.resize(remembered);
    }
    Seen& place = m_seen[hash % remembered];
    if (place.hash != hash) {
        place = look_at(text, hash);
    }
    return place;
}

void TextAccumulator::add(std::string_view text, std::uint64_t hash, Sight sight) {
    Seen fresh;
    const Seen* known = &fresh;
    if (sight == Sight::repeated) {
        known = &recall(text, hash);
    } else {
        fresh = look_at(text, hash);
    }
    const Seen& seen = *known;
    m_blanks += seen.shape.blank ? 1 : 0;
    m_invalid_utf8 += seen.shape.valid_utf8 ? 0 : 1;
    if (m_needs.lengths) {
        m_lengths.add(seen.shape.code_points);
    }
    if (m_needs.range && sight == Sight::maybe_first) {
        m_range.add(text);
    }
    if (m_needs.patterns) {
        m_patterns.add(text, seen.pattern);
    }
}

void TextAccumulator::merge(const TextAccumulator& other) {
    m_blanks += other.m_blanks;
    m_invalid_utf8 += other.m_invalid_utf8;
    m_range.merge(other.m_range);
    m_lengths.merge(other.m_lengths);
    m_patterns.merge(other.m_patterns);
}

void TextAccumulator::fill(ColumnProfile& profile, std::size_t most_patterns) const {
    profile.blanks = m_blanks;
    profile.invalid_utf8 = m_invalid_utf8;
    profile.lengths = m_lengths.result();
    profile.patterns = m_patterns.result(most_patterns);
}

} // namespace assay
