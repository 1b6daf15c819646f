// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/chance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace assay {
namespace {

/// The places of two fields among those that foretell another one, the best pair first.
constexpr std::array<std::array<std::size_t, 2>, pairs_that_foretell> pairs_of_places{
    {{0, 1}, {0, 2}, {1, 2}}};

/// The levels of such a pair; a field that does not exist is missing.
std::pair<Level, Level> levels_above(const FieldModel& field, std::size_t pair, Agreement pattern) {
    const auto level = [&](std::size_t place) {
        return place < field.foretold_by.size() ? level_in(pattern, field.foretold_by[place])
                                                : missing_level;
    };
    return {level(pairs_of_places[pair][0]), level(pairs_of_places[pair][1])};
}

/// Of pairs that rather match nothing is learned about chance, nor of related things.
double by_chance(const PatternCount& pattern) {
    constexpr double rather = .5;
    return pattern.posterior < rather ? (1 - pattern.posterior) * (1 - pattern.related) : 0;
}

/// Pairs by the levels of two fields.
using LevelTable = std::array<LevelShares, most_levels>;

class Gains {
public:
    Gains(const Records& records, const PatternCounts& patterns)
        : m_patterns(patterns),
          m_gains(records.fields.size(), std::vector<double>(records.fields.size())) {
        for (std::size_t a = 0; a < records.fields.size(); ++a) {
            for (std::size_t b = a + 1; b < records.fields.size(); ++b) {
                m_gains[a][b] = gain(a, b, levels_of(records.fields[a].kind),
                                     levels_of(records.fields[b].kind));
                m_gains[b][a] = m_gains[a][b];
            }
        }
    }

    /// How much better the candidates are explained if one field foretells the other, in bits.
    double between(std::size_t a, std::size_t b) const { return m_gains[a][b]; }

private:
    template <typename Count>
    LevelTable table(std::size_t a, std::size_t b, const Count& count) const {
        LevelTable result{};
        for (const auto& pattern : m_patterns) {
            const Level left = level_in(pattern.pattern, a);
            const Level right = level_in(pattern.pattern, b);
            if (left != missing_level && right != missing_level) {
                result[left][right] += by_chance(pattern) * count(pattern);
            }
        }
        return result;
    }

    /// Only what agrees in both counts: that candidates which agree in one field do not in others
    /// comes from how they were brought together.
    double gain(std::size_t a, std::size_t b, std::size_t levels_a, std::size_t levels_b) const {
        const LevelTable candidates = table(a, b, [](const PatternCount& p) { return p.pairs; });
        const LevelTable all =
            table(a, b, [](const PatternCount& p) { return p.pairs + p.outside; });
        LevelShares left{};
        LevelShares right{};
        for (std::size_t i = 0; i < most_levels; ++i) {
            for (std::size_t j = 0; j < most_levels; ++j) {
                left[i] += all[i][j];
                right[j] += all[i][j];
            }
        }
        const double total = std::accumulate(left.begin(), left.end(), 0.0);
        double sum = 0;
        for (std::size_t i = 0; i + 1 < levels_a; ++i) {
            for (std::size_t j = 0; j + 1 < levels_b; ++j) {
                if (candidates[i][j] > 0) {
                    sum += candidates[i][j] * std::log2(all[i][j] * total / (left[i] * right[j]));
                }
            }
        }
        return sum;
    }

    const PatternCounts& m_patterns;
    std::vector<std::vector<double>> m_gains;
};

/// Puts the fields in the order of a tree: next is the one that is foretold best by one before it.
class FieldOrder {
public:
    FieldOrder(const std::vector<FieldModel>& fields, const Gains& gains)
        : m_fields(fields), m_gains(gains), m_done(fields.size()) {}

    std::optional<std::size_t> next() {
        std::optional<std::size_t> best = best_foretold();
        if (!best) {
            best = most_telling();
        }
        if (best) {
            m_done[*best] = true;
            m_before.push_back(*best);
        }
        return best;
    }

    /// Those before a field that foretell it, the best first.
    std::vector<std::size_t> foretelling(std::size_t field) const {
        std::vector<std::size_t> fields;
        std::copy_if(m_before.begin(), m_before.end(), std::back_inserter(fields),
                     [&](std::size_t before) { return m_gains.between(before, field) > 0; });
        std::stable_sort(fields.begin(), fields.end(), [&](std::size_t a, std::size_t b) {
            return m_gains.between(a, field) > m_gains.between(b, field);
        });
        fields.resize(std::min(fields.size(), most_that_foretell));
        return fields;
    }

private:
    std::optional<std::size_t> best_foretold() const {
        std::optional<std::size_t> best;
        double most = 0;
        for (const std::size_t before : m_before) {
            for (std::size_t f = 0; f < m_done.size(); ++f) {
                if (!m_done[f] && m_gains.between(before, f) > most) {
                    most = m_gains.between(before, f);
                    best = f;
                }
            }
        }
        return best;
    }

    std::optional<std::size_t> most_telling() const {
        const auto equal = [&](std::size_t f) { return m_fields[f].chance.shares[0]; };
        std::optional<std::size_t> best;
        for (std::size_t f = 0; f < m_done.size(); ++f) {
            if (!m_done[f] && (!best || equal(f) < equal(*best))) {
                best = f;
            }
        }
        return best;
    }

    const std::vector<FieldModel>& m_fields;
    const Gains& m_gains;
    std::vector<bool> m_done;
    std::vector<std::size_t> m_before;
};

/// Of the pairs with the same levels of the fields that foretell one, how many match.
using MatchesWhere = std::array<std::array<double, most_levels + 1>, most_levels + 1>;

void count_where(const FieldModel& field, std::size_t f, std::size_t pair,
                 const PatternCounts& patterns, ChanceWhere& others, MatchesWhere& matches) {
    for (const auto& pattern : patterns) {
        const Level level = level_in(pattern.pattern, f);
        const auto [first, second] = levels_above(field, pair, pattern.pattern);
        if (level == missing_level || (first == missing_level && second == missing_level)) {
            continue;
        }
        const auto add = [&, level = level](Level a, Level b) {
            others[a][b][level] += by_chance(pattern) * (pattern.pairs + pattern.outside);
            matches[a][b] += pattern.matches();
        };
        add(first, second);
        if (first != missing_level && second != missing_level) {
            add(first, missing_level);
            add(missing_level, second);
        }
    }
}

/// A few pairs, or matches that were not recognised as such, show no dependence: so many pairs, and
/// so many for each match, are thought to be there that agree as they do elsewhere.
void add_expected(LevelShares& pairs, double matches, const LevelShares& elsewhere) {
    constexpr double before = 200;
    constexpr double for_each_match = 3;
    double total = 0;
    for (std::size_t level = 0; level < most_levels; ++level) {
        pairs[level] += (before + for_each_match * matches) * elsewhere[level];
        total += pairs[level];
    }
    std::for_each(pairs.begin(), pairs.end(), [&](double& share) { share /= total; });
}

ChanceWhere learn_where(const FieldModel& field, std::size_t f, std::size_t pair,
                        const PatternCounts& patterns) {
    ChanceWhere where{};
    MatchesWhere matches{};
    count_where(field, f, pair, patterns, where, matches);
    for (std::size_t a = 0; a < most_levels; ++a) {
        add_expected(where[a][missing_level], matches[a][missing_level], field.chance.shares);
        add_expected(where[missing_level][a], matches[missing_level][a], field.chance.shares);
        for (std::size_t b = 0; b < most_levels; ++b) {
            add_expected(where[a][b], matches[a][b], where[a][missing_level]);
        }
    }
    return where;
}

} // namespace

void find_what_foretells(std::vector<FieldModel>& fields, const Records& records,
                         const PatternCounts& patterns) {
    // Of two fields alone, what follows from each other cannot be told from what matches.
    constexpr std::size_t fewest = 3;
    if (records.fields.size() < fewest) {
        return;
    }
    const Gains gains(records, patterns);
    FieldOrder order(fields, gains);
    while (const auto field = order.next()) {
        fields[*field].foretold_by = order.foretelling(*field);
    }
}

void learn_foretold(std::vector<FieldModel>& fields, const PatternCounts& patterns) {
    for (std::size_t f = 0; f < fields.size(); ++f) {
        FieldModel& field = fields[f];
        if (field.foretold_by.empty()) {
            continue;
        }
        for (std::size_t pair = 0; pair < pairs_that_foretell; ++pair) {
            field.chance_where[pair] = learn_where(field, f, pair, patterns);
        }
    }
}

const LevelShares& chance_of(const FieldModel& field, Agreement pattern) {
    const LevelShares* by_one = nullptr;
    for (std::size_t pair = 0; pair < pairs_that_foretell; ++pair) {
        const auto [first, second] = levels_above(field, pair, pattern);
        const LevelShares& shares = field.chance_where[pair][first][second];
        if (first != missing_level && second != missing_level) {
            return shares;
        }
        if (by_one == nullptr && (first != missing_level || second != missing_level)) {
            by_one = &shares;
        }
    }
    return by_one != nullptr ? *by_one : field.chance.shares;
}

double log_chance(const LinkModel& model, Agreement pattern) {
    double sum = 0;
    for (std::size_t f = 0; f < model.fields.size(); ++f) {
        const Level level = level_in(pattern, f);
        if (level != missing_level) {
            sum += std::log2(chance_of(model.fields[f], pattern)[level]);
        }
    }
    return sum;
}

} // namespace assay
