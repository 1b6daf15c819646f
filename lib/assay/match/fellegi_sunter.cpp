// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/fellegi_sunter.hpp"

#include "assay/match/agreed.hpp"
#include "assay/match/chance.hpp"
#include "assay/match/first_matches.hpp"
#include "assay/match/pattern_count.hpp"
#include "assay/match/random_pairs.hpp"
#include "assay/match/related.hpp"
#include "assay/match/remainder.hpp"
#include "assay/match/seldom_wrong.hpp"

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

/// A candidate with the place of its agreement among all that occur.
struct PlacedPair {
    Candidate records;
    std::uint32_t place = 0;
};

using PairCounts = std::map<Agreement, double>;

PairCounts tally(const PairList& pairs, HeldBytes& held) {
    constexpr std::size_t bytes_in_maps = 160;
    std::unordered_map<Agreement, double> found;
    pairs.for_each([&](const ComparedPair& pair) {
        if (++found[pair.pattern] == 1) {
            held.add(sizeof(PatternCount) + bytes_in_maps);
        }
    });
    return {found.begin(), found.end()};
}

/// @param each of the pairs outside stands for so many
PatternCounts put_together(const PairCounts& candidates, const PairCounts& outside, double each) {
    std::map<Agreement, PatternCount> counts;
    for (const auto& [pattern, pairs] : candidates) {
        counts[pattern].pairs = pairs;
    }
    for (const auto& [pattern, pairs] : outside) {
        counts[pattern].outside = pairs * each;
    }
    PatternCounts result;
    for (auto& [pattern, count] : counts) {
        count.pattern = pattern;
        result.push_back(count);
    }
    return result;
}

/// log2 of how probable a pattern is among matches.
double log_match(const LinkModel& model, Agreement pattern) {
    double sum = 0;
    for (std::size_t f = 0; f < model.fields.size(); ++f) {
        const Level level = level_in(pattern, f);
        sum += level == missing_level ? 0 : model.fields[f].matches.logs[level];
    }
    return sum;
}

/// log2 of how probable a pattern is among other pairs. Rare values are shared by related things as
/// by matches.
double log_others(const LinkModel& model, Agreement pattern, double rarity) {
    const double chance = log_chance(model, pattern) - rarity;
    return model.related.empty() ? chance
                                 : std::log2(std::exp2(chance) + chance_of_related(model, pattern));
}

/// log2 of the odds of a match. @param rarity log2 of how much rarer the equal values of the pair
/// are than equal values of their fields are on average
double weight_of(const LinkModel& model, Agreement pattern, double rarity) {
    return std::log2(model.prior / (1 - model.prior)) + log_match(model, pattern) -
           log_others(model, pattern, rarity);
}

LevelModel with_logs(const LevelShares& shares) {
    LevelModel model{shares, {}};
    std::transform(shares.begin(), shares.end(), model.logs.begin(),
                   [](double share) { return std::log2(share); });
    return model;
}

/// What adds up to `total`.
LevelShares scaled(LevelShares sums, double total) {
    const double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
    std::for_each(sums.begin(), sums.end(), [&](double& share) { share *= total / sum; });
    return sums;
}

/// Of whole texts each level is rarer by chance than the one below, also where the random pairs of
/// a small table hold true matches: one field alone cannot tell them apart. That begins where most
/// pairs are: long texts with few words or letters share much of them, whatever they say.
/// @param pairs in all; of a few most may be matches
LevelModel thinning_out(const LevelModel& chance, std::size_t levels, double pairs) {
    constexpr double rarer = .2;
    constexpr double few = 1000;
    constexpr double alike = .7; // and more: not by chance, then
    const auto skipped = pairs < few ? std::count_if(whole_limits.begin(), whole_limits.end(),
                                                     [](double limit) { return limit >= alike; })
                                     : 0;
    const auto first = chance.shares.begin() + 1 + skipped;
    const auto last = chance.shares.begin() + static_cast<std::ptrdiff_t>(levels);
    const auto most = std::max_element(first, last, std::less_equal<>());
    LevelModel thinner = chance;
    for (auto level = static_cast<std::size_t>(most - chance.shares.begin()); level > 0; --level) {
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

/// Random pairs that are no candidates.
std::vector<Candidate> random_outside(const Records& records, const PairList& candidates) {
    std::vector<Candidate> random = random_pairs(records);
    std::sort(random.begin(), random.end());
    std::vector<Candidate> outside;
    auto next = random.cbegin();
    candidates.for_each([&](const ComparedPair& pair) {
        for (; next != random.cend() && *next < pair.records; ++next) {
            outside.push_back(*next);
        }
        while (next != random.cend() && *next == pair.records) {
            ++next;
        }
    });
    outside.insert(outside.end(), next, random.cend());
    return outside;
}

/// From where it comes how often each level of a field occurs among matches.
enum class MatchesAre : std::uint8_t { learned, presumed };

class Learning {
public:
    Learning(const Comparer& comparer, const PairList& pairs, const Effort& effort,
             NearMemory& memory)
        : m_records(comparer.records()), m_held(memory), m_pairs(memory.for_pairs(), memory.file()),
          m_check(effort.check) {
        count(comparer, pairs, effort, memory);
        if (m_records.links()) {
            pairs.for_each([this](const ComparedPair& pair) {
                m_pairs.add({pair.records, place_of(pair.pattern)});
            });
        }
        for (std::size_t f = 0; f < m_records.fields.size(); ++f) {
            m_field_pairs.push_back(pairs_of(m_records, m_records.telling(f)));
        }
        m_model.fields.resize(m_records.fields.size());
    }

    LinkModel run() {
        const auto bits = learn();
        if (agree_too_little(bits)) {
            m_matches = MatchesAre::presumed;
            learn();
        }
        return m_model;
    }

private:
    /// @return what the equal values of each field tell
    std::vector<double> learn() {
        std::for_each(m_patterns.begin(), m_patterns.end(),
                      [](PatternCount& pattern) { pattern.related = 0; });
        Telling telling = mark_first_matches(m_records, m_patterns);
        bound_replaced();
        learn_chance();
        find_related(m_model, m_records, telling, m_patterns);
        learn_chance();
        find_what_foretells(m_model.fields, m_records, m_patterns);
        maximise();
        settle(SeldomWrong(m_records, telling.bits, m_patterns));
        return std::move(telling.bits);
    }

    /// Where hardly anything is there twice, expectation maximisation may take for matches what is
    /// least explained by chance, though it differs in most that tells things apart. Few pairs like
    /// that are no matches; of many rows of one thing each may tell something else about it.
    bool agree_too_little(const std::vector<double>& bits) const {
        constexpr double enough = 2.0 / 3;
        constexpr std::size_t fewest = 3;
        if (m_records.links() || bits.size() < fewest) {
            return false;
        }
        const auto last = last_levels(m_records);
        double matches = 0;
        double agreed = 0;
        double present = 0;
        for (const auto& pattern : m_patterns) {
            const Agreed own = agreed_in(pattern.pattern, bits, last);
            matches += pattern.matches();
            agreed += pattern.matches() * own.bits;
            present += pattern.matches() * own.of;
        }
        return matches < static_cast<double>(m_records.size) && agreed < enough * present;
    }

    void count(const Comparer& comparer, const PairList& pairs, const Effort& effort,
               NearMemory& memory) {
        const auto random = random_outside(m_records, pairs);
        BatchComparer batch(comparer, effort, memory);
        std::for_each(random.begin(), random.end(),
                      [&](const Candidate& pair) { batch.add(pair); });
        const double outside = all_pairs(m_records) - static_cast<double>(pairs.size());
        m_each = std::max(0.0, outside) / std::max(1.0, static_cast<double>(random.size()));
        m_patterns = put_together(tally(pairs, m_held), tally(batch.finish(), m_held), m_each);
    }

    void settle(const SeldomWrong& seldom_wrong) {
        constexpr int most_rounds = 100;
        constexpr double settled = 1e-5;
        for (int round = 0; round < most_rounds; ++round) {
            m_check();
            expect(seldom_wrong);
            const LinkModel before = m_model;
            maximise();
            if (change_since(before) < settled) {
                break;
            }
        }
    }

    /// Matches and related things among the pairs are none by chance, as far as they are known by
    /// now. How many values are equal is known of all pairs. Whole texts with words replaced are
    /// not alike by chance: that is said of all others.
    void learn_chance() {
        constexpr double half = .5;
        for (std::size_t f = 0; f < m_model.fields.size(); ++f) {
            const std::size_t levels = levels_in(f);
            LevelShares unequal{};
            std::fill_n(unequal.begin() + 1, levels - 1, half * std::max(1.0, m_each));
            double known = 0;
            for (const auto& pattern : m_patterns) {
                const Level level = has_replaced(pattern) ? static_cast<Level>(levels - 1)
                                                          : level_in(pattern.pattern, f);
                if (level == 0) {
                    known += pattern.matches() + pattern.related_pairs();
                } else if (level != missing_level) {
                    unequal[level] += pattern.others() - pattern.related_pairs();
                }
            }
            const double equal = std::max(0.0, m_field_pairs[f].equal - known) + half;
            const double present = std::max(0.0, m_field_pairs[f].present - known) + 1;
            LevelShares shares = scaled(unequal, 1 - equal / present);
            shares[0] = equal / present;
            const LevelModel chance = with_logs(shares);
            m_model.fields[f].chance = m_records.fields[f].kind == FieldKind::whole_text
                                           ? thinning_out(chance, levels, all_pairs(m_records))
                                           : chance;
        }
    }

    std::size_t levels_in(std::size_t field) const {
        return levels_of(m_records.fields[field].kind);
    }

    void expect(const SeldomWrong& seldom_wrong) {
        for (auto& pattern : m_patterns) {
            pattern.alone = probability_of(weight_of(m_model, pattern.pattern, 0));
            pattern.posterior = pattern.alone;
        }
        bound_replaced();
        if (m_records.links()) {
            compete();
        }
        seldom_wrong.bound(m_patterns);
        expect_related(m_model, m_patterns);
    }

    /// Matches seldom have words replaced: more of those that are as alike are related things, as
    /// the colours of one product are.
    void bound_replaced() {
        double matches = 0;
        double replaced = 0;
        for (const auto& pattern : m_patterns) {
            (has_replaced(pattern) ? replaced : matches) += pattern.matches();
        }
        const double most = matches * seldom_wrong_in / (1 - seldom_wrong_in);
        m_model.with_replaced = replaced > most ? most / replaced : 1;
        for (auto& pattern : m_patterns) {
            if (has_replaced(pattern)) {
                pattern.posterior *= m_model.with_replaced;
                pattern.alone = pattern.posterior;
            }
        }
    }

    bool has_replaced(const PatternCount& pattern) const {
        return m_records.fields.front().kind == FieldKind::whole_text &&
               (pattern.pattern & words_replaced) != 0;
    }

    /// A record has one partner at most: its candidates share what is certain.
    void compete() {
        SharedCertainty certainty(m_records);
        m_pairs.for_each([&](const PlacedPair& pair) {
            certainty.add(pair.records, m_patterns[pair.place].alone);
        });
        for (auto& pattern : m_patterns) {
            pattern.posterior = 0;
        }
        m_pairs.for_each([&](const PlacedPair& pair) {
            PatternCount& pattern = m_patterns[pair.place];
            pattern.posterior += certainty.share(pair.records, pattern.alone);
        });
        for (auto& pattern : m_patterns) {
            pattern.posterior /= std::max(1.0, pattern.pairs);
        }
    }

    std::uint32_t place_of(Agreement pattern) const {
        const auto place = std::lower_bound(
            m_patterns.begin(), m_patterns.end(), pattern,
            [](const PatternCount& count, Agreement wanted) { return count.pattern < wanted; });
        return static_cast<std::uint32_t>(place - m_patterns.begin());
    }

    void maximise() {
        double matches = 0;
        for (const auto& pattern : m_patterns) {
            matches += pattern.matches();
        }
        const double total = all_pairs(m_records);
        m_model.prior = std::clamp(matches / total, .01 / total, .5);
        for (std::size_t f = 0; f < m_model.fields.size(); ++f) {
            learn_matches(f);
        }
        learn_chance();
        learn_foretold(m_model.fields, m_patterns);
        learn_related(m_model, m_patterns, total);
    }

    /// Before any is seen ten matches are thought to be there, equal in four of five.
    void learn_matches(std::size_t f) {
        constexpr double before = 10;
        constexpr double equal = .8;
        const std::size_t levels = levels_in(f);
        LevelShares sums{};
        std::fill_n(sums.begin(), levels, before * (1 - equal) / static_cast<double>(levels - 1));
        sums[0] = before * equal;
        for (const auto& pattern : m_patterns) {
            const Level level = level_in(pattern.pattern, f);
            if (level != missing_level && m_matches == MatchesAre::learned &&
                !has_replaced(pattern)) {
                sums[level] += pattern.matches();
            }
        }
        m_model.fields[f].matches = with_logs(scaled(sums, 1));
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
    PatternCounts m_patterns;
    double m_each = 1; ///< pairs that a random one stands for
    std::vector<FieldPairs> m_field_pairs;
    SpillList<PlacedPair> m_pairs; ///< of two tables, the candidates
    std::function<void()> m_check;
    MatchesAre m_matches = MatchesAre::learned;
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

double probability_of(double weight) noexcept {
    // From 54 bits on a double would be 1, and an estimate is never certain, nor an average of
    // some.
    constexpr double most = 45;
    return 1 / (1 + std::exp2(-std::min(weight, most)));
}

/// Between the middles of two levels the weight of a whole text changes with its similarity.
double alike_weight(const LinkModel& model, const ComparedPair& pair) {
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

/// The inverse of probability_of().
double weight_of_probability(double probability) {
    constexpr double least = 1e-12;
    return std::log2(odds_of(std::max(probability, least)));
}

double whole_text_weight(const LinkModel& model, const ComparedPair& pair) {
    const double weight = alike_weight(model, pair);
    return (pair.pattern & words_replaced) == 0
               ? weight
               : weight_of_probability(model.with_replaced * probability_of(weight));
}

/// log2 of how much rarer the equal value of a field is than its equal values are on average, as
/// far as equal values of fields that foretell it do not tell already.
double rarity_of(const FieldModel& model, const Field& field, const ComparedPair& pair) {
    const std::uint32_t value = field.of_record[pair.records.left];
    const double share =
        static_cast<double>(field.counts[value]) / static_cast<double>(field.present);
    const double rarity = model.chance.logs[0] - std::log2(share);
    const bool foretold =
        std::any_of(model.foretold_by.begin(), model.foretold_by.end(),
                    [&](std::size_t other) { return level_in(pair.pattern, other) == 0; });
    if (!foretold) {
        return rarity;
    }
    const double told = std::log2(chance_of(model, pair.pattern)[0]) / model.chance.logs[0];
    return rarity * std::clamp(told, 0.0, 1.0);
}

double weight_as_compared(const LinkModel& model, const Records& records,
                          const ComparedPair& pair) {
    double rarity = 0;
    for (std::size_t f = 0; f < model.fields.size(); ++f) {
        if (level_in(pair.pattern, f) == 0) {
            rarity += rarity_of(model.fields[f], records.telling(f), pair);
        }
    }
    return weight_of(model, pair.pattern, rarity);
}

/// Equal whole texts match at least as probably as nearly equal ones: of few texts it is not
/// learned how often equal ones do.
double equal_text_weight(const LinkModel& model, const Records& records, const ComparedPair& pair) {
    return std::max(weight_as_compared(model, records, pair),
                    whole_text_weight(model, {pair.records, pair.pattern, 1}));
}

double match_weight(const LinkModel& model, const Records& records, const ComparedPair& pair) {
    if (records.fields.front().kind == FieldKind::whole_text && pair.pattern != missing_level) {
        return pair.pattern == 0 ? equal_text_weight(model, records, pair)
                                 : whole_text_weight(model, pair);
    }
    const double weight = weight_as_compared(model, records, pair);
    ComparedPair bounded = pair;
    bounded.pattern = without_other_parts(records, pair.records, pair.pattern);
    return bounded.pattern == pair.pattern
               ? weight
               : std::min(weight, weight_as_compared(model, records, bounded));
}

} // namespace assay
