// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/catalog.hpp"

#include "assay/base/text.hpp"
#include "assay/store/sqlite/catalog_stats.hpp"
#include "assay/store/sqlite/ddl.hpp"
#include "assay/store/sqlite/declared_type.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay {
namespace {

/// What table_xinfo says in its column "hidden".
enum HiddenColumn : int {
    hidden_no = 0,
    hidden_by_module = 1,
    generated_virtual = 2,
    generated_stored = 3
};

/// SQLite compares names without regard to the case of ASCII letters only.
std::string fold(std::string_view name) { return to_lower_ascii(name); }

bool is_system_name(std::string_view name) { return fold(name).starts_with("sqlite_"); }

/// Puts the answers of the catalog queries together, table by table.
class CatalogReader {
public:
    explicit CatalogReader(SqliteConnection& connection) : m_connection(connection) {}

    Catalog read(TableSizes sizes) {
        read_tables();
        read_definitions();
        read_columns();
        read_indexes();
        read_foreign_keys();
        finish_columns();
        explain_broken();
        read_catalog_stats(m_connection, sizes, m_catalog);
        return std::move(m_catalog);
    }

private:
    TableSchema* find(const std::string& name) {
        const auto position = m_positions.find(fold(name));
        return position == m_positions.end() ? nullptr : &m_catalog.tables[position->second];
    }

    void read_tables();
    void read_definitions();
    void read_columns();
    void read_indexes();
    void read_foreign_keys();
    void finish_columns();
    void read_collations(TableSchema& table);
    void explain_broken();

    void add_table(SQLite::Statement& row);
    void add_column(SQLite::Statement& row);
    void add_index_column(TableSchema& table, SQLite::Statement& row);
    void add_foreign_key_column(TableSchema& table, SQLite::Statement& row);
    void add_key(TableSchema& table, const Index& index);

    SqliteConnection& m_connection;
    Catalog m_catalog;
    std::map<std::string, std::size_t> m_positions;         ///< by folded name
    std::map<std::string, std::string> m_index_sql;         ///< by name
    std::map<std::string, std::map<int, std::string>> m_pk; ///< table -> position -> column
    std::vector<std::string> m_broken;
};

void CatalogReader::read_tables() {
    m_connection.query("SELECT name, type, ncol, wr, strict FROM pragma_table_list "
                       "WHERE schema = 'main' ORDER BY name COLLATE BINARY",
                       [this](SQLite::Statement& row) { add_table(row); });
}

void CatalogReader::add_table(SQLite::Statement& row) {
    TableSchema table;
    table.ref = {"main", text_at(row, 0)};
    const std::string type = text_at(row, 1);
    if (type == "shadow" || is_system_name(table.ref.name)) {
        ++m_catalog.system_tables;
        return;
    }
    if (type == "view") {
        table.kind = TableKind::view;
    } else if (type == "virtual") {
        table.kind = TableKind::virtual_table;
    }
    // SQLite has looked at every view and module to count columns: none means it could not.
    if (row.getColumn(2).getInt() == 0) {
        m_broken.push_back(table.ref.name);
    }
    table.without_rowid = row.getColumn(3).getInt() != 0;
    table.strict = row.getColumn(4).getInt() != 0;
    m_positions.emplace(fold(table.ref.name), m_catalog.tables.size());
    m_catalog.tables.push_back(std::move(table));
}

void CatalogReader::read_definitions() {
    m_connection.query("SELECT type, name, rootpage, sql FROM main.sqlite_schema",
                       [this](SQLite::Statement& row) {
                           const std::string type = text_at(row, 0);
                           const std::string name = text_at(row, 1);
                           if (type == "index") {
                               m_index_sql.emplace(name, text_at(row, 3));
                           } else if (TableSchema* table = type == "table" ? find(name) : nullptr) {
                               table->store_id = row.getColumn(2).getInt64();
                               if (table->kind == TableKind::table) {
                                   table->checks = check_constraints(text_at(row, 3));
                               }
                           }
                       });
}

void CatalogReader::read_columns() {
    // A view or module that cannot be looked at would end the whole statement: it has no columns.
    m_connection.query(
        "SELECT t.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden "
        "FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name, 'main') AS x "
        "WHERE t.schema = 'main' AND t.type <> 'shadow' AND t.ncol > 0 ORDER BY t.name, x.cid",
        [this](SQLite::Statement& row) { add_column(row); });
}

void CatalogReader::add_column(SQLite::Statement& row) {
    const std::string table_name = text_at(row, 0);
    TableSchema* table = find(table_name);
    const int hidden = row.getColumn(6).getInt();
    if (table == nullptr || hidden == hidden_by_module) {
        return;
    }
    ColumnSpec column;
    column.name = text_at(row, 1);
    column.declared_type = text_at(row, 2);
    column.type = declared_column_type(column.declared_type);
    column.nullable = row.getColumn(3).getInt() == 0;
    // A STRICT table has few types, and one of them, ANY, promises nothing.
    column.enforced = table->strict && fold(column.declared_type) != "any";
    if (!row.getColumn(4).isNull()) {
        column.default_sql = text_at(row, 4);
    }
    if (hidden == generated_virtual) {
        column.generated = Generated::virtual_column;
    } else if (hidden == generated_stored) {
        column.generated = Generated::stored;
    }
    if (const int position = row.getColumn(5).getInt(); position > 0) {
        m_pk[fold(table_name)][position] = column.name;
    }
    table->columns.push_back(std::move(column));
}

void CatalogReader::read_indexes() {
    m_connection.query("SELECT t.name, i.name, i.\"unique\", i.origin, i.partial, x.cid, x.name, "
                       "x.\"desc\", x.coll "
                       "FROM pragma_table_list AS t JOIN pragma_index_list(t.name, 'main') AS i "
                       "JOIN pragma_index_xinfo(i.name, 'main') AS x "
                       "WHERE t.schema = 'main' AND t.type = 'table' AND x.key = 1 "
                       "ORDER BY t.name, i.name, x.seqno",
                       [this](SQLite::Statement& row) {
                           if (TableSchema* table = find(text_at(row, 0))) {
                               add_index_column(*table, row);
                           }
                       });
    for (TableSchema& table : m_catalog.tables) {
        for (const Index& index : table.indexes) {
            add_key(table, index);
        }
    }
}

void CatalogReader::add_index_column(TableSchema& table, SQLite::Statement& row) {
    const std::string name = text_at(row, 1);
    if (table.indexes.empty() || table.indexes.back().name != name) {
        Index index;
        index.name = name;
        index.unique = row.getColumn(2).getInt() != 0;
        const std::string origin = text_at(row, 3);
        index.constraint = origin != "c";
        index.method = origin == "pk" && table.without_rowid ? "clustered btree" : "btree";
        index.partial = row.getColumn(4).getInt() != 0;
        if (index.partial) {
            index.definition = index_key_text(m_index_sql[name]);
        }
        table.indexes.push_back(std::move(index));
    }
    Index& index = table.indexes.back();
    const bool is_expression = row.getColumn(5).getInt() == -2;
    index.columns.push_back(is_expression ? std::string() : text_at(row, 6));
    if (is_expression) {
        index.definition = index_key_text(m_index_sql[name]);
    } else if (!index.definition.starts_with('(')) {
        fmt::format_to(std::back_inserter(index.definition), "{}{} {}",
                       index.definition.empty() ? "" : ", ", text_at(row, 8),
                       row.getColumn(7).getInt() != 0 ? "DESC" : "ASC");
    }
}

void CatalogReader::add_key(TableSchema& table, const Index& index) {
    // Keys of UNIQUE constraints; the one of the primary key comes from the columns.
    const auto& primary = m_pk[fold(table.ref.name)];
    const bool is_primary =
        index.columns.size() == primary.size() &&
        std::equal(primary.begin(), primary.end(), index.columns.begin(),
                   [](const auto& a, const std::string& b) { return a.second == b; });
    if (index.constraint && !is_primary) {
        table.unique_keys.push_back({index.name, index.columns});
    }
}

void CatalogReader::read_foreign_keys() {
    // SQLite numbers the keys from the last to the first.
    m_connection.query(
        "SELECT t.name, f.id, f.seq, f.\"table\", f.\"from\", f.\"to\" "
        "FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name, 'main') AS f "
        "WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, f.id DESC, f.seq",
        [this](SQLite::Statement& row) {
            if (TableSchema* table = find(text_at(row, 0))) {
                add_foreign_key_column(*table, row);
            }
        });
}

void CatalogReader::add_foreign_key_column(TableSchema& table, SQLite::Statement& row) {
    const int sequence = row.getColumn(2).getInt();
    const std::string parent_name = text_at(row, 3);
    const TableSchema* parent = find(parent_name);
    if (sequence == 0) {
        ForeignKey key;
        key.referenced = {"main", parent == nullptr ? parent_name : parent->ref.name};
        key.validated = false;
        table.foreign_keys.push_back(std::move(key));
    }
    ForeignKey& key = table.foreign_keys.back();
    key.columns.push_back(text_at(row, 4));
    if (!row.getColumn(5).isNull()) {
        key.referenced_columns.push_back(text_at(row, 5));
        return;
    }
    // Left out in the DDL: the columns of the parent's primary key, in order.
    const auto& primary = m_pk[fold(parent_name)];
    if (const auto column = primary.find(sequence + 1); column != primary.end()) {
        key.referenced_columns.push_back(column->second);
    }
}

/// The names that a key gives in its own spelling, as the table spells them.
void respell(std::vector<std::string>& names, const TableSchema& table) {
    for (std::string& name : names) {
        const auto column =
            std::find_if(table.columns.begin(), table.columns.end(),
                         [&](const ColumnSpec& spec) { return fold(spec.name) == fold(name); });
        if (column != table.columns.end()) {
            name = column->name;
        }
    }
}

/// A single INTEGER PRIMARY KEY column is the rowid: never NULL, always an integer. An index for
/// the primary key tells that it is none ("INTEGER PRIMARY KEY DESC").
bool is_rowid_alias(const TableSchema& table, const Key& key, const ColumnSpec& column) {
    return table.kind == TableKind::table && !table.without_rowid && key.columns.size() == 1 &&
           fold(column.declared_type) == "integer" && column.name == key.columns.front() &&
           std::none_of(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
               return index.constraint && index.columns == key.columns;
           });
}

/// No pragma tells them.
void CatalogReader::read_collations(TableSchema& table) {
    for (ColumnSpec& column : table.columns) {
        const char* collation = nullptr;
        const int result = sqlite3_table_column_metadata(
            m_connection.database().getHandle(), "main", table.ref.name.c_str(),
            column.name.c_str(), nullptr, &collation, nullptr, nullptr, nullptr);
        if (result == SQLITE_OK && collation != nullptr && fold(collation) != "binary") {
            column.loose_collation = collation;
        }
    }
}

void CatalogReader::finish_columns() {
    for (TableSchema& table : m_catalog.tables) {
        if (table.kind == TableKind::table) {
            read_collations(table);
        }
        const auto& primary = m_pk[fold(table.ref.name)];
        if (!primary.empty()) {
            Key key;
            for (const auto& [position, column] : primary) {
                key.columns.push_back(column);
            }
            for (ColumnSpec& column : table.columns) {
                if (is_rowid_alias(table, key, column)) {
                    column.nullable = false;
                    column.enforced = true;
                }
            }
            table.primary_key = std::move(key);
        }
        for (ForeignKey& key : table.foreign_keys) {
            respell(key.columns, table);
            if (const TableSchema* parent = find(key.referenced.name)) {
                respell(key.referenced_columns, *parent);
            }
        }
    }
}

void CatalogReader::explain_broken() {
    for (const std::string& name : m_broken) {
        TableSchema& table = *find(name);
        table.unreadable_reason = m_connection.why_not("SELECT * FROM " + quote_table(table.ref));
        if (table.unreadable_reason.empty()) {
            table.unreadable_reason = "SQLite does not tell its columns";
        }
    }
}

} // namespace

Catalog read_catalog(SqliteConnection& connection, TableSizes sizes) {
    return CatalogReader(connection).read(sizes);
}

} // namespace assay
