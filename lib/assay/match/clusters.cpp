// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/clusters.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace assay {
namespace {

bool is_more_probable(const ComparedPair& a, const ComparedPair& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.records < b.records;
}

double row_pairs_between(const Records& records, const std::vector<std::uint32_t>& left,
                         const std::vector<std::uint32_t>& right) {
    const auto rows = [&](const std::vector<std::uint32_t>& side) {
        double sum = 0;
        for (const std::uint32_t record : side) {
            sum += records.weight[record];
        }
        return sum;
    };
    return rows(left) * rows(right);
}

/// A group while it grows.
struct Growing {
    std::vector<std::uint32_t> records;
    double row_pairs = 0; ///< pairs of rows within
    double right = 0;     ///< how many of them are expected to be right
};

class Clusters {
public:
    Clusters(const Records& records, const Scorer& scorer, double min_probability)
        : m_records(records), m_scorer(scorer), m_min_probability(min_probability),
          m_group_of(records.size), m_groups(records.size) {
        std::iota(m_group_of.begin(), m_group_of.end(), 0U);
        for (std::uint32_t r = 0; r < records.size; ++r) {
            m_groups[r].records = {r};
        }
    }

    void add(const ComparedPair& pair) {
        const std::uint32_t a = m_group_of[pair.records.left];
        const std::uint32_t b = m_group_of[pair.records.right];
        if (pair.records.left == pair.records.right) {
            const double rows = m_records.weight[pair.records.left];
            count(m_groups[a], rows * (rows - 1) / 2, pair.probability);
        } else if (a != b) {
            merge(a, b, pair.probability);
        }
    }

    std::vector<NearGroup> take() {
        std::vector<NearGroup> groups;
        for (auto& group : m_groups) {
            if (group.row_pairs > 0) {
                std::sort(group.records.begin(), group.records.end());
                groups.push_back({std::move(group.records), group.right / group.row_pairs});
            }
        }
        return groups;
    }

private:
    static void count(Growing& group, double row_pairs, double probability) {
        group.row_pairs += row_pairs;
        group.right += row_pairs * probability;
    }

    /// What the pairs between two groups say.
    struct Between {
        double dense = 0;       ///< share of them that is probable enough
        double sparse = 0;      ///< share that is as improbable
        double probability = 0; ///< on average; each at least that of the pair that led here
    };

    /// Look at up to 64 of the pairs, evenly drawn.
    Between between(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right,
                    double leading) const {
        constexpr std::size_t most = 64;
        const std::size_t all = left.size() * right.size();
        const std::size_t looked_at = std::min(all, most);
        Between result;
        for (std::size_t n = 0; n < looked_at; ++n) {
            const std::size_t i = n * all / looked_at;
            const double probability =
                m_scorer.probability(left[i / right.size()], right[i % right.size()]);
            result.dense += probability >= m_min_probability ? 1 : 0;
            result.sparse += probability < 1 - m_min_probability ? 1 : 0;
            result.probability += std::max(probability, leading * leading);
        }
        result.dense /= static_cast<double>(looked_at);
        result.sparse /= static_cast<double>(looked_at);
        result.probability /= static_cast<double>(looked_at);
        return result;
    }

    void merge(std::uint32_t a, std::uint32_t b, double leading) {
        constexpr double dense_enough = .5;
        if (m_groups[a].records.size() < m_groups[b].records.size()) {
            std::swap(a, b);
        }
        Growing& into = m_groups[a];
        Growing& from = m_groups[b];
        const bool is_first_pair = into.records.size() + from.records.size() == 2;
        const Between found =
            is_first_pair ? Between{1, 0, leading} : between(into.records, from.records, leading);
        if (found.dense < dense_enough || found.sparse >= found.dense) {
            return;
        }
        count(into, row_pairs_between(m_records, into.records, from.records), found.probability);
        into.row_pairs += from.row_pairs;
        into.right += from.right;
        for (const std::uint32_t record : from.records) {
            m_group_of[record] = a;
        }
        into.records.insert(into.records.end(), from.records.begin(), from.records.end());
        from = {};
    }

    const Records& m_records;
    const Scorer& m_scorer;
    double m_min_probability;
    std::vector<std::uint32_t> m_group_of;
    std::vector<Growing> m_groups;
};

} // namespace

std::vector<NearGroup> cluster(const Records& records, std::vector<ComparedPair> pairs,
                               const Scorer& scorer, double min_probability) {
    std::sort(pairs.begin(), pairs.end(), is_more_probable);
    Clusters clusters(records, scorer, min_probability);
    for (const auto& pair : pairs) {
        clusters.add(pair);
    }
    return clusters.take();
}

std::vector<NearGroup> assign_one_to_one(const Records& records, std::vector<ComparedPair> pairs) {
    std::sort(pairs.begin(), pairs.end(), is_more_probable);
    std::vector<bool> taken(records.size);
    std::vector<NearGroup> groups;
    for (const auto& pair : pairs) {
        if (!taken[pair.records.left] && !taken[pair.records.right]) {
            taken[pair.records.left] = true;
            taken[pair.records.right] = true;
            groups.push_back({{pair.records.left, pair.records.right}, pair.probability});
        }
    }
    return groups;
}

} // namespace assay
