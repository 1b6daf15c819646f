// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/metric/key_partitions.hpp"
#include "assay/metric/key_table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
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
    std::int64_t spilled_bytes = 0;   ///< that went through a file to be sorted

    /// Take over what was found of other keys.
    /// @param named how many of the most frequent to keep
    void merge(const SharedKeys& other, std::size_t named);
};

/// Finds the keys of some partitions that stand on both sides, in tables of fixed size: a partition
/// whose keys do not fit is sorted.
class SharedKeyCounter {
public:
    /// @param a and `b`: all of the same memory; must outlive the counter
    /// @param table_bytes of both tables together
    /// @param named how many of the most frequent to keep
    /// @param folder of the files in which keys are sorted that the tables do not hold
    /// @param cancellation nullptr: nobody can stop it
    SharedKeyCounter(const std::vector<KeyPartitions>& a, const std::vector<KeyPartitions>& b,
                     std::size_t table_bytes, std::size_t named, std::string folder,
                     const Cancellation* cancellation)
        : m_a(a), m_b(b), m_table_bytes(table_bytes), m_named(named), m_folder(std::move(folder)),
          m_cancellation(cancellation) {}

    /// @throws Error of kind output, cancelled or timeout.
    void count(std::size_t partition);
    const SharedKeys& result() const noexcept { return m_result; }

private:
    bool fill(std::size_t partition);
    void find(std::size_t partition);
    void count_sorted(std::size_t partition);
    void add_shared(const SharedKey& key);

    const std::vector<KeyPartitions>& m_a;
    const std::vector<KeyPartitions>& m_b;
    std::size_t m_table_bytes;
    std::size_t m_named;
    std::string m_folder;
    const Cancellation* m_cancellation;
    KeyTable m_rows_a; ///< of every key of side a
    KeyTable m_rows_b; ///< of the keys that side a has as well
    SharedKeys m_result;
};

} // namespace assay
