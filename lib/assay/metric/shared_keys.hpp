// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/key_partitions.hpp"
#include "assay/metric/key_slices.hpp"
#include "assay/metric/key_table.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// A key that stands on both sides.
struct SharedKey {
    Fingerprint key;
    std::int64_t rows_a = 0;
    std::int64_t rows_b = 0;
};

struct SharedKeys {
    std::int64_t keys = 0;
    std::int64_t rows_a = 0;          ///< that have one of them
    std::int64_t rows_b = 0;          ///< that have one of them
    std::vector<SharedKey> most = {}; ///< those with the most rows, of both sides together

    /// Take over what was found of other keys.
    /// @param named how many of the most frequent to keep
    void merge(const SharedKeys& other, std::size_t named);
};

/// Finds the keys of some partitions that stand on both sides, in tables of fixed size: a partition
/// whose keys do not fit is read several times, a part of its keys each.
class SharedKeyCounter {
public:
    /// @param a and `b`: all of the same memory; must outlive the counter
    /// @param table_bytes of both tables together
    /// @param named how many of the most frequent to keep
    SharedKeyCounter(const std::vector<KeyPartitions>& a, const std::vector<KeyPartitions>& b,
                     std::size_t table_bytes, std::size_t named)
        : m_a(a), m_b(b), m_most_keys(KeyTable::capacity(table_bytes / 2)), m_named(named) {}

    /// @throws Error of kind output.
    void count(std::size_t partition);
    const SharedKeys& result() const noexcept { return m_result; }

private:
    bool fill(std::size_t partition, const KeySlice& slice);
    void find(std::size_t partition, const KeySlice& slice);
    void add_shared();

    const std::vector<KeyPartitions>& m_a;
    const std::vector<KeyPartitions>& m_b;
    std::size_t m_most_keys;
    std::size_t m_named;
    KeyTable m_rows_a; ///< of every key of side a
    KeyTable m_rows_b; ///< of the keys that side a has as well
    SharedKeys m_result;
};

} // namespace assay
