// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sql.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay {
namespace {

/// Types whose binary form nobody decodes come as the text that the server prints.
bool is_read_as_text(ColumnType type) noexcept {
    return type == ColumnType::interval || type == ColumnType::other;
}

std::string select_item(StoreKind kind, const ColumnSpec& column) {
    std::string item = quote_identifier(column.name);
    if (kind == StoreKind::postgresql && is_read_as_text(column.type)) {
        item += "::pg_catalog.text";
    }
    return item;
}

/// "x IS NOT NULL AND y IS NOT NULL": as the standard has it for MATCH SIMPLE, a key with a NULL
/// in it refers to nothing.
std::string complete_key(const ForeignKey& key) {
    std::string condition;
    for (const std::string& column : key.columns) {
        fmt::format_to(std::back_inserter(condition), "{}c.{} IS NOT NULL",
                       condition.empty() ? "" : " AND ", quote_identifier(column));
    }
    return condition;
}

/// "p.id = c.order_id": the parent stands first, because in SQLite the collation of the left side
/// counts, and a foreign key compares by the collation of the parent.
std::string same_key(const ForeignKey& key, std::string_view equals) {
    std::string condition;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
        fmt::format_to(
            std::back_inserter(condition), "{}p.{} {} c.{}", condition.empty() ? "" : " AND ",
            quote_identifier(key.referenced_columns[i]), equals, quote_identifier(key.columns[i]));
    }
    return condition;
}

} // namespace

std::string quote_identifier(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '\0') {
            throw Error(ErrorKind::usage, "a name of a table or a column cannot hold a NUL byte: " +
                                              escape_text(name));
        }
        if (c == '"') {
            quoted.push_back('"');
        }
        quoted.push_back(c);
    }
    quoted.push_back('"');
    return quoted;
}

std::string quote_table(const TableRef& table) {
    return quote_identifier(table.schema) + "." + quote_identifier(table.name);
}

void check_condition(std::string_view where) {
    const auto refuse = [where](std::string_view why) {
        throw Error(ErrorKind::usage, fmt::format("the condition '{}' {}", escape_text(where), why),
                    "give one SQL condition, such as \"status = 'paid'\"");
    };
    std::int64_t open = 0;
    for (std::size_t i = 0; i < where.size(); ++i) {
        const std::string_view rest = where.substr(i);
        const char c = rest.front();
        std::size_t end = 0;
        if (c == '\'' || c == '"') {
            end = rest.find(c, 1);
        } else if (rest.starts_with("/*")) {
            end = rest.find("*/", 2);
        } else if (rest.starts_with("--")) {
            end = std::min(rest.find('\n'), rest.size() - 1); // the condition ends with its line
        }
        if (end == std::string_view::npos) {
            refuse("does not close a quote or a comment");
        }
        i += end;
        open += c == '(' ? 1 : 0;
        open -= c == ')' ? 1 : 0;
        if (open < 0) {
            refuse("closes a parenthesis that it did not open");
        }
        if (c == ';' || c == '\0') {
            refuse("is more than a condition");
        }
    }
    if (open > 0) {
        refuse("does not close a parenthesis");
    }
    if (where.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        refuse("is empty");
    }
}

std::string condition_sql(std::string_view word, std::string_view where) {
    // The condition may end in a comment, and that with the line.
    const std::string_view end = where.find("--") == std::string_view::npos ? "" : "\n";
    return where.empty() ? "" : fmt::format(" {} ({}{})", word, where, end);
}

std::string index_sql(const ScanRequest& request) {
    const bool is_read = !request.index.empty() && request.where.empty();
    return is_read ? " INDEXED BY " + quote_identifier(request.index) : "";
}

std::string scan_sql(StoreKind kind, const ScanRequest& request, std::string_view sampling) {
    std::string list;
    for (const std::size_t ordinal : request.columns) {
        list += list.empty() ? " " : ", ";
        list += select_item(kind, request.table->columns.at(ordinal));
    }
    if (list.empty() && kind == StoreKind::sqlite) {
        list = " 1"; // SQLite does not take an empty list
    }
    return fmt::format("SELECT{} FROM {}{}{}{}", list, quote_table(request.table->ref),
                       index_sql(request), sampling, condition_sql("WHERE", request.where));
}

std::uint64_t sample_seed(const TableRef& table, double fraction) {
    return hash64(fmt::format("{}\n{}\n{}", table.schema, table.name, fraction));
}

std::string sampling_sql(StoreKind kind, const TableRef& table, const SampleDesign& design) {
    if (kind == StoreKind::sqlite || design.unit == SampleUnit::whole) {
        return {};
    }
    constexpr double percent = 100;
    constexpr std::uint64_t seeds = 1'000'000;
    return fmt::format(" TABLESAMPLE {} ({}) REPEATABLE ({})",
                       design.unit == SampleUnit::rows ? "BERNOULLI" : "SYSTEM",
                       std::max(0.0, design.fraction) * percent,
                       sample_seed(table, design.fraction) % seeds);
}

Query row_count_query(StoreKind kind, const TableRef& table, std::string_view where) {
    const std::string_view count = kind == StoreKind::postgresql ? "pg_catalog.count" : "count";
    return {fmt::format("SELECT {}(*) FROM {}{}", count, quote_table(table),
                        condition_sql("WHERE", where)),
            {ColumnType::integer}};
}

Query orphan_query(StoreKind kind, const TableRef& child, const ForeignKey& key,
                   std::string_view where) {
    if (key.columns.empty() || key.columns.size() != key.referenced_columns.size()) {
        throw Error(ErrorKind::query,
                    fmt::format("the foreign key of '{}' does not fit the primary key of '{}'",
                                qualified_name(child), qualified_name(key.referenced)),
                    "name the referenced columns in the foreign key");
    }
    // In Postgres everything is qualified: objects of the same name elsewhere must not answer.
    const bool is_postgres = kind == StoreKind::postgresql;
    const std::string_view count = is_postgres ? "pg_catalog.count" : "count";
    const std::string_view equals = is_postgres ? "OPERATOR(pg_catalog.=)" : "=";
    Query query;
    query.sql =
        fmt::format("SELECT {0}(*), {0}(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM {1} AS p "
                    "WHERE {2})) FROM {3} AS c WHERE {4}{5}",
                    count, quote_table(key.referenced), same_key(key, equals), quote_table(child),
                    complete_key(key), condition_sql("AND", where));
    query.result_types = {ColumnType::integer, ColumnType::integer};
    return query;
}

Query storage_query(const TableRef& table) {
    Value name;
    name.type = ColumnType::text;
    name.kind = CellKind::text;
    name.bytes = table.name;
    Query query;
    query.sql = "SELECT group_concat(integrity_check, char(10)) FROM pragma_integrity_check(?1)"
                " WHERE integrity_check <> 'ok'";
    query.parameters.push_back(std::move(name));
    query.result_types = {ColumnType::text};
    return query;
}

} // namespace assay
