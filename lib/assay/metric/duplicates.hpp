// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/temp_file.hpp"
#include "assay/metric/frequent_keys.hpp"
#include "assay/metric/key_partitions.hpp"
#include "assay/metric/key_table.hpp"
#include "assay/table/row_batch.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

/// What NULL in a key means. distinct: as SQL UNIQUE, such rows are never duplicates; equal: as
/// GROUP BY; skip: such rows are left out of every number but null_key_rows.
enum class NullPolicy : std::uint8_t { distinct, equal, skip };
std::string_view to_string(NullPolicy policy) noexcept;

/// How many of all rows a policy leaves to compare.
std::int64_t rows_to_compare(NullPolicy policy, std::int64_t rows,
                             std::int64_t null_key_rows) noexcept;

/// How many groups have how many rows: 2, 3, 4 to 7, 8 to 15, and so on in powers of two.
class GroupSizes {
public:
    struct Range {
        std::int64_t least = 0; ///< rows
        std::int64_t most = 0;  ///< rows
        std::int64_t groups = 0;
        friend bool operator==(const Range&, const Range&) = default;
    };

    /// @param rows of a group, two at least
    void add(std::int64_t rows, std::int64_t groups = 1) noexcept {
        m_groups[place_of(rows)] += groups;
    }
    void merge(const GroupSizes& other) noexcept;
    /// Those with groups, the smallest first.
    std::vector<Range> ranges() const;
    friend bool operator==(const GroupSizes&, const GroupSizes&) = default;

private:
    /// 2 and 3 have places of their own, then each power of two has one.
    static std::size_t place_of(std::int64_t rows) noexcept {
        return rows <= 3 ? static_cast<std::size_t>(rows) - 2
                         : std::bit_width(static_cast<std::uint64_t>(rows)) - 1;
    }

    std::array<std::int64_t, 63> m_groups{};
};

/// The numbers of a search for duplicates, always given together.
/// rows = distinct_keys + surplus_rows, and + null_key_rows under the policy distinct.
struct DuplicateCounts {
    std::int64_t rows = 0; ///< compared
    std::int64_t distinct_keys = 0;
    std::int64_t duplicated_keys = 0; ///< keys that more than one row has
    std::int64_t surplus_rows = 0;    ///< rows beyond the first of their key
    std::int64_t largest_group = 0;   ///< rows of the most frequent key; 0 without rows
    std::int64_t null_key_rows = 0;   ///< rows with NULL in the key, whatever the policy
    GroupSizes sizes = {};            ///< of the duplicated keys
};

struct DuplicateGroup {
    Fingerprint key;
    std::int64_t rows = 0;
};

struct DuplicateResult {
    DuplicateCounts counts;
    std::vector<DuplicateGroup> largest; ///< with more than one row, largest first
    std::int64_t spilled_bytes = 0;      ///< that went through a file
};

/// The columns of a batch that make a key, in the order of the key. Valid as long as the batch is.
using KeyColumns = std::vector<const Column*>;
/// @param places of the columns in the batch
KeyColumns key_columns(const RowBatch& batch, const std::vector<std::size_t>& places);

/// The canonical bytes of some columns of a row, one after the other. Their form leaves no doubt
/// where one ends: ('a|b','c') and ('a','b|c') differ, and so do NULL and any text.
/// @return true if one of them is NULL.
bool encode_key(const RowBatch& batch, std::size_t row, std::string& out);

/// The same bytes of a key.
struct EncodedKey {
    std::string_view bytes; ///< valid until the batch or `scratch` change
    bool has_null = false;
};
EncodedKey encode_key(const KeyColumns& columns, std::size_t row, std::string& scratch);
/// The same, without a copy where the batch holds them already.
inline EncodedKey key_of(const KeyColumns& columns, std::size_t row, std::string& scratch) {
    const Column& first = *columns.front();
    const CellKind kind = first.kind(row);
    // The canonical bytes of a decimal are not those of its text.
    if (columns.size() == 1 && (kind == CellKind::text || kind == CellKind::blob) &&
        first.type() != ColumnType::decimal) {
        return {first.tagged_bytes(row), false};
    }
    return encode_key(columns, row, scratch);
}

/// Which lengths the canonical bytes of keys have.
class KeyLengths {
public:
    /// Of a key that can be written in several ways.
    static constexpr std::size_t ambiguous = 31;

    void add(std::size_t bytes) noexcept { m_seen |= 1U << std::min(bytes, ambiguous); }
    void merge(const KeyLengths& other) noexcept { m_seen |= other.m_seen; }
    /// Do keys with the same fingerprint have the same bytes, without a look at them?
    bool have_no_collisions() const noexcept {
        return std::has_single_bit(m_seen) &&
               has_no_collisions(static_cast<std::size_t>(std::countr_zero(m_seen)));
    }

private:
    std::uint32_t m_seen = 0; ///< a bit for each length; the last one for all longer ones too
};

/// Collects the keys of rows, by their 128-bit fingerprints, and where the rows stand: 24 bytes a
/// row, in memory or in a file. Frequent keys are compared by value meanwhile, and most of their
/// rows only counted.
class DuplicateAccumulator {
public:
    /// @param memory for records of the size of PlacedKey
    /// @param frequent none yet
    DuplicateAccumulator(NullPolicy policy, const KeyMemory& memory, TempFile& file,
                         FrequentKeys frequent)
        : m_policy(policy) {
        m_keys.emplace_back(memory, file);
        m_frequent.push_back(std::move(frequent));
    }

    /// @param places see RowPlace::place; nullptr: rows have none
    /// @throws Error of kind output.
    void update(const KeyColumns& columns, const Column* places, std::size_t rows);
    /// Take over the rows of another one with the same memory and file. Nothing may be added then.
    void merge(DuplicateAccumulator&& other);

    /// One for each accumulator that was merged.
    const std::vector<PlacedKeys>& keys() const noexcept { return m_keys; }
    /// The frequent keys of all, in the order of their fingerprints. Each has a record.
    std::vector<ComparedKey> compared() const { return FrequentKeys::merge(m_frequent); }
    /// Are rows with the same fingerprint known to look the same, whether compared or not?
    bool have_no_collisions() const noexcept { return m_lengths.have_no_collisions(); }
    /// Put together what was counted of all partitions.
    /// @param most how many of the largest groups to name.
    DuplicateResult result(const std::vector<DuplicateResult>& counted, std::size_t most) const;

private:
    NullPolicy m_policy;
    std::vector<PlacedKeys> m_keys;       ///< the first one is its own
    std::vector<FrequentKeys> m_frequent; ///< the same
    KeyLengths m_lengths;
    std::int64_t m_rows = 0;
    std::int64_t m_null_key_rows = 0;
    std::string m_scratch;
};

/// Counts the groups of some partitions, in a table of fixed size: a partition whose keys do not
/// fit is sorted. Equal keys need no room in the table, however many there are.
class PartitionCounter {
public:
    /// @param keys all of the same memory; must outlive the counter; several counters may count the
    /// same ones at the same time
    /// @param compared rows that have no record, of keys that have one; must outlive the counter
    /// @param most how many of the largest groups to keep
    /// @param folder of the files in which keys are sorted that a table does not hold
    /// @param cancellation nullptr: nobody can stop it
    PartitionCounter(const std::vector<PlacedKeys>& keys, const std::vector<ComparedKey>& compared,
                     std::size_t table_bytes, std::size_t most, std::string folder,
                     const Cancellation* cancellation)
        : m_keys(keys), m_compared(compared), m_table_bytes(table_bytes), m_most(most),
          m_folder(std::move(folder)), m_cancellation(cancellation) {}

    /// @throws Error of kind output, cancelled or timeout.
    void count(std::size_t partition);
    /// Of all partitions counted: rows, what was sorted in files, and the groups in no order.
    const DuplicateResult& result() const noexcept { return m_result; }

private:
    bool fill_table(std::size_t partition);
    void add_unrecorded(std::size_t partition);
    std::span<const ComparedKey> compared_in(std::size_t partition) const;
    void count_sorted(std::size_t partition);
    void add_single_rows(std::int64_t rows);
    void add_group(const DuplicateGroup& group);

    const std::vector<PlacedKeys>& m_keys;
    const std::vector<ComparedKey>& m_compared;
    std::size_t m_table_bytes;
    std::size_t m_most;
    std::string m_folder;
    const Cancellation* m_cancellation;
    KeyTable m_table;
    std::vector<const KeyTable::Slot*> m_repeated; ///< of keys that several rows have
    DuplicateResult m_result;
};

/// Finds in some partitions where the first rows of groups stand.
class PlaceFinder {
public:
    /// @param keys must outlive the finder; several finders may search the same ones
    /// @param groups their keys, with numbers from 1 on; must outlive the finder
    /// @param most how many places of each group, in the order of the numbers; must outlive the
    /// finder
    PlaceFinder(const std::vector<PlacedKeys>& keys, const KeyTable& groups,
                const std::vector<std::size_t>& most);

    /// @throws Error of kind output.
    void count(std::size_t partition);
    /// Of each group, in no order.
    std::vector<std::vector<std::int64_t>> result() const;

private:
    void add(std::size_t group, std::int64_t place);
    /// Of most keys a bit tells that they are not wanted, without a look into the table.
    static std::size_t bit_of(const Fingerprint& key) noexcept {
        constexpr unsigned used = 16;
        return key.low >> (64U - used);
    }

    const std::vector<PlacedKeys>& m_keys;
    const KeyTable& m_groups;
    const std::vector<std::size_t>& m_most;
    std::bitset<std::size_t{1} << 16U> m_bits;
    std::vector<std::vector<std::int64_t>> m_places; ///< of each group
};

} // namespace assay
