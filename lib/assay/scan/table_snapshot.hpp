// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/scan/key_segments.hpp"
#include "assay/scan/parallel.hpp"
#include "assay/scan/row_diff.hpp"
#include "assay/table/table.hpp"
#include "assay/table/value.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace assay {

/// By what a row is placed: a snapshot by hash holds no value of the table.
enum class KeyForm : std::uint8_t {
    value, ///< its key, one column of integers
    hash   ///< 64 bits of its key
};
/// "value", "hash"
std::string_view to_string(KeyForm form) noexcept;

enum class SnapshotGrain : std::uint8_t {
    segments, ///< sums of ranges of the key
    rows      ///< key and hash of every row
};
/// "segments", "rows"
std::string_view to_string(SnapshotGrain grain) noexcept;

struct SnapshotColumn {
    std::string name;
    ColumnType type = ColumnType::other;
    friend bool operator==(const SnapshotColumn&, const SnapshotColumn&) = default;
};

/// A row by what places it and the first hash of RowHasher.
struct SnapshotRow {
    std::int64_t key = 0; ///< or the 64 bits of its hash
    std::uint64_t hash = 0;
    friend auto operator<=>(const SnapshotRow&, const SnapshotRow&) = default;
    friend bool operator==(const SnapshotRow&, const SnapshotRow&) = default;
};

/// What the rows of a table were at one moment, so that later its rows can be held against it
/// without the table of then: hashes and sums of them, and no values but those of an integer key.
struct TableSnapshot {
    Micros taken = 0;
    TableRef table;
    std::string where;               ///< which rows count; empty: all
    std::vector<SnapshotColumn> key; ///< empty: whole rows are the key
    std::vector<SnapshotColumn> other;
    KeyForm form = KeyForm::value;
    SnapshotGrain grain = SnapshotGrain::segments;
    KeyRange keys;      ///< that the segments cover: all that a hash can be, or those of the rows
    unsigned shift = 0; ///< see KeySegments::shift()
    std::int64_t rows = 0;
    std::vector<SegmentSums> segments; ///< as many as KeySegments::count(); empty at grain rows
    std::vector<SnapshotRow> row_list; ///< sorted; empty at grain segments
    friend bool operator==(const TableSnapshot&, const TableSnapshot&) = default;
};

/// The most segments of a snapshot.
inline constexpr std::size_t most_snapshot_segments = 65'536;

struct SnapshotRequest {
    const TableSchema& table;
    RowLayout layout; ///< no key: whole rows are the key
    KeyForm form = KeyForm::value;
    SnapshotGrain grain = SnapshotGrain::segments;
};

/// Does one column of integers that the table declares unique place its rows?
bool has_integer_key(const TableSchema& table, const std::vector<ReadColumn>& key);

/// Read a table once, with all workers. A key that turns out to be no integer, in SQLite, or a
/// table without rows is placed by hash. `taken` and `where` are for the caller.
/// @param request by value only with has_integer_key()
TableSnapshot take_snapshot(Workers& workers, const SnapshotRequest& request);

/// Neighbouring segments that are not what they were.
struct ChangedRange {
    std::optional<KeyRange> keys; ///< nullopt: rows whose key is no integer any more
    std::int64_t rows_a = 0;      ///< then
    std::int64_t rows_b = 0;      ///< now
    friend bool operator==(const ChangedRange&, const ChangedRange&) = default;
};

/// A row that is not what it was; its key as in SnapshotRow.
struct ChangedKey {
    ChangeKind kind = ChangeKind::changed; ///< only_a: removed, only_b: added
    std::int64_t key = 0;
    friend bool operator==(const ChangedKey&, const ChangedKey&) = default;
};

/// How a table differs from its snapshot. A is the snapshot, B the table now.
struct SnapshotDiff {
    std::int64_t rows_a = 0;
    std::int64_t rows_b = 0;
    std::int64_t unchanged = 0;           ///< at grain segments: those of segments that are equal
    std::int64_t segments = 0;            ///< with rows, then or now; at grain rows 0
    std::int64_t changed_segments = 0;    ///< those beyond the range of then are two
    std::vector<ChangedRange> ranges;     ///< by key
    std::vector<ChangedKey> changed_keys; ///< at grain rows; by key
    std::int64_t odd_rows = 0; ///< at grain rows: added ones whose key is no integer, without entry
    /// Rows that were added, removed or changed are at least and at most so many; at grain rows
    /// both are the number.
    std::int64_t least = 0;
    std::int64_t most = 0;
};

/// Read the table once and hold it against its snapshot.
/// @param layout the columns of the snapshot, in its order, as the table has them
SnapshotDiff compare_with_snapshot(Workers& workers, const TableSchema& table,
                                   const RowLayout& layout, const TableSnapshot& before);

/// Keys by the 64 bits of their hash.
using KeysByHash = std::map<std::int64_t, std::vector<Value>>;

/// The keys of rows that a snapshot placed by hash, read from the table once more: rows that are
/// gone have none.
/// @param layout as it was for the comparison
KeysByHash read_keys(Session& session, const TableSchema& table, const RowLayout& layout,
                     const std::set<std::int64_t>& hashes);

} // namespace assay
