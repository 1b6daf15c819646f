// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/table/table.hpp"

namespace assay {

std::string qualified_name(const TableRef& table) {
    return table.schema.empty() ? table.name : table.schema + "." + table.name;
}

std::string_view to_string(TableKind kind) noexcept {
    switch (kind) {
    case TableKind::table: return "table";
    case TableKind::partitioned: return "partitioned table";
    case TableKind::partition: return "partition";
    case TableKind::view: return "view";
    case TableKind::materialized_view: return "materialized view";
    case TableKind::foreign: return "foreign table";
    case TableKind::virtual_table: return "virtual table";
    }
    return "table";
}

std::string_view to_string(ColumnType type) noexcept {
    switch (type) {
    case ColumnType::boolean: return "boolean";
    case ColumnType::integer: return "integer";
    case ColumnType::real: return "real";
    case ColumnType::decimal: return "decimal";
    case ColumnType::text: return "text";
    case ColumnType::date: return "date";
    case ColumnType::time: return "time";
    case ColumnType::timestamp: return "timestamp";
    case ColumnType::timestamptz: return "timestamptz";
    case ColumnType::interval: return "interval";
    case ColumnType::uuid: return "uuid";
    case ColumnType::bytes: return "bytes";
    case ColumnType::json: return "json";
    case ColumnType::other: return "other";
    }
    return "other";
}

bool is_numeric(ColumnType type) noexcept {
    return type == ColumnType::integer || type == ColumnType::real || type == ColumnType::decimal;
}

bool is_temporal(ColumnType type) noexcept {
    return type == ColumnType::date || type == ColumnType::timestamp ||
           type == ColumnType::timestamptz;
}

bool is_categorical(ColumnType type) noexcept {
    return type == ColumnType::text || type == ColumnType::other || type == ColumnType::boolean;
}

std::optional<std::size_t> TableSchema::find_column(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name == name) {
            return i;
        }
    }
    return std::nullopt;
}

} // namespace assay
