// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/blocking.hpp"
#include "assay/match/gram_weights.hpp"
#include "assay/match/records.hpp"
#include "assay/match/replaced_words.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay {

/// How far two values agree: 0 is equal, and the last level of a field is "not at all".
using Level = std::uint8_t;
inline constexpr Level missing_level = 7; ///< one of the two is missing: says nothing
inline constexpr std::size_t most_levels = 7;

/// Levels that a kind of field has.
std::size_t levels_of(FieldKind kind) noexcept;

/// The levels of all fields, three bits each.
using Agreement = std::uint64_t;
inline constexpr unsigned level_bits = 3;
inline Level level_in(Agreement pattern, std::size_t field) noexcept {
    constexpr Agreement mask = (1U << level_bits) - 1;
    return static_cast<Level>((pattern >> (level_bits * field)) & mask);
}

/// Said of whole texts, beside the level of their one field: words are replaced.
inline constexpr Agreement words_replaced = Agreement{1} << level_bits;

/// The similarity from which on whole texts are at each level, the highest first; level 0 is for
/// equal ones, and the last level for all below.
inline constexpr std::array<double, 5> whole_limits{.85, .7, .55, .45, .35};

/// Words of long texts weighted by how rare they are in their field.
class WordWeights {
public:
    explicit WordWeights(const Field& field);

    /// Cosine of two texts as bags of words, where words that are nearly equal (Jaro-Winkler .9 and
    /// more) count by how near they are.
    double similarity(std::uint32_t left, std::uint32_t right) const;
    /// That they take in memory.
    std::size_t bytes() const noexcept;

private:
    struct Word {
        std::u32string_view text;
        double weight = 0; ///< of unit length over the words of a text
    };
    std::vector<std::vector<Word>> m_words; ///< of each value, the heaviest first
};

/// Compares records field by field.
class Comparer {
public:
    explicit Comparer(const Records& records);

    Agreement compare(Candidate pair) const;
    /// How alike two records are that are compared as whole texts, 0 to 1; 0 for others.
    double similarity(Candidate pair) const;
    /// What comparing a record reads, one behind the other. Records are compared in no order: asked
    /// for some pairs before its turn, one step at a time, it need not be waited for.
    void fetch_record(std::uint32_t record) const noexcept;
    void fetch_values(std::uint32_t record) const noexcept;
    void fetch_texts(std::uint32_t record) const noexcept;
    const Records& records() const noexcept { return m_records; }
    /// That it takes in memory, without the records.
    std::size_t bytes() const noexcept;

private:
    Level compare(std::size_t field, std::uint32_t left, std::uint32_t right) const;
    bool are_words_replaced(Candidate pair) const;
    Level compare_remainders(std::size_t field, Candidate pair) const;
    const std::uint32_t* values_of(std::uint32_t record) const noexcept {
        return m_values.data() + record * m_records.fields.size();
    }

    const Records& m_records;
    std::vector<const Field*> m_fields;    ///< what each field tells that no other one does
    std::vector<std::uint32_t> m_values;   ///< of each record, those of its fields side by side
    std::vector<WordWeights> m_words;      ///< empty weights for fields of other kinds
    std::vector<GramWeights> m_grams;      ///< the same
    std::vector<ReplacedWords> m_replaced; ///< the same
};

} // namespace assay
