// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/folded_keys.hpp"

#include "assay/metric/key_sorter.hpp"
#include "assay/metric/largest_groups.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

namespace assay {
namespace {

/// Call `visit(folded, exact)` with the pairs of a partition until it returns false.
/// @return whether it never did
template <typename Visit>
bool for_pairs(const std::vector<PairPartitions>& collected, std::size_t partition,
               const Visit& visit) {
    bool goes_on = true;
    for (const auto& keys : collected) {
        keys.for_keys(partition, [&](std::span<const KeyPair> some) {
            goes_on = std::all_of(some.begin(), some.end(), [&](const KeyPair& pair) {
                return visit(pair.folded, pair.exact);
            });
            return goes_on;
        });
        if (!goes_on) {
            return false;
        }
    }
    return true;
}

} // namespace

FoldedCounter::FoldedCounter(const std::vector<PairPartitions>& keys, std::size_t table_bytes,
                             std::size_t most, std::string folder, const Cancellation* cancellation)
    : m_keys(keys), m_table_bytes(table_bytes), m_most(most), m_folder(std::move(folder)),
      m_cancellation(cancellation) {}

void FoldedCounter::count(std::size_t partition) {
    const std::size_t pairs = keys_in(m_keys, partition);
    const std::size_t room = std::min(pairs, KeyTable::capacity(m_table_bytes / 2));
    m_table.reset(room);
    const auto distinct = count_exact_keys(partition);
    if (!distinct) {
        count_sorted(partition);
        return;
    }
    m_result.counts.exact_surplus += static_cast<std::int64_t>(pairs) - *distinct;
    // There is room for them: keys that are folded differently are different.
    m_table.reset(room);
    fill_groups(partition);
    for (const auto& slot : m_table.slots()) {
        if (slot.number != 0) {
            add_group(slot.key, m_groups[static_cast<std::size_t>(slot.number - 1)]);
        }
    }
}

void FoldedCounter::count_sorted(std::size_t partition) {
    m_table = {}; // its memory is for the pairs
    KeySorter<KeyPair> sorter(m_table_bytes, m_folder, m_cancellation);
    for_pairs(m_keys, partition, [&](const Fingerprint& folded, const Fingerprint& exact) {
        sorter.add({folded, exact});
        return true;
    });
    Fingerprint folded;
    Group open;
    sorter.for_groups([&](const KeyPair& pair, std::int64_t rows) {
        if (open.rows > 0 && pair.folded != folded) {
            add_group(folded, open);
            open = {};
        }
        folded = pair.folded;
        open.is_missed = open.rows > 0;
        open.rows += rows;
        m_result.counts.exact_surplus += rows - 1;
    });
    if (open.rows > 0) {
        add_group(folded, open);
    }
    m_result.spilled_bytes += sorter.spilled_bytes();
}

void FoldedCounter::fill_groups(std::size_t partition) {
    m_groups.clear();
    for_pairs(m_keys, partition, [&](const Fingerprint& folded, const Fingerprint& exact) {
        std::int64_t& number = *m_table.find_or_add(folded);
        if (number == 0) {
            m_groups.push_back({exact, 0, false});
            number = static_cast<std::int64_t>(m_groups.size());
        }
        Group& group = m_groups[static_cast<std::size_t>(number - 1)];
        ++group.rows;
        group.is_missed = group.is_missed || exact != group.first;
        return true;
    });
}

void FoldedCounter::add_group(const Fingerprint& folded, const Group& group) {
    FoldedCounts& counts = m_result.counts;
    counts.rows += group.rows;
    counts.folded_surplus += group.rows - 1;
    if (group.is_missed) {
        ++counts.missed_groups;
        counts.rows_in_them += group.rows;
        offer(m_result.missed, {folded, group.rows}, m_most);
    }
}

std::optional<std::int64_t> FoldedCounter::count_exact_keys(std::size_t partition) {
    std::int64_t distinct = 0;
    const auto add = [&](const Fingerprint&, const Fingerprint& exact) {
        std::int64_t* rows = m_table.find_or_add(exact);
        if (rows == nullptr) {
            return false;
        }
        distinct += *rows == 0 ? 1 : 0;
        ++*rows;
        return true;
    };
    return for_pairs(m_keys, partition, add) ? std::optional(distinct) : std::nullopt;
}

FoldedResult sum_of(const std::vector<FoldedResult>& counted, std::size_t most) {
    FoldedResult sum;
    for (const auto& part : counted) {
        sum.counts.rows += part.counts.rows;
        sum.counts.exact_surplus += part.counts.exact_surplus;
        sum.counts.folded_surplus += part.counts.folded_surplus;
        sum.counts.missed_groups += part.counts.missed_groups;
        sum.counts.rows_in_them += part.counts.rows_in_them;
        sum.spilled_bytes += part.spilled_bytes;
        for (const auto& group : part.missed) {
            offer(sum.missed, group, most);
        }
    }
    std::sort(sum.missed.begin(), sum.missed.end(), is_larger);
    return sum;
}

Variants largest_variants(const std::vector<PairPartitions>& keys, std::size_t table_bytes,
                          const std::vector<DuplicateGroup>& groups, std::size_t most,
                          const std::string& folder, const Cancellation* cancellation) {
    KeyTable numbers; // of the groups, from 1 on
    numbers.reset(groups.size());
    std::set<std::size_t> partitions;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        *numbers.find_or_add(groups[i].key) = static_cast<std::int64_t>(i + 1);
        partitions.insert(keys.front().partition_of(groups[i].key));
    }
    KeySorter<KeyPair> sorter(table_bytes, folder, cancellation);
    for (const std::size_t partition : partitions) {
        for_pairs(keys, partition, [&](const Fingerprint& folded, const Fingerprint& exact) {
            if (numbers.number_of(folded) != 0) {
                sorter.add({folded, exact});
            }
            return true;
        });
    }
    std::vector<std::vector<DuplicateGroup>> largest(groups.size());
    sorter.for_groups([&](const KeyPair& pair, std::int64_t rows) {
        const auto group = static_cast<std::size_t>(numbers.number_of(pair.folded) - 1);
        offer(largest[group], {pair.exact, rows}, most);
    });
    for (auto& list : largest) {
        std::sort(list.begin(), list.end(), is_larger);
    }
    return {std::move(largest), sorter.spilled_bytes()};
}

} // namespace assay
