// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_segments.hpp"

#include <algorithm>
#include <span>
#include <string>

namespace assay {
namespace {

/// Takes the hash of one more cell into that of a row: no two cells give the same.
struct Lane {
    std::uint64_t factor; ///< odd
    unsigned shift;

    std::uint64_t fold(std::uint64_t row, std::uint64_t cell) const noexcept {
        const std::uint64_t product = (row ^ cell) * factor;
        return product ^ product >> shift;
    }
};

constexpr Lane first_lane{0x9e37'79b9'7f4a'7c15, 32};
constexpr Lane second_lane{0xd6e8'feb8'6659'fd93, 29};

class SegmentSink final : public BatchSink {
public:
    SegmentSink(const RowLayout& layout, const KeySegments& segments) : m_segments(segments) {
        for (const auto* columns : {&layout.key, &layout.other}) {
            for (const ReadColumn& column : *columns) {
                m_columns.push_back(column.comparison);
                m_pads = m_pads || column.comparison == Comparison::padded_text;
            }
        }
        rows.segments.resize(segments.count());
    }

    void consume(const RowBatch& batch) override {
        const std::size_t size = batch.row_count;
        m_cells.resize(size);
        for (auto* hashes : {&m_first, &m_second, &m_exact}) {
            hashes->assign(size, 0);
        }
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            fold(m_columns[i], batch.columns[i]);
        }
        add_up(batch.columns.front(), size);
    }

    SegmentedRows rows;

private:
    void fold(Comparison comparison, const Column& column) {
        comparable_hashes(comparison, column, m_cells, m_scratch);
        fold(first_lane, m_first);
        fold(second_lane, m_second);
        if (!m_pads) {
            return;
        }
        if (comparison == Comparison::padded_text) {
            comparable_hashes(Comparison::text, column, m_cells, m_scratch);
        }
        fold(first_lane, m_exact);
    }
    void fold(const Lane& lane, std::vector<std::uint64_t>& hashes) const noexcept {
        for (std::size_t i = 0; i < hashes.size(); ++i) {
            hashes.data()[i] = lane.fold(hashes.data()[i], m_cells.data()[i]);
        }
    }
    void add_up(const Column& keys, std::size_t size) noexcept {
        for (std::size_t i = 0; i < size; ++i) {
            if (keys.kind(i) != CellKind::integer) {
                ++rows.odd_rows;
                continue;
            }
            SegmentSums& sums = rows.segments.data()[m_segments.of(keys.integer(i))];
            ++sums.rows;
            sums.first += m_first.data()[i];
            sums.second += m_second.data()[i];
            sums.exact += m_exact.data()[i];
        }
    }

    const KeySegments& m_segments;
    std::vector<Comparison> m_columns; ///< those of the key first
    bool m_pads = false;
    std::vector<std::uint64_t> m_cells; ///< of the column at hand
    std::vector<std::uint64_t> m_first; ///< of the rows, as far as they were read
    std::vector<std::uint64_t> m_second;
    std::vector<std::uint64_t> m_exact;
    std::string m_scratch;
};

} // namespace

KeySegments::KeySegments(KeyRange keys, std::size_t most) noexcept : m_keys(keys) {
    while (distance(keys.last) >> m_shift >= most) {
        ++m_shift;
    }
}

KeyRange KeySegments::range(std::size_t first, std::size_t last) const noexcept {
    const auto key_at = [this](std::uint64_t offset) {
        return std::bit_cast<std::int64_t>(std::bit_cast<std::uint64_t>(m_keys.first) + offset);
    };
    const std::uint64_t width = std::uint64_t{1} << m_shift;
    const std::uint64_t end = (std::uint64_t{last} << m_shift) + (width - 1);
    return {key_at(std::uint64_t{first} << m_shift), key_at(std::min(end, distance(m_keys.last)))};
}

SegmentedRows read_segments(Session& session, const TableSchema& table, const RowLayout& layout,
                            const KeySegments& segments) {
    SegmentSink sink(layout, segments);
    session.scan(scan_of(table, layout), sink);
    return std::move(sink.rows);
}

} // namespace assay
