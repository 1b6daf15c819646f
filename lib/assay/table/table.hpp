// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Names a table. Both parts are raw names as the catalog holds them: never print them unescaped,
/// never put them into SQL without quote_identifier().
struct TableRef {
    std::string schema; ///< "public"; "main" in SQLite
    std::string name;
    friend auto operator<=>(const TableRef&, const TableRef&) = default;
    friend bool operator==(const TableRef&, const TableRef&) = default;
};

/// "schema.name", raw.
std::string qualified_name(const TableRef& table);

enum class TableKind : std::uint8_t {
    table,
    partitioned, ///< a parent; its rows live in the partitions
    partition,
    view,
    materialized_view,
    foreign,
    virtual_table ///< SQLite module, such as FTS
};
/// "table", "partitioned table", ... as in the JSON document.
std::string_view to_string(TableKind kind) noexcept;

/// What a column holds. In Postgres every value is of that type; in SQLite it is what the
/// declaration promises (see ColumnSpec::enforced).
enum class ColumnType : std::uint8_t {
    boolean,
    integer,
    real,
    decimal, ///< exact numeric, kept as text
    text,
    date,
    time,
    timestamp,   ///< without time zone
    timestamptz, ///< an instant
    interval,
    uuid,
    bytes,
    json,
    other ///< anything else, by its text form
};
/// "integer", "timestamptz", ... as in the JSON document.
std::string_view to_string(ColumnType type) noexcept;
/// boolean is not numeric; integer, real and decimal are.
bool is_numeric(ColumnType type) noexcept;
/// date, timestamp and timestamptz: types that say when something happened.
bool is_temporal(ColumnType type) noexcept;
/// text, boolean, and what is known by its text form only: types of which the shares of the values
/// say how a column is spread.
bool is_categorical(ColumnType type) noexcept;

enum class Generated : std::uint8_t { no, stored, virtual_column, identity };

struct ColumnSpec {
    std::string name;
    ColumnType type = ColumnType::other;
    std::string declared_type; ///< as the catalog spells it, "varchar(80)"; empty in SQLite if none
    bool nullable = true;
    bool enforced = true; ///< false where the store accepts values of any type (SQLite, not STRICT)
    bool readable = true; ///< false where we have no SELECT privilege
    Generated generated = Generated::no;
    std::optional<std::string> default_sql;
    std::string comment;
    /// The collation of the column where it takes different texts for equal, as NOCASE of SQLite
    /// and nondeterministic ones of Postgres do; empty: texts are equal only if their bytes are.
    std::string loose_collation = {};
};

/// Primary key or unique constraint.
struct Key {
    std::string name;
    std::vector<std::string> columns;
};

struct ForeignKey {
    std::string name; ///< empty where SQLite has none
    std::vector<std::string> columns;
    TableRef referenced;
    std::vector<std::string> referenced_columns; ///< filled in also where the DDL leaves them out
    bool validated = true; ///< false: NOT VALID in Postgres, always false in SQLite
};

struct Index {
    std::string name;
    std::vector<std::string> columns; ///< in order; "" stands for an expression
    bool unique = false;
    bool valid = true;
    bool partial = false;
    bool deferrable = false;           ///< a unique one may be broken until the transaction ends
    bool constraint = false;           ///< made by PRIMARY KEY or UNIQUE
    std::string method;                ///< "btree", ...
    std::optional<std::int64_t> bytes; ///< nullopt: the store does not say
    /// What the index is besides its columns (opclasses, collations, order, predicate); two indexes
    /// with equal columns and equal definition do the same work.
    std::string definition;
    /// Rows with one value of the first column, on average; nullopt: nobody counted them.
    std::optional<std::int64_t> rows_per_value = {};
};

struct CheckConstraint {
    std::string name;
    std::string sql;
    bool validated = true;
};

/// What the catalog knows about the size of a table. nullopt: unknown, never 0.
struct TableStats {
    std::optional<std::int64_t> row_estimate;
    std::optional<std::int64_t> table_bytes;
    std::optional<std::int64_t> index_bytes;
    std::optional<std::int64_t> total_bytes;
    bool bytes_exact = true; ///< false when computed from page counts of the last ANALYZE
};

/// A partition of a table, or a child, at any depth.
struct Descendant {
    std::int64_t store_id = 0; ///< see TableSchema
    TableRef ref;
};

/// Everything the catalog says about one table.
struct TableSchema {
    TableRef ref;
    TableKind kind = TableKind::table;
    std::vector<ColumnSpec> columns;
    std::optional<Key> primary_key;
    std::vector<Key> unique_keys;
    std::vector<ForeignKey> foreign_keys;
    std::vector<Index> indexes;
    std::vector<CheckConstraint> checks;
    TableStats stats;
    std::string owner;
    std::string comment;
    bool without_rowid = false; ///< SQLite
    bool strict = false;        ///< SQLite
    bool populated = true;      ///< false for a materialized view that was never refreshed
    bool has_children = false;  ///< an inheritance parent or a partitioned table
    /// Why the table cannot be read ("no SELECT privilege", "no such module: x"); empty if it can.
    std::string unreadable_reason;
    /// Identifies the table inside its store: the OID in Postgres, the root page in SQLite.
    std::int64_t store_id = 0;
    /// Pages of the heap in Postgres; 0 = unknown.
    std::int64_t pages = 0;
    /// Postgres: pages of each heap that a scan reads, also those of descendants, to split it by.
    /// Empty: it reads something else, too, or what is not known.
    std::vector<std::int64_t> heaps = {};
    std::vector<Descendant> descendants = {}; ///< as far as the catalog shows them

    /// @return the ordinal of a column by its exact name, or nullopt.
    std::optional<std::size_t> find_column(std::string_view name) const noexcept;
};

} // namespace assay
