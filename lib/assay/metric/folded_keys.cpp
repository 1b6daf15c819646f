// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/folded_keys.hpp"

#include "assay/metric/largest_groups.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

namespace assay {
namespace {

/// Call `visit(folded, exact)` with the pairs of a partition until it returns false.
/// @return whether it never did
template <typename Visit>
bool for_pairs(const std::vector<KeyPartitions>& collected, std::size_t partition,
               const Visit& visit) {
    for (const auto& keys : collected) {
        std::optional<Fingerprint> folded; // what is handed out at a time may end behind it
        bool goes_on = true;
        keys.for_keys(partition, [&](std::span<const Fingerprint> some, std::size_t) {
            for (const auto& key : some) {
                if (!folded) {
                    folded = key;
                    continue;
                }
                goes_on = visit(*folded, key);
                folded.reset();
                if (!goes_on) {
                    return false;
                }
            }
            return true;
        });
        if (!goes_on) {
            return false;
        }
    }
    return true;
}

/// Counts the rows of the keys as they are, of some groups only.
class VariantCounter {
public:
    VariantCounter(const std::vector<KeyPartitions>& keys,
                   const std::vector<DuplicateGroup>& groups)
        : m_keys(keys), m_largest(groups.size()) {
        m_numbers.reset(groups.size());
        std::int64_t number = 0;
        for (const auto& group : groups) {
            *m_numbers.find_or_add(group.key) = ++number;
        }
    }

    /// @return false if there was no room; then nothing has been counted
    bool count(std::size_t partition, const KeySlice& slice, std::size_t room, std::size_t most) {
        m_table.reset(room);
        m_variants.clear();
        if (!fill(partition, slice)) {
            return false;
        }
        for (const auto& variant : m_variants) {
            offer(m_largest[variant.group], variant.key, most);
        }
        return true;
    }

    std::vector<std::vector<DuplicateGroup>> take_sorted() {
        for (auto& list : m_largest) {
            std::sort(list.begin(), list.end(), is_larger);
        }
        return std::move(m_largest);
    }

private:
    struct Variant {
        std::size_t group = 0;
        DuplicateGroup key;
    };

    bool fill(std::size_t partition, const KeySlice& slice) {
        return for_pairs(
            m_keys, partition, [&](const Fingerprint& folded, const Fingerprint& exact) {
                const std::int64_t group = m_numbers.number_of(folded);
                if (group == 0 || !slice.holds(exact)) {
                    return true;
                }
                std::int64_t* number = m_table.find_or_add(exact);
                if (number == nullptr) {
                    return false;
                }
                if (*number == 0) {
                    m_variants.push_back({static_cast<std::size_t>(group - 1), {exact, 0}});
                    *number = static_cast<std::int64_t>(m_variants.size());
                }
                ++m_variants[static_cast<std::size_t>(*number - 1)].key.rows;
                return true;
            });
    }

    const std::vector<KeyPartitions>& m_keys;
    KeyTable m_numbers; ///< of the groups, from 1 on
    KeyTable m_table;   ///< numbers of the variants, from 1 on
    std::vector<Variant> m_variants;
    std::vector<std::vector<DuplicateGroup>> m_largest;
};

} // namespace

FoldedCounter::FoldedCounter(const std::vector<KeyPartitions>& keys, std::size_t table_bytes,
                             std::size_t most)
    : m_keys(keys), m_most_keys(KeyTable::capacity(table_bytes / 2)), m_most(most) {}

void FoldedCounter::count(std::size_t partition) {
    const std::size_t pairs = keys_in(m_keys, partition) / 2;
    count_in_slices(pairs, m_most_keys, [&](const KeySlice& slice, std::size_t room) {
        m_table.reset(room);
        m_groups.clear();
        if (!fill_groups(partition, slice)) {
            return false;
        }
        add_groups();
        return true;
    });
    // A group may have more keys than memory holds: they are counted by themselves.
    m_result.counts.exact_surplus += static_cast<std::int64_t>(pairs);
    count_in_slices(pairs, m_most_keys, [&](const KeySlice& slice, std::size_t room) {
        m_table.reset(room);
        return add_exact_keys(partition, slice);
    });
}

bool FoldedCounter::fill_groups(std::size_t partition, const KeySlice& slice) {
    return for_pairs(m_keys, partition, [&](const Fingerprint& folded, const Fingerprint& exact) {
        if (!slice.holds(folded)) {
            return true;
        }
        std::int64_t* number = m_table.find_or_add(folded);
        if (number == nullptr) {
            return false;
        }
        if (*number == 0) {
            m_groups.push_back({exact, 0, false});
            *number = static_cast<std::int64_t>(m_groups.size());
        }
        Group& group = m_groups[static_cast<std::size_t>(*number - 1)];
        ++group.rows;
        group.is_missed = group.is_missed || exact != group.first;
        return true;
    });
}

void FoldedCounter::add_groups() {
    FoldedCounts& counts = m_result.counts;
    for (const auto& slot : m_table.slots()) {
        if (slot.number == 0) {
            continue;
        }
        const Group& group = m_groups[static_cast<std::size_t>(slot.number - 1)];
        counts.rows += group.rows;
        counts.folded_surplus += group.rows - 1;
        if (group.is_missed) {
            ++counts.missed_groups;
            counts.rows_in_them += group.rows;
            offer(m_result.missed, {slot.key, group.rows}, m_most);
        }
    }
}

bool FoldedCounter::add_exact_keys(std::size_t partition, const KeySlice& slice) {
    std::int64_t distinct = 0;
    const auto add = [&](const Fingerprint&, const Fingerprint& exact) {
        if (!slice.holds(exact)) {
            return true;
        }
        std::int64_t* rows = m_table.find_or_add(exact);
        if (rows == nullptr) {
            return false;
        }
        distinct += *rows == 0 ? 1 : 0;
        ++*rows;
        return true;
    };
    if (!for_pairs(m_keys, partition, add)) {
        return false;
    }
    m_result.counts.exact_surplus -= distinct;
    return true;
}

FoldedResult sum_of(const std::vector<FoldedResult>& counted, std::size_t most) {
    FoldedResult sum;
    for (const auto& part : counted) {
        sum.counts.rows += part.counts.rows;
        sum.counts.exact_surplus += part.counts.exact_surplus;
        sum.counts.folded_surplus += part.counts.folded_surplus;
        sum.counts.missed_groups += part.counts.missed_groups;
        sum.counts.rows_in_them += part.counts.rows_in_them;
        for (const auto& group : part.missed) {
            offer(sum.missed, group, most);
        }
    }
    std::sort(sum.missed.begin(), sum.missed.end(), is_larger);
    return sum;
}

std::vector<std::vector<DuplicateGroup>> largest_variants(const std::vector<KeyPartitions>& keys,
                                                          std::size_t table_bytes,
                                                          const std::vector<DuplicateGroup>& groups,
                                                          std::size_t most) {
    VariantCounter counter(keys, groups);
    std::set<std::size_t> partitions;
    for (const auto& group : groups) {
        partitions.insert(keys.front().partition_of(group.key));
    }
    for (const std::size_t partition : partitions) {
        count_in_slices(keys_in(keys, partition) / 2, KeyTable::capacity(table_bytes / 2),
                        [&](const KeySlice& slice, std::size_t room) {
                            return counter.count(partition, slice, room, most);
                        });
    }
    return counter.take_sorted();
}

} // namespace assay
