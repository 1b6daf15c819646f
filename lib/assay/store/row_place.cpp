// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/row_place.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace assay {
namespace {

constexpr unsigned item_bits = 16;
constexpr std::int64_t item_mask = (std::int64_t{1} << item_bits) - 1;

std::int64_t read_number(const Column& column, std::size_t row) {
    if (column.kind(row) != CellKind::integer) {
        throw Error(ErrorKind::internal, "the store gave no place of a row");
    }
    return column.integer(row);
}

bool has_pages(TableKind kind) noexcept {
    return kind == TableKind::table || kind == TableKind::partitioned ||
           kind == TableKind::partition || kind == TableKind::materialized_view;
}

} // namespace

std::string display(StoreKind kind, const RowPlace& place) {
    return kind == StoreKind::sqlite
               ? std::to_string(place.place)
               : fmt::format("({},{})", place.place >> item_bits, place.place & item_mask);
}

std::string rowid_column(const TableSchema& table) {
    if (table.kind != TableKind::table || table.without_rowid) {
        return {};
    }
    for (const std::string_view name : {"rowid", "_rowid_", "oid"}) {
        const bool hidden = std::any_of(
            table.columns.begin(), table.columns.end(),
            [name](const ColumnSpec& column) { return to_lower_ascii(column.name) == name; });
        if (!hidden) {
            return std::string(name);
        }
    }
    return {};
}

std::optional<PlacedTable> PlacedTable::of(StoreKind kind, const TableSchema& table) {
    PlacedTable placed(kind, table);
    if (kind == StoreKind::sqlite) {
        const std::string rowid = rowid_column(table);
        if (rowid.empty()) {
            return std::nullopt;
        }
        placed.add(rowid);
        return placed;
    }
    if (!has_pages(table.kind)) {
        return std::nullopt;
    }
    if (table.has_children) {
        placed.add("tableoid");
    }
    placed.add("ctid");
    return placed;
}

void PlacedTable::add(const std::string& name) {
    ColumnSpec column;
    column.name = name;
    column.type = ColumnType::integer;
    m_columns.push_back(m_schema.columns.size());
    m_schema.columns.push_back(std::move(column));
}

RowPlace PlacedTable::read(const RowBatch& batch, std::size_t row) const {
    RowPlace place{0, read_number(batch.columns.back(), row)};
    if (m_columns.size() > 1) {
        place.table = read_number(batch.columns[batch.columns.size() - 2], row);
    }
    return place;
}

std::string PlacedTable::condition(std::span<const RowPlace> places) const {
    const bool is_sqlite = m_kind == StoreKind::sqlite;
    std::string list;
    for (const RowPlace& place : places) {
        fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ",",
                       is_sqlite ? display(m_kind, place)
                                 : fmt::format("\"{}\"", display(m_kind, place)));
    }
    const std::string column = quote_identifier(m_schema.columns.back().name);
    return is_sqlite ? fmt::format("{} IN ({})", column, list)
                     : fmt::format("{} OPERATOR(pg_catalog.=) ANY ('{{{}}}'::pg_catalog.tid[])",
                                   column, list);
}

bool operator<(const RowLocator& left, const RowLocator& right) noexcept {
    if (left.place != right.place) {
        return left.place < right.place;
    }
    return std::lexicographical_compare(
        left.key.begin(), left.key.end(), right.key.begin(), right.key.end(),
        [](const Value& a, const Value& b) { return compare(a, b) < 0; });
}

void keep_first(RowLocator row, std::size_t most, std::vector<RowLocator>& rows) {
    const auto behind = std::upper_bound(rows.begin(), rows.end(), row);
    if (behind == rows.end() && rows.size() >= most) {
        return;
    }
    rows.insert(behind, std::move(row));
    if (rows.size() > most) {
        rows.pop_back();
    }
}

std::vector<std::size_t> key_instead_of_places(const TableSchema& table) {
    std::vector<std::size_t> ordinals;
    if (!table.without_rowid || table.kind != TableKind::table || !table.primary_key) {
        return ordinals;
    }
    for (const std::string& name : table.primary_key->columns) {
        const auto ordinal = table.find_column(name);
        if (!ordinal) {
            return {};
        }
        ordinals.push_back(*ordinal);
    }
    return ordinals;
}

std::optional<LocatedTable> LocatedTable::of(StoreKind kind, const TableSchema& table) {
    LocatedTable located(table);
    located.m_placed = PlacedTable::of(kind, table);
    located.m_primary_key = key_instead_of_places(table);
    const bool is_located = located.m_placed || !located.m_primary_key.empty();
    return is_located ? std::optional(std::move(located)) : std::nullopt;
}

RowLocator LocatedTable::read(const RowBatch& batch, std::size_t row) const {
    if (m_placed) {
        return {m_placed->read(batch, row), {}};
    }
    RowLocator locator;
    const std::size_t begin = batch.columns.size() - m_primary_key.size();
    for (std::size_t i = 0; i < m_primary_key.size(); ++i) {
        locator.key.push_back(value_at(batch.columns[begin + i], row));
    }
    return locator;
}

std::string PlaceNames::table(const RowPlace& place) const {
    if (place.table == 0) {
        return {};
    }
    if (place.table == m_table->store_id) {
        return qualified_name(m_table->ref);
    }
    for (const Descendant& below : m_table->descendants) {
        if (place.table == below.store_id) {
            return qualified_name(below.ref);
        }
    }
    return fmt::format("oid {}", place.table);
}

} // namespace assay
