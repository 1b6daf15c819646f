// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/first_matches.hpp"

#include "assay/match/agreed.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <numeric>

namespace assay {
namespace {

using Bits = std::vector<double>;

/// std::lgamma() writes the sign to a global.
double ln_gamma(double x) noexcept {
    int sign = 0;
    return lgamma_r(x, &sign);
}

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
        : m_patterns(patterns), m_all_pairs(all_pairs(records)), m_last(last_levels(records)) {
        for (std::size_t f = 0; f < records.fields.size(); ++f) {
            m_pairs.push_back(pairs_of(records, records.telling(f)));
        }
        m_bits = bits_of(m_pairs);
        m_enough = enough();
        leave_out_row_numbers();
        m_enough = enough();
        leave_out_labels();
        m_enough = enough();
        m_share = has_true_matches(m_bits) ? nearly_all : everything;
    }

    bool has(Agreement pattern) const { return agrees(pattern, m_bits, m_share); }
    Telling telling() const { return {m_bits, m_enough}; }

private:
    /// In so many bits matches agree: in more than chance does once among all pairs. Where the
    /// columns tell too little for that, in so many that few of the pairs that do so anyway are
    /// expected by chance (Benjamini and Hochberg 1995).
    double enough() const {
        constexpr double few = .1;
        const double once = std::log2(m_all_pairs);
        if (!tell_little(m_bits)) {
            return once;
        }
        std::map<double, double, std::greater<>> pairs; // by what they agree in
        for (const auto& pattern : m_patterns) {
            const Agreed agreed = agreed_in(pattern.pattern, m_bits, m_last);
            if (pattern.pairs > 0 && has_share(agreed, m_bits, nearly_all)) {
                pairs[agreed.bits] += pattern.pairs;
            }
        }
        double least = once;
        double found = 0;
        for (const auto& [bits, count] : pairs) {
            found += count;
            if (bits <= least && m_all_pairs * std::exp2(-bits) <= few * found) {
                least = std::nextafter(bits, 0.0);
            }
        }
        return least;
    }

    bool agrees(Agreement pattern, const Bits& bits, double share) const {
        const Agreed agreed = agreed_in(pattern, bits, m_last);
        return agreed.bits > m_enough && has_share(agreed, bits, share);
    }

    /// Do pairs that agree in nearly everything agree in no more than chance does once?
    bool tell_little(const Bits& bits) const {
        return nearly_all * all_of(bits) < std::log2(m_all_pairs);
    }

    static double all_of(const Bits& bits) {
        return std::accumulate(bits.begin(), bits.end(), 0.0);
    }

    /// Does it agree in such a share of everything? What agrees in everything differs nowhere,
    /// little as the field may tell: a size is a size. Where the columns tell little, an error
    /// takes much of it: there nearly everything is to differ nowhere.
    bool has_share(const Agreed& agreed, const Bits& bits, double share) const {
        constexpr double half = .5;
        if (agreed.of < half * all_of(bits) || (agreed.differs && share == everything)) {
            return false;
        }
        return agreed.bits >= share * agreed.of ||
               (share == nearly_all && !agreed.differs && tell_little(bits));
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

    /// A column of few values, as the source of a row or its state, says nothing of matches where
    /// pairs that agree in nearly everything else agree in it as often as any others do.
    void leave_out_labels() {
        constexpr double few_values = .1;
        for (std::size_t f = 0; f < m_bits.size(); ++f) {
            const double chance = m_pairs[f].equal / (m_pairs[f].present + 1);
            if (m_bits[f] > 0 && chance >= few_values && agrees_by_chance(f, chance)) {
                m_bits[f] = 0;
            }
        }
    }

    /// Pairs by whether they are equal in one field.
    struct Split {
        double equal = 0;
        double unequal = 0;

        /// ln of how probable they are if any share of equal ones was as likely before.
        double log_of_any_share() const {
            return ln_gamma(equal + 1) + ln_gamma(unequal + 1) - ln_gamma(equal + unequal + 2);
        }
    };

    /// Is it far more probable that they agree in the field as often as chance brings it about than
    /// in any other share? Sizes of one product are equal elsewhere, and of what was entered twice
    /// in one size some have errors: both sorts by themselves are to agree by chance.
    bool agrees_by_chance(std::size_t f, double chance) const {
        constexpr double far_more = 3;
        Bits others = m_bits;
        others[f] = 0;
        Split verbatim;
        Split with_errors;
        for (const auto& pattern : m_patterns) {
            const Level level = level_in(pattern.pattern, f);
            if (level != missing_level && agrees(pattern.pattern, others, nearly_all)) {
                Split& split = equal_in(pattern.pattern, others) ? verbatim : with_errors;
                (level == 0 ? split.equal : split.unequal) += pattern.pairs;
            }
        }
        const double by_chance = (verbatim.equal + with_errors.equal) * std::log(chance) +
                                 (verbatim.unequal + with_errors.unequal) * std::log1p(-chance);
        return by_chance - verbatim.log_of_any_share() - with_errors.log_of_any_share() >
               std::log(far_more);
    }

    /// Equal in all fields that tell something, but for missing values?
    static bool equal_in(Agreement pattern, const Bits& bits) {
        for (std::size_t f = 0; f < bits.size(); ++f) {
            const Level level = level_in(pattern, f);
            if (bits[f] > 0 && level != 0 && level != missing_level) {
                return false;
            }
        }
        return true;
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
                but_for_errors +=
                    agreed_in(pattern.pattern, bits, m_last).differs ? 0 : pattern.pairs;
            }
            in_everything += agrees(pattern.pattern, bits, everything) ? pattern.pairs : 0;
        }
        return in_everything > many * in_nearly_all || but_for_errors > most * in_nearly_all;
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

    static constexpr double everything = .95;
    const PatternCounts& m_patterns;
    double m_all_pairs;
    std::vector<Level> m_last;
    double m_enough = 0; ///< bits
    double m_share = nearly_all;
    std::vector<FieldPairs> m_pairs;
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

Telling mark_first_matches(const Records& records, PatternCounts& patterns) {
    const FirstMatches first(records, patterns);
    for (auto& pattern : patterns) {
        pattern.posterior = first.has(pattern.pattern) ? 1 : 0;
        pattern.alone = pattern.posterior;
    }
    return first.telling();
}

} // namespace assay
