// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/blocking.hpp"

#include "assay/match/block_keys.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace assay {
namespace {

/// Records that share a key, while they are counted.
struct OpenBlock {
    std::uint64_t key = 0;
    std::vector<std::uint32_t> records; ///< in order
};

/// Blocks of all passes, one behind the other, and the blocks of each record.
class Blocks {
public:
    Blocks(const Records& records, NearMemory& memory)
        : m_records(records), m_held(memory), m_in_too_large(records.size) {
        // The largest block can hold all records, with some room to grow.
        m_held.add((records.size + 1) * (2 * sizeof(std::size_t) + 2 * sizeof(std::uint32_t)));
    }

    /// Add the records that share a key, unless they are too many.
    void add(BlockKeys& keys, BlockingPass& pass) {
        OpenBlock open;
        keys.for_sorted([&](const BlockKey& next) {
            const bool goes_on = !open.records.empty() && next.key == open.key;
            if (goes_on && next.record == open.records.back()) {
                return;
            }
            if (!goes_on) {
                add_block(open, pass);
                open.key = next.key;
                open.records.clear();
            }
            open.records.push_back(next.record);
        });
        add_block(open, pass);
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

    /// Rows of the first table that are in no block, because theirs were too large.
    std::int64_t left_out_rows() const {
        std::int64_t rows = 0;
        for (std::uint32_t record = 0; record < m_records.split; ++record) {
            const bool is_alone = m_first_of_record[record] == m_first_of_record[record + 1];
            rows += m_in_too_large[record] && is_alone ? m_records.weight[record] : 0;
        }
        return rows;
    }

    /// Call `visit(weight, other)` for every other record in a block of `record`.
    template <typename Visit>
    void for_neighbours(std::uint32_t record, const Visit& visit) const {
        for (std::size_t i = m_first_of_record[record]; i < m_first_of_record[record + 1]; ++i) {
            const std::uint32_t block = m_blocks_of_record[i];
            const double block_weight = weight(block);
            for (std::size_t j = m_starts[block]; j < end_of(block); ++j) {
                if (m_members[j] != record) {
                    visit(block_weight, m_members[j]);
                }
            }
        }
    }

private:
    /// What it says to share a block: the rarer, the more.
    double weight(std::uint32_t block) const {
        return std::log(static_cast<double>(m_records.size) /
                        static_cast<double>(end_of(block) - m_starts[block])) +
               .01;
    }

    std::size_t end_of(std::uint32_t block) const {
        return block + 1 < m_starts.size() ? m_starts[block + 1] : m_members.size();
    }

    void add_block(const OpenBlock& block, BlockingPass& pass) {
        const std::size_t size = block.records.size();
        if (size < 2) {
            return;
        }
        const bool across =
            block.records.front() < m_records.split && block.records.back() >= m_records.split;
        if (m_records.links() && !across) {
            return;
        }
        if (size > most_in_block) {
            ++pass.too_large;
            for (const std::uint32_t record : block.records) {
                m_in_too_large[record] = true;
            }
            return;
        }
        // What grows is there twice now and then, and of each record it is noted which blocks it
        // has.
        m_held.add(2 * sizeof(std::size_t) + 3 * sizeof(std::uint32_t) * size);
        ++pass.blocks;
        pass.largest = std::max(pass.largest, static_cast<std::int64_t>(size));
        m_starts.push_back(m_members.size());
        m_members.insert(m_members.end(), block.records.begin(), block.records.end());
    }

    const Records& m_records;
    HeldBytes m_held;
    std::vector<bool> m_in_too_large; ///< one for each record
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

    /// Hands them to `add`.
    template <typename Add>
    void find(std::uint32_t record, const Add& add) {
        m_found.clear();
        m_blocks.for_neighbours(record, [&](double weight, std::uint32_t other) {
            if (m_records.links() && (record < m_records.split) == (other < m_records.split)) {
                return;
            }
            if (m_weight[other] == 0) {
                m_found.push_back(other);
            }
            m_weight[other] += weight;
        });
        const auto before = [&](std::uint32_t a, std::uint32_t b) {
            return m_weight[a] != m_weight[b] ? m_weight[a] > m_weight[b] : a < b;
        };
        const std::size_t kept = std::min(most_per_record, m_found.size());
        std::partial_sort(m_found.begin(), m_found.begin() + static_cast<std::ptrdiff_t>(kept),
                          m_found.end(), before);
        for (std::size_t i = 0; i < kept; ++i) {
            add(Candidate{std::min(record, m_found[i]), std::max(record, m_found[i])});
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

void add_nearest(const Records& records, const Blocks& blocks, const Effort& effort,
                 NearMemory& memory, Candidates& candidates) {
    HeldBytes held(memory);
    held.add(records.size * sizeof(double) * effort.threads);
    const std::size_t share = records.size / effort.threads + 1;
    std::mutex mutex;
    for_stretches(records.size, share, effort, [&](std::size_t begin, std::size_t end) {
        constexpr std::size_t now_and_then = 1024;
        Nearest nearest(records, blocks);
        std::vector<Candidate> found;
        const auto hand_over = [&] {
            const std::scoped_lock lock(mutex);
            std::for_each(found.begin(), found.end(),
                          [&](const Candidate& pair) { candidates.add(pair); });
            found.clear();
        };
        for (std::size_t r = begin; r < end; ++r) {
            if (r % now_and_then == 0) {
                effort.check();
            }
            nearest.find(static_cast<std::uint32_t>(r),
                         [&](const Candidate& pair) { found.push_back(pair); });
            if (found.size() >= now_and_then) {
                hand_over();
            }
        }
        hand_over();
    });
}

} // namespace

std::vector<std::string> blocking_plan() {
    return {"equal values of a column", "equal values of two columns", "rare words anywhere",
            "similar 3-grams (24 bands of 3 MinHash values)"};
}

Blocking add_candidates(const Records& records, const Effort& effort, NearMemory& memory,
                        Candidates& candidates) {
    Blocking blocking;
    Blocks blocks(records, memory);
    const auto block_by = [&](const std::string& what, const auto& add_keys) {
        BlockKeys keys(memory.for_keys(), memory.file(), effort.check);
        add_keys(keys);
        effort.check();
        blocks.add(keys, blocking.passes.emplace_back(BlockingPass{what}));
        effort.check();
    };
    const auto plan = blocking_plan();
    block_by(plan[0], [&](BlockKeys& keys) { add_value_keys(records, keys); });
    block_by(plan[1], [&](BlockKeys& keys) { add_value_pair_keys(records, keys); });
    block_by(plan[2], [&](BlockKeys& keys) { add_word_keys(records, keys); });
    block_by(plan[3], [&](BlockKeys& keys) { add_similarity_keys(records, effort, keys); });
    blocks.finish();
    blocking.uncompared_rows = blocks.left_out_rows();
    add_nearest(records, blocks, effort, memory, candidates);
    return blocking;
}

} // namespace assay
