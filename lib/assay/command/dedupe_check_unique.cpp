// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_unique.hpp"

#include "assay/base/text.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace assay {
namespace {

using Names = std::vector<std::string>;

Names names_of(const KeyFacts& key) {
    Names names;
    for (const std::size_t ordinal : key.columns) {
        names.push_back(key.table->columns[ordinal].name);
    }
    return names;
}

/// Is a key already unique if these columns are? An expression, "", is in no key.
bool covers(const Names& unique, const Names& key) {
    return !unique.empty() && std::all_of(unique.begin(), unique.end(), [&](const auto& name) {
        return std::find(key.begin(), key.end(), name) != key.end();
    });
}

/// What holds the key unique, in words; empty if nothing does.
std::string holder(const TableSchema& table, const Names& key) {
    if (table.primary_key && covers(table.primary_key->columns, key)) {
        return table.primary_key->name.empty() ? "the primary key" : table.primary_key->name;
    }
    for (const Index& index : table.indexes) {
        if (index.unique && index.valid && !index.partial && covers(index.columns, key)) {
            return index.name;
        }
    }
    for (const Key& unique : table.unique_keys) {
        if (covers(unique.columns, key)) {
            return unique.name.empty() ? "a unique key" : unique.name;
        }
    }
    return {};
}

/// Why nobody can say whether there could be such an index; empty if one can.
std::string doubt(StoreKind kind, const KeyFacts& key) {
    const TableSchema& table = *key.table;
    if (table.kind == TableKind::view || table.kind == TableKind::foreign ||
        table.kind == TableKind::virtual_table) {
        return fmt::format("a {} has no unique index", to_string(table.kind));
    }
    if (table.has_children) {
        return "it would not hold across partitions unless it has their key";
    }
    for (const std::size_t ordinal : key.columns) {
        const ColumnSpec& column = table.columns[ordinal];
        const bool unsure = column.type == ColumnType::other || column.declared_type == "json";
        if (kind == StoreKind::postgresql && unsure) {
            return fmt::format("type {} may have no order to index by", column.declared_type);
        }
    }
    return key.is_part ? "only some of the rows were looked at" : "";
}

std::string definition(StoreKind kind, const KeyFacts& key) {
    const TableRef& table = key.table->ref;
    std::string columns;
    std::string name = table.name;
    for (const auto& column : names_of(key)) {
        columns += (columns.empty() ? "" : ", ") + quote_identifier(column);
        name += "_" + column;
    }
    // Postgres cuts long names at 63 bytes, and finds one of its own where there is none.
    return kind == StoreKind::sqlite
               ? fmt::format("CREATE UNIQUE INDEX {}.{} ON {} ({});",
                             quote_identifier(table.schema), quote_identifier(name + "_key"),
                             quote_identifier(table.name), columns)
               : fmt::format("CREATE UNIQUE INDEX CONCURRENTLY ON {} ({});", quote_table(table),
                             columns);
}

Facts advice(std::string_view by, Fact possible, std::string why, Fact ddl) {
    return {{"by", by.empty() ? Fact() : Fact(by)},
            {"possible", std::move(possible)},
            {"why", std::move(why)},
            {"ddl", std::move(ddl)}};
}

} // namespace

Facts unique_advice(StoreKind kind, const KeyFacts& key) {
    if (const std::string by = holder(*key.table, names_of(key)); !by.empty()) {
        return advice(
            by, true,
            key.counts.surplus_rows == 0
                ? fmt::format("{} holds it", display_identifier(by))
                : fmt::format("{} holds it, but not against NULL", display_identifier(by)),
            {});
    }
    if (const std::string why = doubt(kind, key); !why.empty()) {
        return advice("", {}, "none; " + why, {});
    }
    const std::int64_t nulls = key.counts.null_key_rows;
    std::string why = key.counts.surplus_rows == 0
                          ? "none; one is possible"
                          : "none; one is possible once the surplus rows are gone";
    if (nulls > 0) {
        why += fmt::format("; NULL may repeat all the same ({})", count_of(nulls, "row"));
    }
    return advice("", key.counts.surplus_rows == 0, std::move(why), definition(kind, key));
}

} // namespace assay
