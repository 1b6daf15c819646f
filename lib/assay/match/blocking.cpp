// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/blocking.hpp"

#include "assay/match/block_keys.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay {
namespace {

/// Blocks of all passes, one behind the other, and the blocks of each record.
class Blocks {
public:
    explicit Blocks(const Records& records) : m_records(records) {}

    /// Add the records that share a key, unless they are too many.
    void add(BlockKeys keys, BlockingPass& pass) {
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        for (auto begin = keys.begin(); begin != keys.end();) {
            const auto end = std::find_if(
                begin, keys.end(), [&](const BlockKey& other) { return other.key != begin->key; });
            add_block(begin, end, pass);
            begin = end;
        }
    }

    /// Every record learns which blocks it is in.
    void finish() {
        m_first_of_record.assign(m_records.size + 1, 0);
        for (const std::uint32_t record : m_members) {
            ++m_first_of_record[record + 1];
        }
        for (std::size_t r = 0; r < m_records.size; ++r) {
            m_first_of_record[r + 1] += m_first_of_record[r];
        }
        m_blocks_of_record.resize(m_members.size());
        auto next = m_first_of_record;
        for (std::uint32_t block = 0; block < m_starts.size(); ++block) {
            for (std::size_t i = m_starts[block]; i < end_of(block); ++i) {
                m_blocks_of_record[next[m_members[i]]++] = block;
            }
        }
    }

    /// Call `visit(block, other)` for every other record in a block of `record`.
    template <typename Visit>
    void for_neighbours(std::uint32_t record, const Visit& visit) const {
        for (std::size_t i = m_first_of_record[record]; i < m_first_of_record[record + 1]; ++i) {
            const std::uint32_t block = m_blocks_of_record[i];
            for (std::size_t j = m_starts[block]; j < end_of(block); ++j) {
                if (m_members[j] != record) {
                    visit(block, m_members[j]);
                }
            }
        }
    }

    /// What it says to share a block: the rarer, the more.
    double weight(std::uint32_t block) const {
        return std::log(static_cast<double>(m_records.size) /
                        static_cast<double>(end_of(block) - m_starts[block])) +
               .01;
    }

private:
    std::size_t end_of(std::uint32_t block) const {
        return block + 1 < m_starts.size() ? m_starts[block + 1] : m_members.size();
    }

    void add_block(BlockKeys::const_iterator begin, BlockKeys::const_iterator end,
                   BlockingPass& pass) {
        const auto size = end - begin;
        const bool across = begin->record < m_records.split && (end - 1)->record >= m_records.split;
        if (size < 2 || (m_records.links() && !across)) {
            return;
        }
        if (size > static_cast<std::ptrdiff_t>(most_in_block)) {
            ++pass.too_large;
            return;
        }
        ++pass.blocks;
        pass.largest = std::max<std::int64_t>(pass.largest, size);
        m_starts.push_back(m_members.size());
        for (; begin != end; ++begin) {
            m_members.push_back(begin->record);
        }
    }

    const Records& m_records;
    std::vector<std::size_t> m_starts;
    std::vector<std::uint32_t> m_members;
    std::vector<std::size_t> m_first_of_record;
    std::vector<std::uint32_t> m_blocks_of_record;
};

/// Picks the nearest neighbours of one record after the other.
class Nearest {
public:
    Nearest(const Records& records, const Blocks& blocks)
        : m_records(records), m_blocks(blocks), m_weight(records.size) {}

    void append(std::uint32_t record, std::vector<Candidate>& out) {
        m_found.clear();
        m_blocks.for_neighbours(record, [&](std::uint32_t block, std::uint32_t other) {
            if (m_records.links() && (record < m_records.split) == (other < m_records.split)) {
                return;
            }
            if (m_weight[other] == 0) {
                m_found.push_back(other);
            }
            m_weight[other] += m_blocks.weight(block);
        });
        const auto before = [&](std::uint32_t a, std::uint32_t b) {
            return m_weight[a] != m_weight[b] ? m_weight[a] > m_weight[b] : a < b;
        };
        const std::size_t kept = std::min(most_per_record, m_found.size());
        std::partial_sort(m_found.begin(), m_found.begin() + static_cast<std::ptrdiff_t>(kept),
                          m_found.end(), before);
        for (std::size_t i = 0; i < kept; ++i) {
            out.push_back({std::min(record, m_found[i]), std::max(record, m_found[i])});
        }
        for (const std::uint32_t other : m_found) {
            m_weight[other] = 0;
        }
    }

private:
    const Records& m_records;
    const Blocks& m_blocks;
    std::vector<double> m_weight;
    std::vector<std::uint32_t> m_found;
};

std::vector<Candidate> nearest_pairs(const Records& records, const Blocks& blocks,
                                     const Effort& effort) {
    const std::size_t share = records.size / effort.threads + 1;
    std::vector<std::vector<Candidate>> found(effort.threads);
    for_stretches(records.size, share, effort, [&](std::size_t begin, std::size_t end) {
        constexpr std::size_t now_and_then = 1024;
        Nearest nearest(records, blocks);
        for (std::size_t r = begin; r < end; ++r) {
            if (r % now_and_then == 0) {
                effort.check();
            }
            nearest.append(static_cast<std::uint32_t>(r), found[begin / share]);
        }
    });
    std::vector<Candidate> pairs;
    for (auto& part : found) {
        pairs.insert(pairs.end(), part.begin(), part.end());
        part = {};
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

} // namespace

std::vector<std::string> blocking_plan() {
    return {"equal values of a column", "equal values of two columns", "rare words anywhere",
            "similar 3-grams (24 bands of 3 MinHash values)"};
}

Candidates find_candidates(const Records& records, const Effort& effort) {
    Candidates candidates;
    Blocks blocks(records);
    for (const auto& what : blocking_plan()) {
        candidates.passes.push_back({what});
    }
    auto& passes = candidates.passes;
    blocks.add(value_keys(records), passes[0]);
    effort.check();
    blocks.add(value_pair_keys(records), passes[1]);
    effort.check();
    blocks.add(word_keys(records), passes[2]);
    effort.check();
    blocks.add(similarity_keys(records, effort), passes[3]);
    effort.check();
    blocks.finish();
    candidates.pairs = nearest_pairs(records, blocks, effort);
    return candidates;
}

} // namespace assay
