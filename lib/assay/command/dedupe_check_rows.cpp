// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_rows.hpp"

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
            Value value{cells.type(), kind, 0, 0, {}};
            value.bytes = cells.bytes(row).substr(0, TextColumn::most_kept);
            column.values.push_back(std::move(value));
        }
        return;
    }
    Value value = value_at(cells, row);
    if (column.texts.add(comparable_text(value)) > column.values.size()) {
        column.values.push_back(std::move(value));
    }
}

class RowSink final : public BatchSink {
public:
    explicit RowSink(NearRows& rows) : m_rows(rows) {}

    void consume(const RowBatch& batch) override {
        std::size_t next = 0;
        for (auto* columns : {&m_rows.compared, &m_rows.labels}) {
            for (auto& column : *columns) {
                const Column& cells = batch.columns[next++];
                for (std::size_t row = 0; row < batch.row_count; ++row) {
                    add_cell(column, cells, row);
                }
            }
        }
        m_rows.size += batch.row_count;
    }

private:
    NearRows& m_rows;
};

} // namespace

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
               const std::string& where, NearRows& rows) {
    RowSink sink(rows);
    session.scan(near_scan(table, layout, where), sink);
}

} // namespace assay
