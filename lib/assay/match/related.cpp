// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/related.hpp"

#include "assay/match/chance.hpp"
#include "assay/match/first_matches.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

namespace assay {
namespace {

/// Fields, one bit each.
using FieldSet = std::uint32_t;

/// The levels at which the values of a field differ.
class Differing {
public:
    Differing(const LinkModel& model, const Records& records, const std::vector<double>& bits) {
        for (std::size_t f = 0; f < records.fields.size(); ++f) {
            const std::size_t levels = levels_of(records.fields[f].kind);
            const LevelShares& chance = model.fields[f].chance.shares;
            m_first.push_back(bits[f] > 0 ? first(chance, levels) : missing_level);
            m_agreeing.push_back(std::accumulate(chance.begin(), chance.begin() + m_first[f], 0.0));
        }
    }

    bool differs(std::size_t field, Level level) const {
        return level != missing_level && level >= m_first[field];
    }

    /// The share of pairs that do not differ in a field by chance; of several fields, where it is
    /// most: the others may follow from it.
    double most_agreeing(FieldSet fields) const {
        double most = 0;
        for (std::size_t f = 0; f < m_agreeing.size(); ++f) {
            most = std::max(most, ((fields >> f) & 1U) != 0 ? m_agreeing[f] : 0);
        }
        return most;
    }

private:
    /// Values that agree less than by half differ, and so do those as near as unequal ones often
    /// are by chance: 38 and 39 are no typing errors among sizes of shoes.
    static Level first(const LevelShares& chance, std::size_t levels) {
        constexpr double often = .1;
        double near = 0;
        std::size_t level = 1;
        for (; 2 * level <= levels - 1; ++level) {
            near += chance[level];
            if (near > often * (1 - chance[0])) {
                break;
            }
        }
        return static_cast<Level>(level);
    }

    std::vector<Level> m_first;
    std::vector<double> m_agreeing;
};

/// Where a pair differs, and whether it is equal wherever else it has values.
struct Difference {
    FieldSet fields = 0;
    bool elsewhere_equal = true;
};

/// @return nullopt where it agrees in no more than enough bits.
std::optional<Difference> difference_of(Agreement pattern, const Differing& differing,
                                        const std::vector<double>& bits, double enough) {
    Difference result;
    double agreed = 0;
    for (std::size_t f = 0; f < bits.size(); ++f) {
        const Level level = level_in(pattern, f);
        if (differing.differs(f, level)) {
            result.fields |= FieldSet{1} << f;
        } else if (level != missing_level && bits[f] > 0) {
            agreed += bits[f];
            result.elsewhere_equal = result.elsewhere_equal && level == 0;
        }
    }
    return agreed > enough ? std::optional(result) : std::nullopt;
}

/// Pairs that differ in the same fields.
struct DifferingPairs {
    double all = 0;
    double elsewhere_equal = 0;
};

/// Most of them, and not by chance: by two standard deviations, of half a pair each.
bool are_mostly_equal_elsewhere(const DifferingPairs& pairs) {
    return pairs.elsewhere_equal > pairs.all / 2 + std::sqrt(pairs.all);
}

std::vector<RelatedThings> most_frequent(const std::map<FieldSet, DifferingPairs>& pairs,
                                         double total) {
    constexpr std::size_t most = 16;
    constexpr double of_those_without_difference = .5;
    std::vector<RelatedThings> result;
    const auto none = pairs.find(0);
    if (none == pairs.end()) {
        return result;
    }
    for (const auto& [fields, count] : pairs) {
        if (fields != 0 && count.all > of_those_without_difference * none->second.all &&
            are_mostly_equal_elsewhere(count)) {
            result.push_back({fields, count.all / total});
        }
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const auto& a, const auto& b) { return a.share > b.share; });
    result.resize(std::min(result.size(), most));
    return result;
}

/// How many of the pairs that differ in these fields seem related: all, if it is one of the sets;
/// if it is part of one, as many as chance may bring to agree in the rest. @param share of all
/// pairs
double seem_related(const LinkModel& model, FieldSet fields, double share,
                    const Differing& differing) {
    double most = 0;
    for (const auto& related : model.related) {
        if (fields == related.differing) {
            return 1;
        }
        if (fields != 0 && (fields & ~related.differing) == 0) {
            const double by_chance = differing.most_agreeing(related.differing & ~fields);
            most = std::max(most, std::min(1.0, related.share * by_chance / share));
        }
    }
    return most;
}

/// Related things differ in one of the fields at least; what they share agrees as in matches.
double chance_of(const RelatedThings& related, const LinkModel& model, Agreement pattern) {
    double logs = 0;
    bool differs = false;
    for (std::size_t f = 0; f < model.fields.size(); ++f) {
        const Level level = level_in(pattern, f);
        if (!related.differs(f)) {
            logs += level == missing_level ? 0 : model.fields[f].matches.logs[level];
            continue;
        }
        differs = differs || level != 0;
        if (level != missing_level) {
            logs += std::log2(chance_of(model.among_related[f], pattern)[level]);
        }
    }
    return differs ? related.share * std::exp2(logs) : 0;
}

/// The pairs of related things by themselves.
PatternCounts related_pairs(const PatternCounts& patterns) {
    PatternCounts result;
    for (const auto& pattern : patterns) {
        if (pattern.related_pairs() > 0) {
            result.push_back({pattern.pattern, pattern.related_pairs()});
        }
    }
    return result;
}

/// Before any is seen ten of them are thought to be there, which agree as others do.
void learn_chance_among(LinkModel& model, const PatternCounts& related) {
    constexpr double before = 10;
    for (std::size_t f = 0; f < model.fields.size(); ++f) {
        LevelShares shares = model.fields[f].chance.shares;
        double total = before;
        std::for_each(shares.begin(), shares.end(), [](double& share) { share *= before; });
        for (const auto& pattern : related) {
            const Level level = level_in(pattern.pattern, f);
            if (level != missing_level) {
                shares[level] += pattern.pairs;
                total += pattern.pairs;
            }
        }
        std::for_each(shares.begin(), shares.end(), [&](double& share) { share /= total; });
        model.among_related[f].chance.shares = shares;
    }
}

void learn_first_chance_among(LinkModel& model, const Records& records,
                              const PatternCounts& related) {
    model.among_related.resize(model.fields.size());
    learn_chance_among(model, related);
    find_what_foretells(model.among_related, records, related);
    learn_foretold(model.among_related, related);
}

} // namespace

void find_related(LinkModel& model, const Records& records, const Telling& telling,
                  PatternCounts& patterns) {
    // Of two fields alone, what differs in one cannot be told from what matches.
    constexpr std::size_t fewest = 3;
    if (records.links() || records.fields.size() < fewest) {
        return;
    }
    const double total = all_pairs(records);
    const Differing differing(model, records, telling.bits);
    std::vector<std::optional<Difference>> differences;
    std::map<FieldSet, DifferingPairs> pairs;
    for (const auto& pattern : patterns) {
        const auto& found = differences.emplace_back(
            difference_of(pattern.pattern, differing, telling.bits, telling.enough));
        if (found && pattern.pairs > 0) {
            DifferingPairs& count = pairs[found->fields];
            count.all += pattern.pairs;
            count.elsewhere_equal += found->elsewhere_equal ? pattern.pairs : 0;
        }
    }
    model.related = most_frequent(pairs, total);
    if (model.related.empty()) {
        return;
    }
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        PatternCount& pattern = patterns[i];
        if (differences[i] && pattern.pairs > 0) {
            const FieldSet fields = differences[i]->fields;
            pattern.related = seem_related(model, fields, pairs[fields].all / total, differing);
            pattern.posterior *= 1 - pattern.related;
            pattern.alone = pattern.posterior;
        }
    }
    learn_first_chance_among(model, records, related_pairs(patterns));
}

double chance_of_related(const LinkModel& model, Agreement pattern) {
    double sum = 0;
    for (const auto& related : model.related) {
        sum += chance_of(related, model, pattern);
    }
    return sum;
}

void expect_related(const LinkModel& model, PatternCounts& patterns) {
    if (model.related.empty()) {
        return;
    }
    for (auto& pattern : patterns) {
        const double related = chance_of_related(model, pattern.pattern);
        pattern.related = related / (related + std::exp2(log_chance(model, pattern.pattern)));
    }
}

void learn_related(LinkModel& model, const PatternCounts& patterns, double total) {
    constexpr double fewest = .5;
    if (model.related.empty()) {
        return;
    }
    std::vector<double> sums(model.related.size(), fewest);
    for (const auto& pattern : patterns) {
        const double all = chance_of_related(model, pattern.pattern);
        for (std::size_t i = 0; i < sums.size() && all > 0; ++i) {
            sums[i] += pattern.others() * pattern.related *
                       chance_of(model.related[i], model, pattern.pattern) / all;
        }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        model.related[i].share = sums[i] / total;
    }
    const PatternCounts related = related_pairs(patterns);
    learn_chance_among(model, related);
    learn_foretold(model.among_related, related);
}

} // namespace assay
