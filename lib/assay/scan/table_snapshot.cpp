// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/table_snapshot.hpp"

#include "assay/scan/part_scan.hpp"
#include "assay/scan/profiler.hpp"
#include "assay/scan/row_hasher.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace assay {
namespace {

constexpr KeyRange all_keys{std::numeric_limits<std::int64_t>::min(),
                            std::numeric_limits<std::int64_t>::max()};
/// Rows of a segment, about: as small as the file shall be, as narrow as an answer shall be.
constexpr std::uint64_t rows_per_segment = 64;

/// Rows on one side of the range of the segments.
struct Outside {
    std::int64_t rows = 0;
    KeyRange keys = {all_keys.last, all_keys.first}; ///< that they have

    void add(std::int64_t key) noexcept {
        ++rows;
        keys = {std::min(keys.first, key), std::max(keys.last, key)};
    }
    void add(const Outside& other) noexcept {
        rows += other.rows;
        keys = {std::min(keys.first, other.keys.first), std::max(keys.last, other.keys.last)};
    }
};

/// What one reader, or all of them, found.
struct Placed {
    std::int64_t rows = 0;
    std::int64_t odd_rows = 0; ///< of `rows`: whose key is no integer
    std::vector<SegmentSums> segments;
    Outside below;
    Outside above;
    std::vector<SnapshotRow> list;

    void add(Placed& other) {
        rows += other.rows;
        odd_rows += other.odd_rows;
        below.add(other.below);
        above.add(other.above);
        for (std::size_t i = 0; i < segments.size(); ++i) {
            segments[i].rows += other.segments[i].rows;
            segments[i].first += other.segments[i].first;
            segments[i].second += other.segments[i].second;
        }
        list.insert(list.end(), other.list.begin(), other.list.end());
        other.list = {};
    }
};

class PlaceSink final : public BatchSink {
public:
    PlaceSink(const SnapshotRequest& request, const KeySegments& segments)
        : m_request(request), m_segments(segments), m_hasher(comparisons_of(request.layout)) {
        if (request.grain == SnapshotGrain::segments) {
            placed.segments.resize(segments.count());
        }
    }

    void consume(const RowBatch& batch) override {
        m_hasher.hash(batch);
        placed.rows += static_cast<std::int64_t>(batch.row_count);
        if (m_request.form == KeyForm::hash) {
            const auto& keys = m_hasher.hash_keys(batch, m_request.layout.key.size());
            for (std::size_t i = 0; i < batch.row_count; ++i) {
                place(std::bit_cast<std::int64_t>(keys[i]), i);
            }
            return;
        }
        const Column& keys = batch.columns.front();
        for (std::size_t i = 0; i < batch.row_count; ++i) {
            if (keys.kind(i) == CellKind::integer) {
                place(keys.integer(i), i);
            } else {
                ++placed.odd_rows;
            }
        }
    }

    Placed placed;

private:
    void place(std::int64_t key, std::size_t row) {
        if (m_request.grain == SnapshotGrain::rows) {
            placed.list.push_back({key, m_hasher.first()[row]});
        } else if (key < m_segments.keys().first) {
            placed.below.add(key);
        } else if (key > m_segments.keys().last) {
            placed.above.add(key);
        } else {
            SegmentSums& sums = placed.segments[m_segments.of(key)];
            ++sums.rows;
            sums.first += m_hasher.first()[row];
            sums.second += m_hasher.second()[row];
        }
    }

    const SnapshotRequest& m_request;
    const KeySegments& m_segments;
    RowHasher m_hasher;
};

Placed read_placed(Workers& workers, const SnapshotRequest& request, const KeySegments& segments) {
    const ScanRequest scan = scan_of(request.table, request.layout);
    const std::vector<ScanPart> parts = workers.first().split(scan);
    std::vector<PlaceSink> readers;
    const std::size_t count = readers_of(workers, parts);
    readers.reserve(count);
    std::vector<BatchSink*> sinks;
    for (std::size_t i = 0; i < count; ++i) {
        readers.emplace_back(request, segments);
        sinks.push_back(&readers.back());
    }
    scan_parts(workers, scan, parts, sinks);
    Placed all = std::move(readers.front().placed);
    for (std::size_t i = 1; i < count; ++i) {
        all.add(readers[i].placed);
    }
    std::sort(all.list.begin(), all.list.end());
    return all;
}

std::size_t segments_for(const KeyRange& keys) noexcept {
    const std::uint64_t span =
        static_cast<std::uint64_t>(keys.last) - static_cast<std::uint64_t>(keys.first);
    return static_cast<std::size_t>(
        std::clamp<std::uint64_t>(span / rows_per_segment, 2, most_snapshot_segments));
}

/// Join pairs of segments until they have about as many rows as shall be in one.
void coarsen(TableSnapshot& snapshot) {
    const std::size_t enough =
        std::max<std::size_t>(2, static_cast<std::uint64_t>(snapshot.rows) / rows_per_segment);
    auto& segments = snapshot.segments;
    while (segments.size() > enough) {
        for (std::size_t i = 0; i < segments.size() / 2; ++i) {
            segments[i] = {segments[2 * i].rows + segments[2 * i + 1].rows,
                           segments[2 * i].first + segments[2 * i + 1].first,
                           segments[2 * i].second + segments[2 * i + 1].second, 0};
        }
        segments.resize(segments.size() / 2);
        ++snapshot.shift;
    }
}

TableSnapshot take(const SnapshotRequest& request, const KeySegments& segments, Placed placed) {
    TableSnapshot snapshot;
    snapshot.table = request.table.ref;
    snapshot.form = request.form;
    snapshot.grain = request.grain;
    snapshot.keys = segments.keys();
    snapshot.shift = segments.shift();
    snapshot.rows = placed.rows;
    snapshot.segments = std::move(placed.segments);
    snapshot.row_list = std::move(placed.list);
    return snapshot;
}

/// Are rows that lie together what they were?
enum class Sums : std::uint8_t { equal, different };

/// The ranges that differ, put together from segments in the order of their keys.
class Ranges {
public:
    explicit Ranges(SnapshotDiff& diff) : m_diff(diff) {}

    void add(std::optional<KeyRange> keys, std::int64_t rows_a, std::int64_t rows_b, Sums sums) {
        if (rows_a == 0 && rows_b == 0) {
            return; // no reason to tell the segments beside it apart
        }
        ++m_diff.segments;
        if (sums == Sums::equal) {
            m_diff.unchanged += rows_a;
            m_joins = false;
            return;
        }
        ++m_diff.changed_segments;
        m_diff.least += std::max<std::int64_t>(1, std::abs(rows_b - rows_a));
        m_diff.most += rows_a + rows_b;
        auto& ranges = m_diff.ranges;
        if (m_joins && keys && ranges.back().keys) {
            ranges.back().keys->last = keys->last;
            ranges.back().rows_a += rows_a;
            ranges.back().rows_b += rows_b;
        } else {
            ranges.push_back({keys, rows_a, rows_b});
        }
        m_joins = true;
    }

private:
    SnapshotDiff& m_diff;
    bool m_joins = false; ///< the last one differed
};

void compare_segments(const TableSnapshot& before, const Placed& now, const KeySegments& segments,
                      SnapshotDiff& diff) {
    Ranges ranges(diff);
    ranges.add(now.below.keys, 0, now.below.rows, Sums::different);
    for (std::size_t i = 0; i < before.segments.size(); ++i) {
        const SegmentSums& a = before.segments[i];
        const SegmentSums& b = now.segments[i];
        ranges.add(segments.range(i, i), a.rows, b.rows, a == b ? Sums::equal : Sums::different);
    }
    ranges.add(now.above.keys, 0, now.above.rows, Sums::different);
    ranges.add(std::nullopt, 0, now.odd_rows, Sums::different);
}

using Rows = std::vector<SnapshotRow>;

Rows::const_iterator end_of_key(Rows::const_iterator first, Rows::const_iterator last,
                                std::int64_t key) {
    return std::find_if(first, last, [key](const SnapshotRow& row) { return row.key != key; });
}

std::int64_t count_equal(Rows::const_iterator a, Rows::const_iterator a_end, Rows::const_iterator b,
                         Rows::const_iterator b_end) {
    std::int64_t equal = 0;
    while (a != a_end && b != b_end) {
        const auto order = a->hash <=> b->hash;
        equal += order == 0 ? 1 : 0;
        a += order <= 0 ? 1 : 0;
        b += order >= 0 ? 1 : 0;
    }
    return equal;
}

/// Rows with equal keys are matched as multisets: equal ones first, the rest in pairs as changed.
void compare_lists(const Rows& then, const Rows& now, SnapshotDiff& diff) {
    auto a = then.begin();
    auto b = now.begin();
    while (a != then.end() || b != now.end()) {
        const bool from_a = b == now.end() || (a != then.end() && a->key <= b->key);
        const std::int64_t key = from_a ? a->key : b->key;
        const auto a_end = end_of_key(a, then.end(), key);
        const auto b_end = end_of_key(b, now.end(), key);
        const std::int64_t equal = count_equal(a, a_end, b, b_end);
        const std::int64_t left_a = a_end - a - equal;
        const std::int64_t left_b = b_end - b - equal;
        diff.unchanged += equal;
        for (std::int64_t i = 0; i < std::max(left_a, left_b); ++i) {
            diff.changed_keys.push_back({i >= left_b   ? ChangeKind::only_a
                                         : i >= left_a ? ChangeKind::only_b
                                                       : ChangeKind::changed,
                                         key});
        }
        a = a_end;
        b = b_end;
    }
}

/// Keeps the keys whose hashes are wanted.
class KeySink final : public BatchSink {
public:
    KeySink(const RowLayout& layout, const std::set<std::int64_t>& wanted)
        : m_wanted(wanted), m_count(layout.key.size()), m_hasher(comparisons_of(layout)) {}

    void consume(const RowBatch& batch) override {
        const auto& hashes = m_hasher.hash_keys(batch, m_count);
        for (std::size_t i = 0; i < batch.row_count; ++i) {
            const auto hash = std::bit_cast<std::int64_t>(hashes[i]);
            if (m_wanted.contains(hash) && !keys.contains(hash)) {
                auto& key = keys[hash];
                for (std::size_t k = 0; k < m_count; ++k) {
                    key.push_back(value_at(batch.columns[k], i));
                }
            }
        }
    }

    KeysByHash keys;

private:
    const std::set<std::int64_t>& m_wanted;
    std::size_t m_count;
    RowHasher m_hasher;
};

} // namespace

std::string_view to_string(KeyForm form) noexcept {
    return form == KeyForm::value ? "value" : "hash";
}

std::string_view to_string(SnapshotGrain grain) noexcept {
    return grain == SnapshotGrain::segments ? "segments" : "rows";
}

bool has_integer_key(const TableSchema& table, const std::vector<ReadColumn>& key) {
    return key.size() == 1 && table.columns[key.front().ordinal].type == ColumnType::integer &&
           is_declared_unique(table, key.front().ordinal);
}

TableSnapshot take_snapshot(Workers& workers, const SnapshotRequest& request) {
    const auto keys = request.form == KeyForm::value ? key_range(workers.first(), request.table,
                                                                 request.layout.key.front().ordinal)
                                                     : std::nullopt;
    if (keys) {
        const KeySegments segments(*keys, segments_for(*keys));
        Placed placed = read_placed(workers, request, segments);
        if (placed.odd_rows == 0) {
            return take(request, segments, std::move(placed));
        }
    }
    SnapshotRequest by_hash = request;
    by_hash.form = KeyForm::hash;
    const KeySegments segments(all_keys, most_snapshot_segments);
    TableSnapshot snapshot = take(by_hash, segments, read_placed(workers, by_hash, segments));
    coarsen(snapshot);
    return snapshot;
}

SnapshotDiff compare_with_snapshot(Workers& workers, const TableSchema& table,
                                   const RowLayout& layout, const TableSnapshot& before) {
    const SnapshotRequest request{table, layout, before.form, before.grain};
    const KeySegments segments = KeySegments::of_width(before.keys, before.shift);
    const Placed now = read_placed(workers, request, segments);
    SnapshotDiff diff;
    diff.rows_a = before.rows;
    diff.rows_b = now.rows;
    if (before.grain == SnapshotGrain::segments) {
        compare_segments(before, now, segments, diff);
        return diff;
    }
    compare_lists(before.row_list, now.list, diff);
    diff.odd_rows = now.odd_rows;
    diff.least = static_cast<std::int64_t>(diff.changed_keys.size()) + now.odd_rows;
    diff.most = diff.least;
    return diff;
}

KeysByHash read_keys(Session& session, const TableSchema& table, const RowLayout& layout,
                     const std::set<std::int64_t>& hashes) {
    RowLayout keys = layout;
    keys.other.clear();
    KeySink sink(keys, hashes);
    session.scan(scan_of(table, keys), sink);
    return std::move(sink.keys);
}

} // namespace assay
