// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_unique.hpp"

#include "assay/base/text.hpp"
#include "assay/command/dedupe_check_keys.hpp"
#include "assay/scan/selection.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace assay {
namespace {

using Names = std::vector<std::string>;

/// Is a key already unique if these columns are? An expression, "", is in no key.
bool covers(const Names& unique, const Names& key) {
    return !unique.empty() && std::all_of(unique.begin(), unique.end(), [&](const auto& name) {
        return std::find(key.begin(), key.end(), name) != key.end();
    });
}

/// The same columns, in any order?
bool same_columns(Names left, Names right) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

bool is_primary(const TableSchema& table, const Names& columns) {
    return table.primary_key && same_columns(table.primary_key->columns, columns);
}

/// What holds the key unique, in words; empty if nothing does.
std::string holder(StoreKind kind, const TableSchema& table, const Names& key) {
    for (const UniqueIndex& index : unique_indexes(kind, table)) {
        if (covers(index.columns, key)) {
            return index.name;
        }
    }
    return {};
}

bool may_be_null(const TableSchema& table, const std::string& name) {
    const auto column = table.find_column(name);
    return !column || table.columns[*column].nullable;
}

bool has_null(const TableSchema& table, const Names& columns) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const std::string& name) { return may_be_null(table, name); });
}

/// Do the store and we agree on which values are equal? SQLite keeps as text what is declared to be
/// a decimal and is none, or has the affinity of a text; we compare them as decimals.
bool compares_alike(StoreKind kind, const TableSchema& table, const Names& columns) {
    return kind != StoreKind::sqlite ||
           std::none_of(columns.begin(), columns.end(), [&](const std::string& name) {
               const auto column = table.find_column(name);
               return !column || table.columns[*column].type == ColumnType::decimal;
           });
}

/// Would an index take values of this column for equal that are different to us? Why nobody can
/// say; empty if it would not.
std::string doubt(StoreKind kind, const ColumnSpec& column) {
    if (!column.loose_collation.empty()) {
        return fmt::format("collation {} of column {} may take texts for equal that differ by "
                           "their bytes, which are compared here",
                           display_identifier(column.loose_collation),
                           display_identifier(column.name));
    }
    if (kind == StoreKind::sqlite) {
        return {};
    }
    if (column.type == ColumnType::other || column.declared_type == "json") {
        return fmt::format("type {} may have no order to index by", column.declared_type);
    }
    if (column.type == ColumnType::json) {
        return "to an index 1.0 and 1.00 in a document are the same number";
    }
    if (column.type == ColumnType::interval) {
        return "to an index 1 day and 24:00:00 are the same interval";
    }
    return column.declared_type == "bpchar" ? "to an index blanks at the end of a bpchar are none"
                                            : "";
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
    constexpr std::size_t most_columns = 32;
    if (kind == StoreKind::postgresql && key.columns.size() > most_columns) {
        return fmt::format("an index has {} columns at most", most_columns);
    }
    for (const std::size_t ordinal : key.columns) {
        if (std::string why = doubt(kind, table.columns[ordinal]); !why.empty()) {
            return "whether one is possible is not known: " + why;
        }
    }
    return key.is_part ? "only some of the rows were looked at" : "";
}

/// SQLite does not find a name of its own.
std::string free_name(const TableSchema& table, const std::string& wanted) {
    const auto is_taken = [&](const std::string& name) {
        return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
            return to_lower_ascii(index.name) == to_lower_ascii(name);
        });
    };
    std::string name = wanted;
    for (int number = 1; is_taken(name); ++number) {
        name = fmt::format("{}{}", wanted, number);
    }
    return name;
}

std::string definition(StoreKind kind, const KeyFacts& key) {
    const TableRef& table = key.table->ref;
    std::string columns;
    std::string name = table.name;
    for (const auto& column : names_of(*key.table, key.columns)) {
        columns += (columns.empty() ? "" : ", ") + quote_identifier(column);
        name += "_" + column;
    }
    // Postgres cuts long names at 63 bytes, and finds one of its own where there is none.
    return kind == StoreKind::sqlite
               ? fmt::format("CREATE UNIQUE INDEX {}.{} ON {} ({});",
                             quote_identifier(table.schema),
                             quote_identifier(free_name(*key.table, name + "_key")),
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

std::vector<UniqueIndex> unique_indexes(StoreKind kind, const TableSchema& table) {
    std::vector<UniqueIndex> found;
    if (table.has_children && table.kind != TableKind::partitioned) {
        return found;
    }
    const bool is_sqlite = kind == StoreKind::sqlite;
    bool has_primary = false;
    for (const Index& index : table.indexes) {
        const bool has_expression =
            std::find(index.columns.begin(), index.columns.end(), "") != index.columns.end();
        if (index.unique && index.valid && !index.partial && !index.deferrable && !has_expression) {
            const bool primary = index.constraint && is_primary(table, index.columns);
            has_primary = has_primary || primary;
            found.push_back({primary && is_sqlite ? std::string(unnamed_primary_key) : index.name,
                             index.columns});
        }
    }
    // A primary key without an index is the rowid.
    if (is_sqlite && table.primary_key && table.kind == TableKind::table && !has_primary) {
        found.insert(found.begin(), {std::string(unnamed_primary_key), table.primary_key->columns});
    }
    return found;
}

std::string guarantor(StoreKind kind, const TableSchema& table,
                      const std::vector<std::size_t>& columns, NullPolicy nulls) {
    const Names key = names_of(table, columns);
    for (const UniqueIndex& index : unique_indexes(kind, table)) {
        const bool counts_null = nulls == NullPolicy::equal || is_primary(table, index.columns);
        if (covers(index.columns, key) && compares_alike(kind, table, index.columns) &&
            !(counts_null && has_null(table, index.columns))) {
            return index.name;
        }
    }
    return {};
}

Facts unique_advice(StoreKind kind, const KeyFacts& key) {
    const Names names = names_of(*key.table, key.columns);
    if (const std::string by = holder(kind, *key.table, names); !by.empty()) {
        return advice(by, true,
                      key.counts.surplus_rows == 0 ? by + " holds it"
                                                   : by + " holds it, but not against NULL",
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
