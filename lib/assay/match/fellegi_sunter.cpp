// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/fellegi_sunter.hpp"

#include "assay/match/random_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

namespace assay {
namespace {

/// Equal agreements are worked on once.
struct PatternCount {
    Agreement pattern = 0;
    double pairs = 0;
    double posterior = 0; ///< that its pairs match, on average
    double related = 0;   ///< that they only look so
    double alone = 0;     ///< the same for a pair that no other one competes with
};

/// A candidate with the place of its agreement among all that occur.
struct PlacedPair {
    Candidate records;
    std::uint32_t place = 0;
};

std::vector<PatternCount> tally(const PairList& pairs, HeldBytes& held) {
    constexpr std::size_t bytes_in_maps = 160;
    std::unordered_map<Agreement, double> found;
    pairs.for_each([&](const ComparedPair& pair) {
        if (++found[pair.pattern] == 1) {
            held.add(sizeof(PatternCount) + bytes_in_maps);
        }
    });
    const std::map<Agreement, double> counts(found.begin(), found.end());
    std::vector<PatternCount> result;
    for (const auto& [pattern, count] : counts) {
        result.push_back({pattern, count, 0});
    }
    return result;
}

double all_pairs(const Records& records) {
    const auto n = static_cast<double>(records.size);
    const auto left = static_cast<double>(records.split);
    return records.links() ? left * (n - left) : n * (n - 1) / 2;
}

/// log2 of how probable a pattern is among pairs of one sort.
double log_likelihood(const LinkModel& model, Agreement pattern, LevelModel FieldModel::*sort) {
    double sum = 0;
    for (std::size_t f = 0; f < model.fields.size(); ++f) {
        const Level level = level_in(pattern, f);
        sum += level == missing_level ? 0 : (model.fields[f].*sort).logs[level];
    }
    return sum;
}

/// log2 of the odds of a match. @param rarity log2 of how much rarer the equal values of the pair
/// are than equal values of their fields are on average
double weight_of(const LinkModel& model, Agreement pattern, double rarity) {
    const double match =
        std::log2(model.prior) + log_likelihood(model, pattern, &FieldModel::matches);
    const double chance = std::log2(1 - model.prior - model.prior_related) +
                          log_likelihood(model, pattern, &FieldModel::chance) - rarity;
    if (model.prior_related <= 0) {
        return match - chance;
    }
    const double related =
        std::log2(model.prior_related) + log_likelihood(model, pattern, &FieldModel::related);
    const double most = std::max(chance, related);
    return match - most - std::log2(std::exp2(chance - most) + std::exp2(related - most));
}

/// Half a pair of every level: none is impossible.
LevelShares any_level(std::size_t levels) {
    constexpr double half = .5;
    LevelShares pairs{};
    std::fill_n(pairs.begin(), levels, half);
    return pairs;
}

/// Shares of the levels of one field, each pattern counting as much as `count` says.
/// @param before pairs of each level that are thought before any is seen
template <typename Count>
LevelModel shares(const std::vector<PatternCount>& patterns, std::size_t field,
                  const LevelShares& before, const Count& count) {
    LevelShares sums = before;
    for (const auto& pattern : patterns) {
        const Level level = level_in(pattern.pattern, field);
        if (level != missing_level) {
            sums[level] += count(pattern);
        }
    }
    const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
    LevelModel model;
    for (std::size_t level = 0; level < most_levels; ++level) {
        model.shares[level] = sums[level] / total;
        model.logs[level] = std::log2(model.shares[level]);
    }
    return model;
}

/// Of whole texts each level is rarer by chance than the one below, also where the random pairs of
/// a small table hold true matches: one field alone cannot tell them apart.
LevelModel thinning_out(const LevelModel& chance, std::size_t levels) {
    constexpr double rarer = .2;
    LevelModel thinner = chance;
    for (std::size_t level = levels - 1; level > 0; --level) {
        thinner.shares[level - 1] =
            std::min(chance.shares[level - 1], rarer * thinner.shares[level]);
        thinner.logs[level - 1] = std::log2(thinner.shares[level - 1]);
    }
    return thinner;
}

/// Compares pairs, many at a time on several threads.
class BatchComparer {
public:
    BatchComparer(const Comparer& comparer, const Effort& effort, NearMemory& memory)
        : m_comparer(comparer), m_effort(effort), m_pairs(memory.for_pairs(), memory.file()) {}

    void add(Candidate pair) {
        constexpr std::size_t at_a_time = 16'384;
        m_batch.push_back({pair, 0, 0, 0});
        if (m_batch.size() == at_a_time) {
            compare();
        }
    }
    PairList finish() {
        compare();
        return std::move(m_pairs);
    }

private:
    void compare() {
        constexpr std::size_t stretch = 1024;
        for_stretches(m_batch.size(), stretch, m_effort, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                fetch_ahead(i, end);
                m_batch[i].pattern = m_comparer.compare(m_batch[i].records);
                m_batch[i].similarity = m_comparer.similarity(m_batch[i].records);
            }
        });
        std::for_each(m_batch.begin(), m_batch.end(),
                      [this](const ComparedPair& pair) { m_pairs.add(pair); });
        m_batch.clear();
    }

    /// Of the left records several pairs in turn are, of the right ones every pair has another.
    void fetch_ahead(std::size_t i, std::size_t end) const {
        constexpr std::size_t step = 4;
        if (i + step < end) {
            m_comparer.fetch_texts(m_batch[i + step].records.right);
        }
        if (i + 2 * step < end) {
            m_comparer.fetch_values(m_batch[i + 2 * step].records.right);
        }
        if (i + 3 * step < end) {
            m_comparer.fetch_record(m_batch[i + 3 * step].records.right);
        }
    }

    const Comparer& m_comparer;
    const Effort& m_effort;
    PairList m_pairs;
    std::vector<ComparedPair> m_batch;
};

class Learning {
public:
    Learning(const Comparer& comparer, const PairList& pairs, const Effort& effort,
             NearMemory& memory)
        : m_records(comparer.records()), m_held(memory), m_candidates(tally(pairs, m_held)),
          m_random(tally(random_comparisons(comparer, effort, memory), m_held)),
          m_pairs(memory.for_pairs(), memory.file()), m_check(effort.check) {
        if (m_records.links()) {
            pairs.for_each([this](const ComparedPair& pair) {
                m_pairs.add({pair.records, place_of(pair.pattern)});
            });
        }
        start();
    }

    LinkModel run() {
        settle();
        // From one field alone, what is related cannot be told from what matches.
        if (m_records.links() && m_records.fields.size() > 1) {
            learn_related();
            settle();
        }
        return m_model;
    }

private:
    static PairList random_comparisons(const Comparer& comparer, const Effort& effort,
                                       NearMemory& memory) {
        BatchComparer batch(comparer, effort, memory);
        for (const Candidate& pair : random_pairs(comparer.records())) {
            batch.add(pair);
        }
        return batch.finish();
    }

    void settle() {
        constexpr int most_rounds = 100;
        constexpr double settled = 1e-5;
        for (int round = 0; round < most_rounds; ++round) {
            m_check();
            expect();
            const LinkModel before = m_model;
            maximise();
            if (change_since(before) < settled) {
                break;
            }
        }
    }

    /// Pairs that would match if there was no better one for their records show what is alike
    /// without being one: neighbours, relatives, editions.
    void learn_related() {
        constexpr double fewest = 3;
        double lost = 0;
        for (const auto& pattern : m_candidates) {
            lost += pattern.pairs * (pattern.alone - pattern.posterior);
        }
        if (lost < fewest) {
            return;
        }
        for (auto& pattern : m_candidates) {
            pattern.related = pattern.alone - pattern.posterior;
        }
        maximise_related();
    }

    void maximise_related() {
        double sum = 0;
        for (const auto& pattern : m_candidates) {
            sum += pattern.pairs * pattern.related;
        }
        const double total = all_pairs(m_records);
        m_model.prior_related = std::clamp(sum / total, .01 / total, .4);
        for (std::size_t f = 0; f < m_model.fields.size(); ++f) {
            m_model.fields[f].related =
                shares(m_candidates, f, m_model.fields[f].chance.shares,
                       [](const PatternCount& pattern) { return pattern.pairs * pattern.related; });
        }
    }

    void start() {
        constexpr double equal_at_first = .8;
        for (std::size_t f = 0; f < m_records.fields.size(); ++f) {
            const std::size_t levels = levels_of(m_records.fields[f].kind);
            LevelShares falling{};
            double rest = 1;
            for (std::size_t level = 0; level < levels; ++level) {
                const bool last = level + 1 == levels;
                falling[level] = last ? rest : rest * equal_at_first;
                rest -= falling[level];
            }
            FieldModel field;
            field.matches = shares({}, f, falling, [](const PatternCount&) { return 0.0; });
            m_model.fields.push_back(field);
        }
        m_model.prior =
            std::min(.5, static_cast<double>(m_records.size) / 10 / all_pairs(m_records));
        learn_chance();
    }

    /// Matches among the random pairs are none by chance, as far as they are known by now.
    void learn_chance() {
        for (std::size_t f = 0; f < m_model.fields.size(); ++f) {
            const FieldKind kind = m_records.fields[f].kind;
            const LevelModel chance =
                shares(m_random, f, any_level(levels_of(kind)), [](const PatternCount& pattern) {
                    return pattern.pairs * (1 - pattern.posterior);
                });
            m_model.fields[f].chance =
                kind == FieldKind::whole_text ? thinning_out(chance, levels_of(kind)) : chance;
        }
    }

    void expect() {
        for (auto* patterns : {&m_candidates, &m_random}) {
            for (auto& pattern : *patterns) {
                pattern.alone = probability_of(weight_of(m_model, pattern.pattern, 0));
                pattern.posterior = pattern.alone;
            }
        }
        if (m_records.links()) {
            compete();
        }
    }

    /// A record has one partner at most: its candidates share what is certain.
    void compete() {
        SharedCertainty certainty(m_records);
        m_pairs.for_each([&](const PlacedPair& pair) {
            certainty.add(pair.records, m_candidates[pair.place].alone);
        });
        for (auto& pattern : m_candidates) {
            pattern.posterior = 0;
        }
        m_pairs.for_each([&](const PlacedPair& pair) {
            PatternCount& pattern = m_candidates[pair.place];
            pattern.posterior += certainty.share(pair.records, pattern.alone);
        });
        for (auto& pattern : m_candidates) {
            pattern.posterior /= pattern.pairs;
        }
    }

    std::uint32_t place_of(Agreement pattern) const {
        const auto place = std::lower_bound(
            m_candidates.begin(), m_candidates.end(), pattern,
            [](const PatternCount& count, Agreement wanted) { return count.pattern < wanted; });
        return static_cast<std::uint32_t>(place - m_candidates.begin());
    }

    void maximise() {
        double matches = 0;
        for (const auto& pattern : m_candidates) {
            matches += pattern.pairs * pattern.posterior;
        }
        const double total = all_pairs(m_records);
        m_model.prior = std::clamp(matches / total, .01 / total, .5);
        for (std::size_t f = 0; f < m_model.fields.size(); ++f) {
            const std::size_t levels = levels_of(m_records.fields[f].kind);
            m_model.fields[f].matches =
                shares(m_candidates, f, any_level(levels), [](const PatternCount& pattern) {
                    return pattern.pairs * pattern.posterior;
                });
        }
        learn_chance();
    }

    double change_since(const LinkModel& before) const {
        double most = 0;
        for (std::size_t f = 0; f < m_model.fields.size(); ++f) {
            for (std::size_t level = 0; level < most_levels; ++level) {
                most = std::max(most, std::abs(m_model.fields[f].matches.shares[level] -
                                               before.fields[f].matches.shares[level]));
            }
        }
        return most;
    }

    const Records& m_records;
    HeldBytes m_held;
    std::vector<PatternCount> m_candidates;
    std::vector<PatternCount> m_random;
    SpillList<PlacedPair> m_pairs; ///< of two tables, the candidates
    std::function<void()> m_check;
    LinkModel m_model;
};

} // namespace

PairList compare_all(const Comparer& comparer, Candidates& candidates, const Effort& effort,
                     NearMemory& memory) {
    BatchComparer batch(comparer, effort, memory);
    std::optional<Candidate> last;
    candidates.for_sorted([&](const Candidate& pair) {
        if (last != pair) {
            batch.add(pair);
        }
        last = pair;
    });
    return batch.finish();
}

LinkModel learn_model(const Comparer& comparer, const PairList& pairs, const Effort& effort,
                      NearMemory& memory) {
    return Learning(comparer, pairs, effort, memory).run();
}

namespace {

double odds_of(double probability) {
    static constexpr double nearly_one = 1 - 1e-12;
    const double p = std::min(probability, nearly_one);
    return p / (1 - p);
}

} // namespace

void SharedCertainty::add(Candidate pair, double probability) {
    const double odds = odds_of(probability);
    m_odds[pair.left] += odds;
    m_odds[pair.right] += odds;
}

double SharedCertainty::share(Candidate pair, double probability) const {
    const double own = odds_of(probability);
    const double others = std::max(0.0, m_odds[pair.left] + m_odds[pair.right] - 2 * own);
    return own / (1 + own + others);
}

double probability_of(double weight) noexcept { return 1 / (1 + std::exp2(-weight)); }

/// Between the middles of two levels the weight of a whole text changes with its similarity.
double whole_text_weight(const LinkModel& model, const ComparedPair& pair) {
    std::array<double, whole_limits.size() + 1> middles{};
    double above = 1;
    for (std::size_t i = 0; i < middles.size(); ++i) {
        const double limit = i < whole_limits.size() ? whole_limits[i] : 0;
        middles[i] = (above + limit) / 2;
        above = limit;
    }
    std::size_t next = 1;
    while (next + 1 < middles.size() && pair.similarity < middles[next]) {
        ++next;
    }
    const double share = std::clamp(
        (pair.similarity - middles[next]) / (middles[next - 1] - middles[next]), 0.0, 1.0);
    return share * weight_of(model, next, 0) + (1 - share) * weight_of(model, next + 1, 0);
}

double match_weight(const LinkModel& model, const Records& records, const ComparedPair& pair) {
    if (records.fields.front().kind == FieldKind::whole_text && pair.pattern != missing_level &&
        pair.pattern != 0) {
        return whole_text_weight(model, pair);
    }
    double rarity = 0;
    for (std::size_t f = 0; f < model.fields.size(); ++f) {
        if (level_in(pair.pattern, f) == 0) {
            const Field& field = records.fields[f];
            const std::uint32_t value = field.of_record[pair.records.left];
            const double share =
                static_cast<double>(field.counts[value]) / static_cast<double>(field.present);
            rarity += model.fields[f].chance.logs[0] - std::log2(share);
        }
    }
    return weight_of(model, pair.pattern, rarity);
}

} // namespace assay
