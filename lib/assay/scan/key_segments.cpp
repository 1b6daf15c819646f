// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_segments.hpp"

#include "assay/scan/part_scan.hpp"
#include "assay/scan/row_hasher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace assay {
namespace {

class SegmentSink final : public BatchSink {
public:
    SegmentSink(const RowLayout& layout, const KeySegments& segments)
        : m_segments(segments), m_hasher(comparisons_of(layout), layout.like_server) {
        rows.segments.resize(segments.count());
    }

    void consume(const RowBatch& batch) override {
        m_hasher.hash(batch);
        const Column& keys = batch.columns.front();
        for (std::size_t i = 0; i < batch.row_count; ++i) {
            if (keys.kind(i) != CellKind::integer) {
                ++rows.odd_rows;
                continue;
            }
            SegmentSums& sums = rows.segments.data()[m_segments.of(keys.integer(i))];
            ++sums.rows;
            sums.first += m_hasher.first().data()[i];
            sums.second += m_hasher.second().data()[i];
            sums.exact += m_hasher.exact().data()[i];
        }
    }

    SegmentedRows rows;

private:
    const KeySegments& m_segments;
    RowHasher m_hasher;
};

void add(SegmentedRows& all, const SegmentedRows& more) noexcept {
    all.odd_rows += more.odd_rows;
    for (std::size_t i = 0; i < all.segments.size(); ++i) {
        SegmentSums& sums = all.segments[i];
        sums.rows += more.segments[i].rows;
        sums.first += more.segments[i].first;
        sums.second += more.segments[i].second;
        sums.exact += more.segments[i].exact;
    }
}

} // namespace

KeySegments::KeySegments(KeyRange keys, std::size_t most) noexcept : m_keys(keys) {
    while (distance(keys.last) >> m_shift >= most) {
        ++m_shift;
    }
}

KeySegments KeySegments::of_width(KeyRange keys, unsigned shift) noexcept {
    KeySegments segments(keys, std::numeric_limits<std::size_t>::max());
    segments.m_shift = shift;
    return segments;
}

KeyRange KeySegments::range(std::size_t first, std::size_t last) const noexcept {
    const auto key_at = [this](std::uint64_t offset) {
        return std::bit_cast<std::int64_t>(std::bit_cast<std::uint64_t>(m_keys.first) + offset);
    };
    const std::uint64_t width = std::uint64_t{1} << m_shift;
    const std::uint64_t end = (std::uint64_t{last} << m_shift) + (width - 1);
    return {key_at(std::uint64_t{first} << m_shift), key_at(std::min(end, distance(m_keys.last)))};
}

std::vector<Comparison> comparisons_of(const RowLayout& layout) {
    std::vector<Comparison> comparisons;
    for (const auto* columns : {&layout.key, &layout.other}) {
        for (const ReadColumn& column : *columns) {
            comparisons.push_back(column.comparison);
        }
    }
    return comparisons;
}

std::optional<KeyRange> key_range(Session& session, const TableSchema& table, std::size_t ordinal) {
    const bool is_postgres = session.source().kind == StoreKind::postgresql;
    const std::string key = quote_identifier(table.columns[ordinal].name);
    const auto end = [&](std::string_view function) {
        return fmt::format("(SELECT {}{}({}) FROM {})", is_postgres ? "pg_catalog." : "", function,
                           key, quote_table(table.ref));
    };
    const Query query{fmt::format("SELECT {}, {}", end("min"), end("max")),
                      {ColumnType::integer, ColumnType::integer}};
    const auto ends = session.query_row_of({&table}, query);
    if (ends.at(0).kind != CellKind::integer || ends.at(1).kind != CellKind::integer) {
        return std::nullopt; // no rows, or SQLite holds something else than integers
    }
    return KeyRange{ends[0].integer, ends[1].integer};
}

SegmentedRows read_segments(Workers& workers, const TableSchema& table, const RowLayout& layout,
                            const KeySegments& segments) {
    const ScanRequest scan = scan_of(table, layout);
    const std::vector<ScanPart> parts =
        layout.access == RowAccess::scan ? workers.first().split(scan) : std::vector<ScanPart>();
    std::vector<SegmentSink> readers;
    const std::size_t count = readers_of(workers, parts);
    readers.reserve(count);
    std::vector<BatchSink*> sinks;
    for (std::size_t i = 0; i < count; ++i) {
        sinks.push_back(&readers.emplace_back(layout, segments));
    }
    scan_parts(workers, scan, parts, sinks);
    SegmentedRows rows = std::move(readers.front().rows);
    for (std::size_t i = 1; i < count; ++i) {
        add(rows, readers[i].rows);
    }
    return rows;
}

} // namespace assay
