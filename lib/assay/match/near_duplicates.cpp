// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/near_duplicates.hpp"

#include "assay/match/clusters.hpp"
#include "assay/match/scorer.hpp"

#include <algorithm>

namespace assay {
namespace {

/// A record of several rows is a pair of its own: they agree in every field.
void add_equal_rows(const Records& records, std::vector<Candidate>& candidates) {
    if (records.links()) {
        return;
    }
    for (std::uint32_t r = 0; r < records.size; ++r) {
        if (records.weight[r] > 1) {
            candidates.push_back({r, r});
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

} // namespace

NearResult find_near_duplicates(const Records& records, double min_probability,
                                const Effort& effort) {
    NearResult result;
    if (records.fields.empty()) {
        return result;
    }
    Candidates candidates = find_candidates(records, effort);
    add_equal_rows(records, candidates.pairs);
    result.passes = std::move(candidates.passes);
    result.candidates = static_cast<std::int64_t>(candidates.pairs.size());
    const Comparer comparer(records);
    auto pairs = compare_all(comparer, candidates.pairs, effort);
    const LinkModel model = learn_model(comparer, pairs, effort);
    for (auto& pair : pairs) {
        pair.probability = probability_of(match_weight(model, records, pair));
    }
    if (records.links()) {
        share_certainty(records, pairs);
        result.groups = assign_one_to_one(records, std::move(pairs), min_probability);
    } else {
        const Scorer scorer(comparer, model);
        result.groups = cluster(records, std::move(pairs), scorer, min_probability);
    }
    sum_up(records, result);
    return result;
}

} // namespace assay
