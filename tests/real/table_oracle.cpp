// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "table_oracle.hpp"

#include "column_oracle.hpp"
#include "column_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::test {
namespace {

using ColumnPairs = std::vector<std::pair<std::string, std::string>>;

ColumnPairs pairs_of(const ForeignKeyRecord& key) {
    ColumnPairs pairs;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
        pairs.emplace_back(key.columns[i], key.referenced_columns.at(i));
    }
    return pairs;
}

/// Rows that refer to something, and those of them that refer to nothing: by an outer join, where
/// the command under test asks with NOT EXISTS.
Cells orphans(PlainSql& sql, const TableRecord& table, const ForeignKeyRecord& key) {
    std::string join;
    std::string complete;
    for (const auto& [child, parent] : pairs_of(key)) {
        const std::string link = join.empty() ? "" : " AND ";
        join += fmt::format("{}p.{} = c.{}", link, quoted(parent), quoted(child));
        complete += fmt::format("{}c.{} IS NOT NULL", link, quoted(child));
    }
    const auto dot = key.references.find('.');
    return sql.row(
        fmt::format("SELECT count(*), coalesce(sum(CASE WHEN p.{} IS NULL THEN 1 ELSE 0 END), 0) "
                    "FROM {} AS c LEFT JOIN {} AS p ON {} WHERE {}",
                    quoted(key.referenced_columns.at(0)), quoted_table(table.schema, table.name),
                    quoted_table(key.references.substr(0, dot), key.references.substr(dot + 1)),
                    join, complete));
}

bool concerns(const CheckResult& check, const TableRecord& table, const ForeignKeyRecord& key) {
    const Fact* references = find_fact(check.evidence, "references");
    return check.id == "integrity.orphans" && check.table == table.schema + "." + table.name &&
           check.columns == key.columns && references != nullptr &&
           *references == Fact(key.references);
}

void compare_foreign_key(PlainSql& sql, const Document& document, const TableRecord& table,
                         const ForeignKeyRecord& key, Ledger& ledger) {
    const auto check =
        std::find_if(document.checks.begin(), document.checks.end(),
                     [&](const CheckResult& each) { return concerns(each, table, key); });
    ledger.at(table.name + " -> " + key.references);
    if (check == document.checks.end()) {
        ledger.fault("nobody looked for rows without their parent");
        return;
    }
    const Cells expected = orphans(sql, table, key);
    ledger.same("rows that refer to it", std::stoll(*expected[0]),
                check->rows_examined.value_or(-1));
    ledger.same("rows without their parent", std::stoll(*expected[1]),
                check->rows_failed.value_or(-1));
    ledger.same_value("observed", expected[1], check->observed.value);
    const Status status = *expected[1] == "0" ? Status::pass : Status::fail;
    ledger.same("status", std::string(to_string(status)), std::string(to_string(check->status)));
}

std::int64_t foreign_key_count(PlainSql& sql, const TableRecord& table) {
    if (sql.is_postgres()) {
        return sql.number(fmt::format(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = {}::regclass",
            literal(quoted_table(table.schema, table.name))));
    }
    return sql.number(fmt::format("SELECT count(DISTINCT id) FROM pragma_foreign_key_list({})",
                                  literal(table.name)));
}

std::string primary_key(PlainSql& sql, const TableRecord& table) {
    const std::string statement =
        sql.is_postgres()
            ? fmt::format("SELECT a.attname FROM pg_index AS i, unnest(i.indkey) WITH ORDINALITY "
                          "AS k(number, place), pg_attribute AS a WHERE i.indisprimary AND "
                          "i.indrelid = {}::regclass AND a.attrelid = i.indrelid AND "
                          "a.attnum = k.number ORDER BY k.place",
                          literal(quoted_table(table.schema, table.name)))
            : fmt::format("SELECT name FROM pragma_table_info({}) WHERE pk > 0 ORDER BY pk",
                          literal(table.name));
    std::string names;
    for (const Cells& row : sql.rows(statement)) {
        names += *row[0] + ",";
    }
    return names;
}

void compare_bytes(PlainSql& sql, const TableRecord& table, Ledger& ledger) {
    if (!sql.is_postgres()) {
        return;
    }
    const std::string name = literal(quoted_table(table.schema, table.name));
    const Cells row = sql.row(fmt::format("SELECT pg_table_size({0}), pg_indexes_size({0}), "
                                          "pg_total_relation_size({0})",
                                          name));
    ledger.same("bytes of the table", std::stoll(*row[0]), table.bytes.table.value_or(-1));
    ledger.same("bytes of its indexes", std::stoll(*row[1]), table.bytes.indexes.value_or(-1));
    ledger.same("bytes together", std::stoll(*row[2]), table.bytes.total.value_or(-1));
}

void compare_table(PlainSql& sql, const TableRecord& table, Ledger& ledger) {
    ledger.at(table.name);
    const std::int64_t rows =
        sql.number("SELECT count(*) FROM " + quoted_table(table.schema, table.name));
    const bool exact = table.rows && table.rows->method == Method::exact;
    ledger.same("rows", rows, exact ? table.rows->value : -1);
    ledger.same("rows examined", rows, table.rows_examined.value_or(-1));
    std::string key;
    for (const auto& column : table.primary_key) {
        key += column + ",";
    }
    ledger.same("primary key", primary_key(sql, table), key);
    ledger.same("foreign keys", foreign_key_count(sql, table),
                static_cast<std::int64_t>(table.foreign_keys.size()));
    compare_bytes(sql, table, ledger);
}

std::int64_t table_count(PlainSql& sql) {
    return sql.number(sql.is_postgres()
                          ? "SELECT count(*) FROM information_schema.tables WHERE table_schema = "
                            "'public' AND table_type = 'BASE TABLE'"
                          : "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND "
                            "name NOT LIKE 'sqlite_%'");
}

} // namespace

void compare_tables(PlainSql& sql, const Document& document, Ledger& ledger, std::size_t counters) {
    for (const auto& table : document.tables) {
        compare_table(sql, table, ledger);
        for (const auto& column : table.columns) {
            compare_column(sql, table, column, ledger, counters);
        }
        for (const auto& key : table.foreign_keys) {
            compare_foreign_key(sql, document, table, key, ledger);
        }
    }
}

void compare_audit(PlainSql& sql, const Document& document, Ledger& ledger, std::size_t counters) {
    ledger.at("the database");
    ledger.same("tables", table_count(sql), static_cast<std::int64_t>(document.tables.size()));
    compare_tables(sql, document, ledger, counters);
}

} // namespace assay::test
