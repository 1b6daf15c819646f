// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/first_matches.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace assay {
namespace {

using Bits = std::vector<double>;

Bits bits_of(const std::vector<FieldPairs>& fields) {
    Bits bits;
    for (const auto& field : fields) {
        bits.push_back(field.equal > 0 ? std::log2((field.present + 1) / field.equal) : 0);
    }
    return bits;
}

class FirstMatches {
public:
    FirstMatches(const Records& records, const PatternCounts& patterns)
        : m_patterns(patterns), m_enough(std::log2(all_pairs(records))) {
        for (const auto& field : records.fields) {
            m_pairs.push_back(pairs_of(records, field));
            m_last.push_back(static_cast<double>(levels_of(field.kind) - 1));
        }
        m_bits = bits_of(m_pairs);
        leave_out_row_numbers();
        m_share = has_true_matches(m_bits) ? nearly_all : everything;
    }

    bool has(Agreement pattern) const { return agrees(pattern, m_bits, m_share); }
    const Bits& bits() const noexcept { return m_bits; }

private:
    /// In such a share of everything, and in more than chance does once among all pairs? What
    /// agrees in everything differs nowhere, little as the field may tell: a size is a size.
    bool agrees(Agreement pattern, const Bits& bits, double share) const {
        constexpr double half = .5;
        double agreed = 0;
        double present = 0;
        double all = 0;
        bool differs = false;
        for (std::size_t f = 0; f < bits.size(); ++f) {
            const Level level = level_in(pattern, f);
            all += bits[f];
            if (level != missing_level) {
                present += bits[f];
                agreed += bits[f] * (1 - static_cast<double>(level) / m_last[f]);
                differs = differs || (bits[f] > 0 && 2 * level > m_last[f]);
            }
        }
        return !(differs && share == everything) && agreed >= share * present &&
               present >= half * all && agreed > m_enough;
    }

    /// A key whose values differ where everything else agrees, as numbers and times of rows do,
    /// says nothing of matches.
    void leave_out_row_numbers() {
        const Bits all = m_bits;
        for (std::size_t f = 0; f < all.size(); ++f) {
            Bits others = all;
            others[f] = 0;
            if (m_pairs[f].is_key && differs(f, others) && has_true_matches(others)) {
                m_bits[f] = 0;
            }
        }
    }

    /// Of true matches many agree in everything, or most but for typing errors. Where few do, what
    /// agrees in nearly everything is rather something else: families, editions.
    bool has_true_matches(const Bits& bits) const {
        constexpr double many = .2;
        constexpr double most = .5;
        double in_everything = 0;
        double but_for_errors = 0;
        double in_nearly_all = 0;
        for (const auto& pattern : m_patterns) {
            if (agrees(pattern.pattern, bits, nearly_all)) {
                in_nearly_all += pattern.pairs;
                but_for_errors += differs_nowhere(pattern.pattern, bits) ? pattern.pairs : 0;
            }
            in_everything += agrees(pattern.pattern, bits, everything) ? pattern.pairs : 0;
        }
        return in_everything > many * in_nearly_all || but_for_errors > most * in_nearly_all;
    }

    bool differs_nowhere(Agreement pattern, const Bits& bits) const {
        for (std::size_t f = 0; f < bits.size(); ++f) {
            const Level level = level_in(pattern, f);
            if (bits[f] > 0 && level != missing_level && 2 * level > m_last[f]) {
                return false;
            }
        }
        return true;
    }

    bool differs(std::size_t f, const Bits& others) const {
        constexpr double seldom = .02;
        double equal = 0;
        double pairs = 0;
        for (const auto& pattern : m_patterns) {
            const Level level = level_in(pattern.pattern, f);
            if (level != missing_level && agrees(pattern.pattern, others, everything)) {
                pairs += pattern.pairs;
                equal += level == 0 ? pattern.pairs : 0;
            }
        }
        return equal < seldom * pairs;
    }

    static constexpr double nearly_all = .8;
    static constexpr double everything = .95;
    const PatternCounts& m_patterns;
    double m_enough; ///< bits
    double m_share = nearly_all;
    std::vector<FieldPairs> m_pairs;
    std::vector<double> m_last; ///< level of each field
    Bits m_bits;
};

} // namespace

double all_pairs(const Records& records) {
    const auto n = static_cast<double>(records.size);
    const auto left = static_cast<double>(records.split);
    return std::max(1.0, records.links() ? left * (n - left) : n * (n - 1) / 2);
}

FieldPairs pairs_of(const Records& records, const Field& field) {
    constexpr double nearly_every = .98;
    std::vector<double> left(field.values.size());
    std::vector<double> right(field.values.size());
    for (std::size_t r = 0; r < records.size; ++r) {
        ++(r < records.split ? left : right)[field.of_record[r]];
    }
    FieldPairs result;
    double lefts = 0;
    double rights = 0;
    for (std::size_t v = 1; v < field.values.size(); ++v) {
        result.equal += records.links() ? left[v] * right[v] : left[v] * (left[v] - 1) / 2;
        lefts += left[v];
        rights += right[v];
    }
    result.present = records.links() ? lefts * rights : lefts * (lefts - 1) / 2;
    result.is_key =
        static_cast<double>(field.values.size() - 1) >= nearly_every * std::max(lefts, rights);
    return result;
}

std::vector<double> mark_first_matches(const Records& records, PatternCounts& patterns) {
    const FirstMatches first(records, patterns);
    for (auto& pattern : patterns) {
        pattern.posterior = first.has(pattern.pattern) ? 1 : 0;
        pattern.alone = pattern.posterior;
    }
    return first.bits();
}

} // namespace assay
