// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/catalog_rows.hpp"

#include "assay/store/postgres/catalog_queries.hpp"

#include <string_view>

namespace assay::postgres {
namespace {

std::vector<std::string> texts(const Result& found, int row, int end, int column) {
    std::vector<std::string> list;
    for (; row < end; ++row) {
        list.push_back(found.text(row, column));
    }
    return list;
}

/// "USING btree (a, b DESC) WHERE ...": the definition without the names of index and table. While
/// the table is locked it is not known, and the name that no other index of the table has stands
/// in.
std::string definition_of(const Result& found, int row) {
    if (found.is_null(row, index_definition)) {
        return found.text(row, index_name);
    }
    std::string_view definition = found.bytes(row, index_definition);
    const auto skip = [&definition](std::string_view prefix) {
        if (definition.starts_with(prefix)) {
            definition.remove_prefix(prefix.size());
        }
    };
    skip(found.bytes(row, index_definition_prefix));
    skip("ONLY ");
    skip(found.bytes(row, index_table_prefix));
    return std::string(definition);
}

} // namespace

Oid oid_at(const Result& result, int row, int column) {
    return static_cast<Oid>(result.integer(row, column).value_or(0));
}

char letter_at(const Result& result, int row, int column) {
    const auto text = result.bytes(row, column);
    return text.empty() ? '\0' : text.front();
}

TableKind table_kind(char relkind, bool is_partition) noexcept {
    switch (relkind) {
    case 'p': return TableKind::partitioned;
    case 'v': return TableKind::view;
    case 'm': return TableKind::materialized_view;
    case 'f': return TableKind::foreign;
    default: return is_partition ? TableKind::partition : TableKind::table;
    }
}

ColumnSpec make_column(const Result& found, int row, ColumnType type) {
    ColumnSpec column;
    column.name = found.text(row, attribute_name);
    column.type = type;
    column.declared_type = found.text(row, attribute_declared);
    column.nullable = !found.flag(row, attribute_not_null);
    column.readable = found.flag(row, attribute_selectable);
    column.comment = found.text(row, attribute_comment);
    column.loose_collation = found.text(row, attribute_loose_collation);
    if (!found.is_null(row, attribute_default)) {
        column.default_sql = found.text(row, attribute_default);
    }
    const char generated = letter_at(found, row, attribute_generated);
    if (letter_at(found, row, attribute_identity) != '\0') {
        column.generated = Generated::identity;
    } else if (generated == 's') {
        column.generated = Generated::stored;
    } else if (generated == 'v') {
        column.generated = Generated::virtual_column;
    }
    return column;
}

void add_constraint(const Result& found, int row, int end, TableSchema& table) {
    const std::string name = found.text(row, constraint_name);
    const bool validated = found.flag(row, constraint_validated);
    switch (letter_at(found, row, constraint_kind)) {
    case 'p': table.primary_key = Key{name, texts(found, row, end, constraint_column)}; return;
    case 'u':
        table.unique_keys.push_back({name, texts(found, row, end, constraint_column)});
        return;
    case 'c':
        table.checks.push_back({name, found.text(row, constraint_expression), validated});
        return;
    default:
        table.foreign_keys.push_back(
            {name,
             texts(found, row, end, constraint_column),
             {found.text(row, constraint_target_schema), found.text(row, constraint_target_name)},
             texts(found, row, end, constraint_target_column),
             validated});
    }
}

Index make_index(const Result& found, int row, int end) {
    Index index;
    index.name = found.text(row, index_name);
    index.columns = texts(found, row, end, index_column);
    index.unique = found.flag(row, index_is_unique);
    index.valid = found.flag(row, index_is_valid);
    index.partial = found.flag(row, index_is_partial);
    index.deferrable = found.flag(row, index_is_deferrable);
    index.constraint = found.flag(row, index_is_constraint);
    index.method = found.text(row, index_method);
    index.definition = definition_of(found, row);
    return index;
}

} // namespace assay::postgres
