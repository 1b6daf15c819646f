// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// What NULL in a key means. distinct: as SQL UNIQUE, such rows are never duplicates; equal: as
/// GROUP BY; skip: such rows are left out of every number but null_key_rows.
enum class NullPolicy : std::uint8_t { distinct, equal, skip };
std::string_view to_string(NullPolicy policy) noexcept;

/// The numbers of a search for duplicates, always given together.
/// rows = distinct_keys + surplus_rows, and + null_key_rows under the policy distinct.
struct DuplicateCounts {
    std::int64_t rows = 0; ///< compared
    std::int64_t distinct_keys = 0;
    std::int64_t duplicated_keys = 0; ///< keys that more than one row has
    std::int64_t surplus_rows = 0;    ///< rows beyond the first of their key
    std::int64_t largest_group = 0;   ///< rows of the most frequent key; 0 without rows
    std::int64_t null_key_rows = 0;   ///< rows with NULL in the key, whatever the policy
};

struct DuplicateGroup {
    Fingerprint key;
    std::int64_t rows = 0;
};

struct DuplicateResult {
    DuplicateCounts counts;
    std::vector<DuplicateGroup> largest; ///< with more than one row, largest first
};

/// The canonical bytes of some columns of a row, one after the other. Their form leaves no doubt
/// where one ends: ('a|b','c') and ('a','b|c') differ, and so do NULL and any text.
/// @return true if one of them is NULL.
bool encode_key(const RowBatch& batch, std::size_t row, std::string& out);

/// Counts duplicates by 128-bit fingerprints of whole batches: 16 bytes of memory a row.
class DuplicateAccumulator {
public:
    explicit DuplicateAccumulator(NullPolicy policy) : m_policy(policy) {}

    /// Every column of the batch belongs to the key.
    void update(const RowBatch& batch);
    void merge(const DuplicateAccumulator& other);
    /// @param most how many of the largest groups to name.
    DuplicateResult result(std::size_t most);

private:
    NullPolicy m_policy;
    std::vector<Fingerprint> m_keys;
    std::int64_t m_rows = 0;
    std::int64_t m_null_key_rows = 0;
    std::string m_scratch;
};

} // namespace assay
