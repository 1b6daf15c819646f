// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/comparer.hpp"

#include "assay/match/edit_distance.hpp"
#include "assay/match/jaro.hpp"
#include "assay/match/near_memory.hpp"
#include "assay/match/remainder.hpp"
#include "assay/match/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace assay {
namespace {

/// Of longer texts only the beginning is compared character by character.
constexpr std::size_t most_points = 200;

std::u32string_view beginning(std::u32string_view text) { return text.substr(0, most_points); }

Level compare_codes(std::u32string_view left, std::u32string_view right) {
    constexpr std::size_t size_for_two = 6;
    constexpr Level other = 3;
    const std::size_t longer = std::max(left.size(), right.size());
    if (longer - std::min(left.size(), right.size()) > 2) {
        return other;
    }
    const std::size_t edits = osa_distance(beginning(left), beginning(right));
    const std::size_t allowed = longer >= size_for_two ? 2 : 1;
    return edits <= allowed ? static_cast<Level>(edits) : other;
}

/// The first level whose limit the similarity reaches; level 0 is for equal values only.
template <std::size_t count>
Level level_of(double similarity, const std::array<double, count>& limits) {
    const auto reached = std::find_if(limits.begin(), limits.end(),
                                      [&](double limit) { return similarity >= limit; });
    return static_cast<Level>(1 + (reached - limits.begin()));
}

constexpr std::array<double, 3> short_limits{.92, .85, .7};
/// Of names of several words, which may stand in another order.
constexpr std::array<double, 3> word_limits{.9, .75, .55};
constexpr std::array<double, 4> long_limits{.9, .75, .55, .35};

Level compare_names(std::u32string_view left, std::u32string_view right) {
    return level_of(jaro_winkler(beginning(left), beginning(right)), short_limits);
}

} // namespace

std::size_t levels_of(FieldKind kind) noexcept {
    switch (kind) {
    case FieldKind::code: return 4;
    case FieldKind::short_text: return short_limits.size() + 2;
    case FieldKind::long_text: return long_limits.size() + 2;
    case FieldKind::whole_text: return whole_limits.size() + 2;
    }
    return 0;
}

WordWeights::WordWeights(const Field& field) {
    if (field.kind == FieldKind::code || field.kind == FieldKind::whole_text) {
        return;
    }
    constexpr std::size_t most_words = 30;
    std::map<std::u32string_view, double> records_with;
    for (std::size_t i = 1; i < field.values.size(); ++i) {
        auto words = words_in(field.values[i]);
        std::sort(words.begin(), words.end());
        words.erase(std::unique(words.begin(), words.end()), words.end());
        for (const auto word : words) {
            records_with[word] += field.counts[i];
        }
    }
    m_words.reserve(field.values.size());
    for (const auto& value : field.values) {
        auto& list = m_words.emplace_back();
        double squares = 0;
        for (const auto word : words_in(value)) {
            const double weight =
                std::log(1 + static_cast<double>(field.present) / records_with[word]);
            list.push_back({word, weight});
            squares += weight * weight;
        }
        for (auto& word : list) {
            word.weight /= std::sqrt(squares);
        }
        std::stable_sort(list.begin(), list.end(),
                         [](const Word& a, const Word& b) { return a.weight > b.weight; });
        list.resize(std::min(list.size(), most_words));
    }
}

std::size_t WordWeights::bytes() const noexcept {
    return std::accumulate(
        m_words.begin(), m_words.end(), std::size_t{0}, [](std::size_t sum, const auto& words) {
            return sum + sizeof(words) + heap_bytes(words.capacity() * sizeof(Word), 0);
        });
}

double WordWeights::similarity(std::uint32_t left, std::uint32_t right) const {
    constexpr double near = .9;
    const auto& words = m_words[left];
    const auto& others = m_words[right];
    std::array<bool, 32> used{};
    double sum = 0;
    for (const auto& word : words) {
        double best = 0;
        std::size_t partner = 0;
        for (std::size_t i = 0; i < others.size() && best < 1; ++i) {
            if (used[i]) {
                continue;
            }
            const double alike =
                word.text == others[i].text ? 1 : jaro_winkler(word.text, others[i].text);
            if (alike >= near && alike > best) {
                best = alike;
                partner = i;
            }
        }
        if (best > 0) {
            used[partner] = true;
            sum += best * word.weight * others[partner].weight;
        }
    }
    return sum;
}

Comparer::Comparer(const Records& records) : m_records(records) {
    for (std::size_t f = 0; f < records.fields.size(); ++f) {
        m_fields.push_back(&records.telling(f));
        m_words.emplace_back(*m_fields[f]);
        m_grams.emplace_back(*m_fields[f]);
        m_replaced.emplace_back(*m_fields[f]);
    }
    m_values.reserve(records.size * records.fields.size());
    for (std::uint32_t r = 0; r < records.size; ++r) {
        for (const Field* field : m_fields) {
            m_values.push_back(field->of_record[r]);
        }
    }
}

std::size_t Comparer::bytes() const noexcept {
    std::size_t sum = m_values.size() * sizeof(std::uint32_t);
    for (const auto& words : m_words) {
        sum += words.bytes();
    }
    for (const auto& grams : m_grams) {
        sum += grams.bytes();
    }
    for (const auto& replaced : m_replaced) {
        sum += replaced.bytes();
    }
    return sum;
}

Agreement Comparer::compare(Candidate pair) const {
    Agreement pattern = 0;
    const std::uint32_t* left = values_of(pair.left);
    const std::uint32_t* right = values_of(pair.right);
    for (std::size_t f = 0; f < m_records.fields.size(); ++f) {
        const bool as_it_is = m_fields[f] == &m_records.fields[f];
        const Agreement level =
            as_it_is ? compare(f, left[f], right[f]) : compare_remainders(f, pair);
        pattern |= level << (level_bits * f);
    }
    return are_words_replaced(pair) ? pattern | words_replaced : pattern;
}

/// Of two tables words may be replaced throughout, and a record has one partner at most.
bool Comparer::are_words_replaced(Candidate pair) const {
    if (m_fields.front()->kind != FieldKind::whole_text || m_records.links()) {
        return false;
    }
    const std::uint32_t left = values_of(pair.left)[0];
    const std::uint32_t right = values_of(pair.right)[0];
    return left != 0 && right != 0 && m_replaced.front().between(left, right);
}

void Comparer::fetch_record(std::uint32_t record) const noexcept {
    __builtin_prefetch(values_of(record));
}

void Comparer::fetch_values(std::uint32_t record) const noexcept {
    const std::uint32_t* values = values_of(record);
    for (std::size_t f = 0; f < m_records.fields.size(); ++f) {
        __builtin_prefetch(&m_fields[f]->values[values[f]]);
    }
}

void Comparer::fetch_texts(std::uint32_t record) const noexcept {
    const std::uint32_t* values = values_of(record);
    for (std::size_t f = 0; f < m_records.fields.size(); ++f) {
        __builtin_prefetch(m_fields[f]->values[values[f]].data());
    }
}

double Comparer::similarity(Candidate pair) const {
    const Field& first = m_records.fields.front();
    return first.kind == FieldKind::whole_text
               ? m_grams.front().similarity(first.of_record[pair.left], first.of_record[pair.right])
               : 0;
}

/// Equal as they are, values are equal whatever is left of them.
Level Comparer::compare_remainders(std::size_t field, Candidate pair) const {
    const auto& of_record = m_records.fields[field].of_record;
    if (of_record[pair.left] == of_record[pair.right]) {
        return of_record[pair.left] == 0 ? missing_level : 0;
    }
    const std::uint32_t left = values_of(pair.left)[field];
    const std::uint32_t right = values_of(pair.right)[field];
    const auto& without = m_records.remainders[field].without;
    const bool lacks = left != right && left != 0 && right != 0 &&
                       std::any_of(without.begin(), without.end(), [&](std::size_t part) {
                           const auto& parts = m_records.fields[part].of_record;
                           return (parts[pair.left] == 0) != (parts[pair.right] == 0);
                       });
    if (!lacks || m_fields[field]->kind == FieldKind::long_text) {
        return compare(field, left, right);
    }
    const auto a = left_of(m_records, field, pair.left, pair.right);
    const auto b = left_of(m_records, field, pair.right, pair.left);
    return a == b                                     ? Level{0}
           : m_fields[field]->kind == FieldKind::code ? compare_codes(a, b)
                                                      : compare_names(a, b);
}

Level Comparer::compare(std::size_t field, std::uint32_t left, std::uint32_t right) const {
    if (left == 0 || right == 0) {
        return missing_level;
    }
    if (left == right) {
        return 0;
    }
    const Field& of = *m_fields[field];
    const std::u32string_view a = of.values[left];
    const std::u32string_view b = of.values[right];
    switch (of.kind) {
    case FieldKind::code: return compare_codes(a, b);
    case FieldKind::short_text: {
        const Level by_characters = compare_names(a, b);
        const bool words =
            a.find(U' ') != std::u32string_view::npos || b.find(U' ') != std::u32string_view::npos;
        return words && by_characters > 1
                   ? std::min(by_characters,
                              level_of(m_words[field].similarity(left, right), word_limits))
                   : by_characters;
    }
    case FieldKind::long_text: return level_of(m_words[field].similarity(left, right), long_limits);
    case FieldKind::whole_text:
        return level_of(m_grams[field].similarity(left, right), whole_limits);
    }
    return missing_level;
}

} // namespace assay
