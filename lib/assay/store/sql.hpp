// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"
#include "assay/table/sample_design.hpp"
#include "assay/table/table.hpp"
#include "assay/table/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The one function through which a name enters SQL: in double quotes, quotes doubled.
/// @throws Error of kind usage for a name with a NUL byte, which neither store can have.
std::string quote_identifier(std::string_view name);
/// "schema"."name"
std::string quote_table(const TableRef& table);

/// Which rows a scan of part of a table reads.
struct Sample {
    double fraction = 1.0; ///< 1 reads everything
};

/// A part of a table that can be read by itself, in the unit of its store: rowids in SQLite, pages
/// in Postgres. Both ends belong to it. The parts of a table do not depend on who reads them.
struct ScanPart {
    std::size_t index = 0; ///< from 0, in the order of the table
    std::int64_t first = 0;
    std::int64_t last = 0;
    friend bool operator==(const ScanPart&, const ScanPart&) = default;
};

/// How the rows of a condition are found.
enum class RowAccess : std::uint8_t {
    scan, ///< among all rows
    index ///< by an index or by their places: they are few
};

/// What to read: these columns of this table.
struct ScanRequest {
    const TableSchema* table = nullptr; ///< required; must outlive the scan
    std::vector<std::size_t> columns;   ///< ordinals into table->columns; may be empty (count rows)
    Sample sample;
    std::string where; ///< a condition in the store's SQL, see check_condition(); empty: all rows
    std::size_t batch_rows = 1024; ///< a dozen columns of them fit a cache of 1 MiB
    std::vector<ScanPart> parts;   ///< some of those of Session::split(); empty: all of the table
    RowAccess access = RowAccess::scan; ///< of few rows: in one go, and no parts
    /// SQLite: the index in which all columns of all rows stand, to read them there in one go;
    /// empty: the store decides. Means nothing beside a condition.
    std::string index = {};
};

/// A statement of our own making: no values of the user or the data in its text.
struct Query {
    std::string sql;
    std::vector<ColumnType> result_types; ///< one per result column: integer, text, ...
    /// Values of its parameters, ?1 in SQLite and $1 in Postgres: integers, reals and texts. In
    /// Postgres each is sent as text, so the statement has to say its type.
    std::vector<Value> parameters = {};
};

/// Is it one condition, that can stand in parentheses: quotes and comments closed, parentheses in
/// pairs, no semicolon? What it says is for the store to understand.
/// @throws Error of kind usage that quotes it.
void check_condition(std::string_view where);

/// " WHERE (where)" or " AND (where)", by the word; nothing for an empty condition.
std::string condition_sql(std::string_view word, std::string_view where);

/// " INDEXED BY index" if a scan of SQLite reads an index; else nothing.
std::string index_sql(const ScanRequest& request);

/// The statement that reads the columns of a scan, without the range that a store adds when it
/// reads in chunks. Used by the stores and by --explain.
/// @param sampling goes behind the table: " TABLESAMPLE ..."
std::string scan_sql(StoreKind kind, const ScanRequest& request, std::string_view sampling = {});

/// What the choice of a sample begins with: the same for the same table and fraction. One number
/// for all tables would draw the same places of each, and their errors would go the same way.
std::uint64_t sample_seed(const TableRef& table, double fraction);

/// " TABLESAMPLE SYSTEM (2) REPEATABLE (1)" for a sample in Postgres that is drawn so; else empty.
std::string sampling_sql(StoreKind kind, const TableRef& table, const SampleDesign& design);

/// Counts the rows of a table that fulfil a condition (empty: all), in one integer.
Query row_count_query(StoreKind kind, const TableRef& table, std::string_view where = {});

/// Counts, in one row of two integers, the child rows whose key is complete and that fulfil a
/// condition, and those among them that have no parent row.
Query orphan_query(StoreKind kind, const TableRef& child, const ForeignKey& key,
                   std::string_view where = {});

/// One row with one text: what SQLite finds wrong with the pages of a table and its indexes, a line
/// each, at most a hundred; NULL when nothing is. It reads all of them.
/// sqlite.org/pragma.html#pragma_integrity_check
Query storage_query(const TableRef& table);

} // namespace assay
