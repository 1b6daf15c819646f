// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/near_duplicates.hpp"

#include "assay/match/clusters.hpp"
#include "assay/match/scorer.hpp"

#include <algorithm>
#include <utility>

namespace assay {
namespace {

/// A record of several rows is a pair of its own: they agree in every field.
void add_equal_rows(const Records& records, Candidates& candidates) {
    if (records.links()) {
        return;
    }
    for (std::uint32_t r = 0; r < records.size; ++r) {
        if (records.weight[r] > 1) {
            candidates.add({r, r});
        }
    }
}

double row_pairs(const Records& records, const NearGroup& group) {
    if (records.links()) {
        return 1;
    }
    double rows = 0;
    for (const std::uint32_t record : group.records) {
        rows += records.weight[record];
    }
    return rows * (rows - 1) / 2;
}

void sum_up(const Records& records, NearResult& result) {
    std::sort(result.groups.begin(), result.groups.end(),
              [](const NearGroup& a, const NearGroup& b) {
                  return a.probability != b.probability ? a.probability > b.probability
                                                        : a.records < b.records;
              });
    double pairs = 0;
    double right = 0;
    for (const auto& group : result.groups) {
        const double own = row_pairs(records, group);
        pairs += own;
        right += own * group.probability;
    }
    result.pairs = static_cast<std::int64_t>(pairs);
    if (pairs > 0) {
        result.predicted_precision = right / pairs;
    }
}

/// Every pair of the first records of a group, however it came into it.
std::vector<NearPair> pairs_of(const Records& records, const NearGroup& group,
                               const Scorer& scorer) {
    constexpr std::size_t most_records = 50;
    const std::size_t count = std::min(group.records.size(), most_records);
    std::vector<NearPair> pairs;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = i; j < count; ++j) {
            const Candidate pair{group.records[i], group.records[j]};
            if (i != j || records.weight[group.records[i]] > 1) {
                pairs.push_back({pair, scorer.probability(pair.left, pair.right)});
            }
        }
    }
    return pairs;
}

void tell_pairs(const Records& records, const Scorer& scorer, std::size_t told,
                std::vector<NearGroup>& groups) {
    for (std::size_t i = 0; i < std::min(told, groups.size()); ++i) {
        // A record that has one partner at most leaves the others less.
        groups[i].pairs = records.links()
                              ? std::vector{NearPair{{groups[i].records[0], groups[i].records[1]},
                                                     groups[i].probability}}
                              : pairs_of(records, groups[i], scorer);
    }
}

Blocking find_candidates(const Records& records, const Effort& effort, NearMemory& memory,
                         Candidates& candidates) {
    Blocking blocking = add_candidates(records, effort, memory, candidates);
    add_equal_rows(records, candidates);
    return blocking;
}

/// Surplus rows of records that are in no group.
std::int64_t undecided_rows(const Records& records, const std::vector<NearGroup>& groups) {
    if (records.links()) {
        return 0;
    }
    std::int64_t rows = 0;
    for (const std::uint32_t weight : records.weight) {
        rows += weight - 1;
    }
    for (const auto& group : groups) {
        for (const std::uint32_t record : group.records) {
            rows -= records.weight[record] - 1;
        }
    }
    return rows;
}

/// The pairs that are probable enough, with their probabilities.
std::vector<ComparedPair> probable_pairs(const PairList& pairs, const Records& records,
                                         const LinkModel& model, double min_probability,
                                         HeldBytes& held) {
    SharedCertainty certainty(records);
    const auto alone = [&](const ComparedPair& pair) {
        return probability_of(match_weight(model, records, pair));
    };
    if (records.links()) {
        pairs.for_each([&](const ComparedPair& pair) { certainty.add(pair.records, alone(pair)); });
    }
    std::vector<ComparedPair> probable;
    pairs.for_each([&](ComparedPair pair) {
        pair.probability =
            records.links() ? certainty.share(pair.records, alone(pair)) : alone(pair);
        if (pair.probability >= min_probability) {
            held.add(2 * sizeof(ComparedPair));
            probable.push_back(pair);
        }
    });
    return probable;
}

} // namespace

NearResult find_near_duplicates(const Records& records, double min_probability,
                                const Effort& effort, NearMemory& memory, std::size_t told) {
    NearResult result;
    if (records.fields.empty()) {
        return result;
    }
    Candidates candidates(memory.for_pairs(), memory.file(), effort.check);
    result.blocking = find_candidates(records, effort, memory, candidates);
    HeldBytes held(memory);
    held.add(records.size * bytes_of_cluster);
    const Comparer comparer(records);
    held.add(comparer.bytes());
    const PairList pairs = compare_all(comparer, candidates, effort, memory);
    result.candidates = pairs.size();
    const LinkModel model = learn_model(comparer, pairs, effort, memory);
    auto probable = probable_pairs(pairs, records, model, min_probability, held);
    const Scorer scorer(comparer, model);
    if (records.links()) {
        result.groups = assign_one_to_one(records, std::move(probable));
    } else {
        result.groups = cluster(records, std::move(probable), scorer, min_probability);
    }
    result.undecided_rows = undecided_rows(records, result.groups);
    result.spilled_bytes = memory.file().size();
    sum_up(records, result);
    tell_pairs(records, scorer, told, result.groups);
    return result;
}

} // namespace assay
