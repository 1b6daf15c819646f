// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"
#include "assay/table/row_batch.hpp"
#include "assay/table/table.hpp"
#include "assay/table/value.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// Where a store keeps a row. It leads to the row as long as nobody rewrites the table, and in
/// Postgres as long as nobody updates the row.
struct RowPlace {
    std::int64_t table = 0; ///< the OID of the partition or child; 0 where there is only one
    std::int64_t place = 0; ///< the rowid; in Postgres the page and, in the low 16 bits, the item
    friend auto operator<=>(const RowPlace&, const RowPlace&) = default;
    friend bool operator==(const RowPlace&, const RowPlace&) = default;
};

/// "17", "(0,1)"
std::string display(StoreKind kind, const RowPlace& place);

/// The name under which SQLite gives the rowid of a table, raw; empty if there is no rowid or the
/// columns of the table hide all of its names.
std::string rowid_column(const TableSchema& table);

/// A table whose rows can be told apart by their places.
class PlacedTable {
public:
    /// @return nullopt where rows have no places: views, foreign tables, tables without a rowid.
    static std::optional<PlacedTable> of(StoreKind kind, const TableSchema& table);

    /// The table with the columns of the place behind its own ones.
    const TableSchema& schema() const noexcept { return m_schema; }
    /// Those columns, to be the last ones of a scan.
    const std::vector<std::size_t>& columns() const noexcept { return m_columns; }
    /// The place of a row of such a scan.
    /// @throws Error of kind internal for what is no place.
    RowPlace read(const RowBatch& batch, std::size_t row) const;
    /// The condition that chooses the rows at these places, and in a table with children perhaps
    /// further ones. It holds numbers only. At least one place.
    std::string condition(std::span<const RowPlace> places) const;
    StoreKind kind() const noexcept { return m_kind; }

private:
    PlacedTable(StoreKind kind, const TableSchema& table) : m_kind(kind), m_schema(table) {}
    void add(const std::string& name);

    StoreKind m_kind;
    TableSchema m_schema;
    std::vector<std::size_t> m_columns;
};

/// What leads to a row: where it stands, or where rows of SQLite stand nowhere its primary key.
struct RowLocator {
    RowPlace place = {};
    std::vector<Value> key = {}; ///< one for each column of the primary key; empty: it has a place
};
/// By place, and by key in the order of compare().
bool operator<(const RowLocator& left, const RowLocator& right) noexcept;

/// Keep the first locators, in order.
void keep_first(RowLocator row, std::size_t most, std::vector<RowLocator>& rows);

/// A table whose rows can be told apart, by their places or by their primary key.
class LocatedTable {
public:
    /// @return nullopt for views, foreign tables, and tables whose columns hide the rowid.
    static std::optional<LocatedTable> of(StoreKind kind, const TableSchema& table);

    /// The table with the columns that tell, which are to be the last ones of a scan.
    const TableSchema& schema() const noexcept { return m_placed ? m_placed->schema() : *m_table; }
    const std::vector<std::size_t>& columns() const noexcept {
        return m_placed ? m_placed->columns() : m_primary_key;
    }
    /// @throws Error of kind internal for what is no place.
    RowLocator read(const RowBatch& batch, std::size_t row) const;

private:
    explicit LocatedTable(const TableSchema& table) : m_table(&table) {}

    const TableSchema* m_table;          ///< outlives this
    std::optional<PlacedTable> m_placed; ///< nullopt: the primary key tells
    std::vector<std::size_t> m_primary_key;
};

/// The ordinals of the primary key that leads to the rows of a table of SQLite without a rowid;
/// empty for other tables.
std::vector<std::size_t> key_instead_of_places(const TableSchema& table);

/// Tells people where rows of a table stand.
class PlaceNames {
public:
    /// @param table must outlive the names
    PlaceNames(StoreKind kind, const TableSchema& table) : m_kind(kind), m_table(&table) {}

    /// "17", "(0,1)"
    std::string place(const RowPlace& place) const { return display(m_kind, place); }
    /// The names of the columns of RowLocator::key.
    const std::vector<std::string>& key() const noexcept { return m_table->primary_key->columns; }
    /// The partition or child that holds the row, "public.events_2024", or the parent itself; empty
    /// where there is only one table. One that the catalog does not show is "oid 16402".
    std::string table(const RowPlace& place) const;

private:
    StoreKind m_kind;
    const TableSchema* m_table;
};

} // namespace assay
