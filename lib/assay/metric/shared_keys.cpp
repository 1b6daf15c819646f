// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/shared_keys.hpp"

#include <algorithm>
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

} // namespace

void SharedKeys::merge(const SharedKeys& other, std::size_t named) {
    keys += other.keys;
    rows_a += other.rows_a;
    rows_b += other.rows_b;
    most.insert(most.end(), other.most.begin(), other.most.end());
    keep_most(most, named);
}

void SharedKeyCounter::count(std::size_t partition) {
    if (keys_in(m_b, partition) == 0) {
        return;
    }
    count_in_slices(keys_in(m_a, partition), m_most_keys,
                    [&](const KeySlice& slice, std::size_t room) {
                        m_rows_a.reset(room);
                        if (!fill(partition, slice)) {
                            return false;
                        }
                        m_rows_b.reset(room);
                        find(partition, slice);
                        add_shared();
                        return true;
                    });
}

bool SharedKeyCounter::fill(std::size_t partition, const KeySlice& slice) {
    bool fits = true;
    const auto add = [&](std::span<const Fingerprint> keys) {
        for (const auto& key : keys) {
            std::int64_t* rows = slice.holds(key) ? m_rows_a.find_or_add(key) : nullptr;
            if (rows != nullptr) {
                ++*rows;
            } else if (slice.holds(key)) {
                fits = false;
                return false;
            }
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

void SharedKeyCounter::find(std::size_t partition, const KeySlice& slice) {
    const auto add = [&](std::span<const Fingerprint> keys) {
        for (const auto& key : keys) {
            if (slice.holds(key) && m_rows_a.number_of(key) != 0) {
                ++*m_rows_b.find_or_add(key); // side a had room for it
            }
        }
        return true;
    };
    for (const auto& keys : m_b) {
        keys.for_keys(partition, add);
    }
}

void SharedKeyCounter::add_shared() {
    for (const auto& slot : m_rows_b.slots()) {
        if (slot.number == 0) {
            continue;
        }
        const std::int64_t rows_a = m_rows_a.number_of(slot.key);
        ++m_result.keys;
        m_result.rows_a += rows_a;
        m_result.rows_b += slot.number;
        if (m_named == 0) {
            continue;
        }
        m_result.most.push_back({slot.key, rows_a, slot.number});
        if (m_result.most.size() >= 2 * m_named + 64) {
            keep_most(m_result.most, m_named);
        }
    }
    keep_most(m_result.most, m_named);
}

} // namespace assay
