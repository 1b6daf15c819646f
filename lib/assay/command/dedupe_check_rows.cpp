// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_rows.hpp"

#include "assay/scan/place_scan.hpp"

#include <algorithm>
#include <iterator>

namespace assay {
namespace {

/// What is compared of a value. A time is its digits, so that it is compared like a number.
std::string comparable_text(const Value& value) {
    const std::string text = display(value);
    if (value.kind != CellKind::integer || !is_temporal(value.type)) {
        return text;
    }
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    return digits.empty() ? text : digits;
}

void add_cell(NearColumn& column, const Column& cells, std::size_t row) {
    const CellKind kind = cells.kind(row);
    if (kind == CellKind::null || kind == CellKind::blob) {
        column.texts.add_missing();
        return;
    }
    if (kind == CellKind::text) {
        const std::uint32_t place = column.texts.add(cells.bytes(row));
        if (place > column.values.size()) {
            column.values.push_back({cells.type(), kind, 0, 0, {}});
        }
        return;
    }
    Value value = value_at(cells, row);
    if (column.texts.add(comparable_text(value)) > column.values.size()) {
        column.values.push_back(std::move(value));
    }
}

std::size_t bytes_of(const NearColumn& column) {
    return column.texts.bytes() + column.values.capacity() * sizeof(Value);
}

/// That the rows take in memory.
std::size_t bytes_of(const NearRows& rows) {
    std::size_t bytes = 0;
    for (const auto* columns : {&rows.compared, &rows.labels}) {
        for (const auto& column : *columns) {
            bytes += bytes_of(column);
        }
    }
    return bytes +
           (rows.places.rows.capacity() + rows.other_places.rows.capacity()) * sizeof(RowPlace);
}

/// @param uncounted rows that are like them, but were not taken
NearSize size_of(const NearRows& rows, std::size_t uncounted) {
    NearSize size{rows.size + uncounted, rows.compared.size(), 0, 0};
    for (const auto* columns : {&rows.compared, &rows.labels}) {
        for (const auto& column : *columns) {
            const auto& texts = column.texts.texts();
            size.texts += static_cast<double>(texts.size());
            for (const auto& text : texts) {
                size.bytes += static_cast<double>(text.size());
            }
        }
    }
    if (rows.size > 0) {
        const double more = static_cast<double>(size.rows) / static_cast<double>(rows.size);
        size.texts *= more;
        size.bytes *= more;
    }
    return size;
}

/// Reads rows as long as they fit, and only counts them from there on, to tell how much memory all
/// of them would take.
class RowSink final : public BatchSink {
public:
    /// @param placed the scan ends with its columns; nullptr: it does not
    RowSink(NearRows& rows, const PlacedTable* placed, NearPlaces& places, NearMemory& memory)
        : m_rows(rows), m_placed(placed), m_places(places), m_memory(memory) {}

    void consume(const RowBatch& batch) override {
        if (m_is_full) {
            m_uncounted += batch.row_count;
            return;
        }
        take(batch);
        m_bytes = bytes_of(m_rows);
        m_is_full = !m_memory.fits(m_bytes);
    }

    void finish() {
        m_memory.expect(size_of(m_rows, m_uncounted));
        if (m_is_full) {
            m_memory.refuse();
        }
    }

private:
    void take(const RowBatch& batch) {
        std::size_t next = 0;
        for (auto* columns : {&m_rows.compared, &m_rows.labels}) {
            for (auto& column : *columns) {
                const Column& cells = batch.columns[next++];
                for (std::size_t row = 0; row < batch.row_count; ++row) {
                    add_cell(column, cells, row);
                }
            }
        }
        for (std::size_t row = 0; m_placed != nullptr && row < batch.row_count; ++row) {
            m_places.rows.push_back(m_placed->read(batch, row));
        }
        m_rows.size += batch.row_count;
    }

    NearRows& m_rows;
    const PlacedTable* m_placed;
    NearPlaces& m_places;
    NearMemory& m_memory;
    std::size_t m_bytes = 0;
    std::size_t m_uncounted = 0; ///< rows that were not taken
    bool m_is_full = false;
};

} // namespace

Value NearColumn::value(std::size_t place) const {
    Value value = values[place - 1];
    if (value.kind == CellKind::text) {
        value.bytes = texts.texts()[place - 1].substr(0, TextColumn::most_kept);
    }
    return value;
}

NearRows empty_rows(const TableSchema& table, const NearLayout& layout) {
    NearRows rows;
    for (const std::size_t ordinal : layout.compared) {
        rows.compared.push_back({TextColumn(table.columns[ordinal].name), {}});
    }
    for (const std::size_t ordinal : layout.labels) {
        rows.labels.push_back({TextColumn(table.columns[ordinal].name), {}});
    }
    return rows;
}

ScanRequest near_scan(const TableSchema& table, const NearLayout& layout,
                      const std::string& where) {
    ScanRequest scan;
    scan.table = &table;
    scan.columns = layout.compared;
    scan.columns.insert(scan.columns.end(), layout.labels.begin(), layout.labels.end());
    scan.where = where;
    return scan;
}

void read_rows(Session& session, const TableSchema& table, const NearLayout& layout,
               const std::string& where, NearRows& rows, NearPlaces& places, NearMemory& memory) {
    const StoreKind kind = session.source().kind;
    places.names = PlaceNames(kind, table);
    const auto placed_table = PlacedTable::of(kind, table);
    const auto read = [&](const PlacedTable* placed) {
        RowSink sink(rows, placed, places, memory);
        session.scan(with_places(near_scan(table, layout, where), placed), sink);
        sink.finish();
    };
    const std::size_t before = rows.size;
    try {
        read(placed_table ? &*placed_table : nullptr);
        return;
    } catch (const Error& error) {
        // Rows that were taken must not be taken twice.
        if (!placed_table || rows.size != before || !may_be_for_places(error)) {
            throw;
        }
    }
    read(nullptr);
}

std::size_t finish(NearRows& rows) {
    for (auto* columns : {&rows.compared, &rows.labels}) {
        for (auto& column : *columns) {
            column.texts.finish();
        }
    }
    return bytes_of(rows);
}

} // namespace assay
