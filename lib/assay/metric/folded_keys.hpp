// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/metric/duplicates.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What comparing keys as they are misses of what comparing them folded finds.
struct FoldedCounts {
    std::int64_t rows = 0; ///< with a key
    std::int64_t exact_surplus = 0;
    std::int64_t folded_surplus = 0; ///< never fewer
    std::int64_t missed_groups = 0;  ///< folded ones whose keys are not all the same as they are
    std::int64_t rows_in_them = 0;
};

struct FoldedResult {
    FoldedCounts counts;
    std::vector<DuplicateGroup> missed; ///< by their folded keys, the largest first
    std::int64_t spilled_bytes = 0;     ///< that went through a file to be sorted
};

/// Counts pairs of a folded key and the key as it is, in tables of fixed size; a partition of more
/// keys is sorted. The same key is folded in the same way.
class FoldedCounter {
public:
    /// @param keys all of the same memory; must outlive the counter; several counters may count the
    /// same ones at the same time
    /// @param most how many of the largest missed groups to keep
    /// @param folder of the files in which pairs are sorted that a table does not hold
    /// @param cancellation nullptr: nobody can stop it
    FoldedCounter(const std::vector<PairPartitions>& keys, std::size_t table_bytes,
                  std::size_t most, std::string folder, const Cancellation* cancellation);

    /// @throws Error of kind output, cancelled or timeout.
    void count(std::size_t partition);
    /// Of all partitions counted; the groups in no order.
    const FoldedResult& result() const noexcept { return m_result; }

private:
    struct Group {
        Fingerprint first; ///< key as it is
        std::int64_t rows = 0;
        bool is_missed = false;
    };

    void count_sorted(std::size_t partition);
    void fill_groups(std::size_t partition);
    void add_group(const Fingerprint& folded, const Group& group);
    /// @return nullopt if there was no room for them
    std::optional<std::int64_t> count_exact_keys(std::size_t partition);

    const std::vector<PairPartitions>& m_keys;
    std::size_t m_table_bytes;
    std::size_t m_most;
    std::string m_folder;
    const Cancellation* m_cancellation;
    KeyTable m_table; ///< numbers of groups, from 1 on, or rows of keys
    std::vector<Group> m_groups;
    FoldedResult m_result;
};

/// Put together what several counters found.
FoldedResult sum_of(const std::vector<FoldedResult>& counted, std::size_t most);

struct Variants {
    /// One list for each group, with their rows, those that most rows have first.
    std::vector<std::vector<DuplicateGroup>> of_groups;
    std::int64_t spilled_bytes = 0; ///< that went through a file to be sorted
};

/// The keys as they are of some groups.
/// @param groups by their folded keys
/// @param most how many of each
/// @throws Error of kind output, and what the check throws.
Variants largest_variants(const std::vector<PairPartitions>& keys, std::size_t table_bytes,
                          const std::vector<DuplicateGroup>& groups, std::size_t most,
                          const std::string& folder, const Cancellation* cancellation);

} // namespace assay
