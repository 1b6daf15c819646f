// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/spill_list.hpp"
#include "assay/match/comparer.hpp"
#include "assay/match/near_memory.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// How often each level of a field occurs.
using LevelShares = std::array<double, most_levels>;

/// The levels of a field among pairs of one sort.
struct LevelModel {
    LevelShares shares{};
    LevelShares logs{}; ///< log2 of them; what adds up
};

/// Fields that can foretell another one, and how many pairs of them there are.
inline constexpr std::size_t most_that_foretell = 3;
inline constexpr std::size_t pairs_that_foretell = 3;

/// How often each level of a field occurs where two other fields are at a level each; each may be
/// missing.
using ChanceWhere = std::array<std::array<LevelShares, most_levels + 1>, most_levels + 1>;

/// What one field tells.
struct FieldModel {
    LevelModel matches;                   ///< m: among pairs of records of one thing
    LevelModel chance;                    ///< u: among all other pairs
    std::vector<std::size_t> foretold_by; ///< fields that say how it agrees by chance, best first
    std::array<ChanceWhere, pairs_that_foretell> chance_where{}; ///< by each two of them
};

/// Pairs of different things that share all but some fields, as the sizes of one product do.
struct RelatedThings {
    std::uint32_t differing = 0; ///< these fields, one bit each
    double share = 0;            ///< of all pairs

    bool differs(std::size_t field) const noexcept { return ((differing >> field) & 1U) != 0; }
};

/// The model of Fellegi and Sunter (1969): how probable it is that two records are about one thing,
/// from how far their fields agree.
struct LinkModel {
    std::vector<FieldModel> fields;
    double prior = 0; ///< share of all pairs that match
    std::vector<RelatedThings> related;
    std::vector<FieldModel> among_related; ///< chance among their pairs
    /// Of whole texts in which words are replaced, which share of those matches that are as alike
    /// as matches.
    double with_replaced = 1;
};

/// A candidate with its comparison.
struct ComparedPair {
    Candidate records;
    Agreement pattern = 0;
    double similarity = 0;  ///< of records that are compared as whole texts
    double probability = 0; ///< that both are about one thing
};

/// Every candidate once, in order.
using PairList = SpillList<ComparedPair>;

/// Compare every candidate once.
PairList compare_all(const Comparer& comparer, Candidates& candidates, const Effort& effort,
                     NearMemory& memory);

/// Learn the model without examples: chance from the candidates and from random pairs that stand
/// for all others, the rest by expectation maximisation over the candidates, while the prior is the
/// share of matches in all pairs. The fields of a match are held to be independent, those of other
/// pairs are not (Winkler 1993, Larsen and Rubin 2001): else pairs that share a city and therefore
/// its postcode would count as matches, as soon as there are more of them than of true ones. Pairs
/// that share all but a few fields are a class of their own: small tables show too little of how
/// fields depend on each other, and the more flexible class of matches would take such pairs in.
/// Where the pairs that it takes for matches agree in less than two thirds, it starts again with
/// what is presumed of matches, and learns only how many there are.
LinkModel learn_model(const Comparer& comparer, const PairList& pairs, const Effort& effort,
                      NearMemory& memory);

/// log2 of the odds that a pair matches. Where two values are equal, it counts how rare they are.
double match_weight(const LinkModel& model, const Records& records, const ComparedPair& pair);
/// In two tables without duplicates a record has one partner at most: divides what is certain of it
/// among its candidates by their odds.
class SharedCertainty {
public:
    explicit SharedCertainty(const Records& records) : m_odds(records.size) {}

    /// All pairs are added before the first is asked for.
    /// @param probability of the pair, if no other one competed with it
    void add(Candidate pair, double probability);
    /// The probability that is left to it.
    double share(Candidate pair, double probability) const;

private:
    std::vector<double> m_odds; ///< of each record, the sum over its candidates
};
/// The probability of such odds.
double probability_of(double weight) noexcept;

} // namespace assay
