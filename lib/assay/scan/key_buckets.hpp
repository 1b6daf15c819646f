// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/key_segments.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Some of the buckets that keys of any type fall into by RowHasher::hash_keys(): keys that compare
/// as equal are in the same one.
class KeyBuckets {
public:
    /// None of them. @param count a power of two
    explicit KeyBuckets(std::size_t count) : m_wanted(count, false) {}

    std::size_t count() const noexcept { return m_wanted.size(); }
    std::size_t of(std::uint64_t key_hash) const noexcept {
        return static_cast<std::size_t>(key_hash) & (m_wanted.size() - 1);
    }
    void add(std::size_t bucket) { m_wanted[bucket] = true; }
    bool contains(std::uint64_t key_hash) const { return m_wanted[of(key_hash)]; }

private:
    std::vector<bool> m_wanted;
};

/// What the rows of each bucket add up to.
struct BucketedRows {
    std::vector<SegmentSums> buckets;
    /// Buckets with a row whose key the table may hold twice: NULL is in it, or a value in another
    /// form than the others of its column (see KeyForms).
    std::vector<bool> odd;
};

/// Is a unique index or constraint on columns of the key, and on all rows of the table?
bool has_unique(const TableSchema& table, const std::vector<ReadColumn>& key);

/// Why the table may hold two rows that are compared by equal keys, besides odd ones; empty: it
/// does not. So if a unique index or constraint is on columns of the key, and each of them is
/// compared in a way that keeps apart what the store keeps apart.
std::string reason_keys_are_not_apart(const TableSchema& table, const std::vector<ReadColumn>& key);
bool keeps_keys_apart(const TableSchema& table, const std::vector<ReadColumn>& key);

/// Read a table once, into the sums of its buckets.
BucketedRows read_buckets(Session& session, const TableSchema& table, const RowLayout& layout,
                          std::size_t count);

} // namespace assay
