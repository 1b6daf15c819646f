// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/shared_keys.hpp"

#include "assay/metric/key_sorter.hpp"

#include <algorithm>
#include <compare>
#include <span>

namespace assay {
namespace {

/// Most rows first; equal numbers in the order of their fingerprints, so that runs agree.
bool is_before(const SharedKey& left, const SharedKey& right) noexcept {
    const std::int64_t own = left.rows_a + left.rows_b;
    const std::int64_t other = right.rows_a + right.rows_b;
    return own != other ? own > other : left.key < right.key;
}

/// Keep those with the most rows.
void keep_most(std::vector<SharedKey>& keys, std::size_t named) {
    std::sort(keys.begin(), keys.end(), is_before);
    keys.resize(std::min(keys.size(), named));
}

/// A key of one side. Sorted, both sides of a key stand together, side a first.
struct SidedKey {
    Fingerprint key;
    std::uint64_t side = 0;
    friend auto operator<=>(const SidedKey&, const SidedKey&) = default;
    friend bool operator==(const SidedKey&, const SidedKey&) = default;
};
constexpr std::uint64_t side_a = 0;
constexpr std::uint64_t side_b = 1;

} // namespace

void SharedKeys::merge(const SharedKeys& other, std::size_t named) {
    keys += other.keys;
    rows_a += other.rows_a;
    rows_b += other.rows_b;
    spilled_bytes += other.spilled_bytes;
    most.insert(most.end(), other.most.begin(), other.most.end());
    keep_most(most, named);
}

void SharedKeyCounter::count(std::size_t partition) {
    if (keys_in(m_b, partition) == 0) {
        return;
    }
    const std::size_t room =
        std::min(keys_in(m_a, partition), KeyTable::capacity(m_table_bytes / 2));
    m_rows_a.reset(room);
    if (!fill(partition)) {
        count_sorted(partition);
    } else {
        m_rows_b.reset(room);
        find(partition);
        for (const auto& slot : m_rows_b.slots()) {
            if (slot.number != 0) {
                add_shared({slot.key, m_rows_a.number_of(slot.key), slot.number});
            }
        }
    }
    keep_most(m_result.most, m_named);
}

bool SharedKeyCounter::fill(std::size_t partition) {
    bool fits = true;
    const auto add = [&](std::span<const Fingerprint> keys) {
        for (const auto& key : keys) {
            std::int64_t* rows = m_rows_a.find_or_add(key);
            if (rows == nullptr) {
                fits = false;
                return false;
            }
            ++*rows;
        }
        return true;
    };
    for (const auto& keys : m_a) {
        if (fits) {
            keys.for_keys(partition, add);
        }
    }
    return fits;
}

void SharedKeyCounter::find(std::size_t partition) {
    const auto add = [&](std::span<const Fingerprint> keys) {
        for (const auto& key : keys) {
            if (m_rows_a.number_of(key) != 0) {
                ++*m_rows_b.find_or_add(key); // side a had room for it
            }
        }
        return true;
    };
    for (const auto& keys : m_b) {
        keys.for_keys(partition, add);
    }
}

void SharedKeyCounter::count_sorted(std::size_t partition) {
    m_rows_a = {}; // the memory of the tables is for the keys
    m_rows_b = {};
    KeySorter<SidedKey> sorter(m_table_bytes, m_folder, m_cancellation);
    const auto add_all = [&](const std::vector<KeyPartitions>& side, std::uint64_t number) {
        for (const auto& keys : side) {
            keys.for_keys(partition, [&](std::span<const Fingerprint> some) {
                for (const auto& key : some) {
                    sorter.add({key, number});
                }
                return true;
            });
        }
    };
    add_all(m_a, side_a);
    add_all(m_b, side_b);
    SharedKey open; // the last key of side a
    sorter.for_groups([&](const SidedKey& key, std::int64_t rows) {
        if (key.side == side_a) {
            open = {key.key, rows, 0};
        } else if (open.rows_a > 0 && open.key == key.key) {
            add_shared({key.key, open.rows_a, rows});
        }
    });
    m_result.spilled_bytes += sorter.spilled_bytes();
}

void SharedKeyCounter::add_shared(const SharedKey& key) {
    ++m_result.keys;
    m_result.rows_a += key.rows_a;
    m_result.rows_b += key.rows_b;
    if (m_named == 0) {
        return;
    }
    m_result.most.push_back(key);
    if (m_result.most.size() >= 2 * m_named + 64) {
        keep_most(m_result.most, m_named);
    }
}

} // namespace assay
