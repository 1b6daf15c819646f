// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/catalog.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/postgres/catalog_children.hpp"
#include "assay/store/postgres/catalog_queries.hpp"
#include "assay/store/postgres/catalog_rows.hpp"
#include "assay/store/postgres/transaction.hpp"
#include "assay/store/postgres/type_map.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace assay::postgres {
namespace {

/// Bytes on disk: of the rows alone, and with everything that belongs to them.
struct Size {
    std::int64_t main = 0;
    std::int64_t all = 0;
};

/// Puts the catalog together from the results of its statements.
class CatalogReader {
public:
    CatalogReader(Connection& connection, const ServerFacts& server)
        : m_connection(connection), m_server(server) {}

    Catalog read() {
        count_left_out();
        read_relations();
        read_types();
        read_attributes();
        read_constraints();
        read_sizes();
        read_indexes();
        settle_privileges();
        read_children();
        return std::move(m_catalog);
    }

private:
    void count_left_out() {
        const Result counts = run(left_out_query());
        m_catalog.system_tables = counts.integer(0, 0).value_or(0);
        m_catalog.extension_tables = counts.integer(0, 1).value_or(0);
    }

    void read_relations() {
        const Result found = run(relations_query());
        for (int row = 0; row < found.rows(); ++row) {
            m_catalog.tables.push_back(make_table(found, row));
        }
        auto& tables = m_catalog.tables;
        std::sort(tables.begin(), tables.end(),
                  [](const auto& left, const auto& right) { return left.ref < right.ref; });
        for (std::size_t i = 0; i < tables.size(); ++i) {
            m_ordinals.emplace(static_cast<Oid>(tables[i].store_id), i);
        }
    }

    TableSchema make_table(const Result& found, int row) {
        TableSchema table;
        table.store_id = found.integer(row, relation_oid).value_or(0);
        table.ref = {found.text(row, relation_schema), found.text(row, relation_name)};
        table.kind = table_kind(letter_at(found, row, relation_kind),
                                found.flag(row, relation_is_partition));
        table.populated = found.flag(row, relation_is_populated);
        table.owner = found.text(row, relation_owner);
        table.comment = found.text(row, relation_comment);
        table.pages = found.integer(row, relation_pages).value_or(0);
        table.stats.row_estimate = row_estimate(table, found.integer(row, relation_tuples));
        const bool schema_usable = found.flag(row, relation_schema_usable);
        if (!schema_usable) {
            table.unreadable_reason = "no USAGE privilege on its schema";
        } else if (found.flag(row, relation_row_security)) {
            table.unreadable_reason = "row-level security would hide rows from this role";
        } else if (found.flag(row, relation_is_unlogged) && m_server.in_recovery) {
            table.unreadable_reason = "an unlogged table cannot be read on a standby";
        } else if (!found.flag(row, relation_selectable)) {
            m_unselectable.push_back(static_cast<Oid>(table.store_id));
        }
        return table;
    }

    /// Before version 14 a table that was never analysed has 0 rows, and -1 since.
    std::optional<std::int64_t> row_estimate(const TableSchema& table,
                                             std::optional<std::int64_t> tuples) const {
        constexpr int version_14 = 140'000;
        const bool never_analysed =
            m_connection.server_version() < version_14 && tuples == 0 && table.pages == 0;
        if (table.kind == TableKind::view || !tuples || *tuples < 0 || never_analysed) {
            return std::nullopt;
        }
        return tuples;
    }

    void read_types() {
        const Result found = run(types_query());
        for (int row = 0; row < found.rows(); ++row) {
            m_types.emplace(oid_at(found, row, type_id),
                            Type{letter_at(found, row, type_kind), oid_at(found, row, type_base)});
        }
    }

    ColumnType resolve_type(Oid type) const {
        auto found = m_types.find(type);
        while (found != m_types.end() && found->second.kind == 'd') {
            type = found->second.base;
            found = m_types.find(type);
        }
        return column_type(type, found != m_types.end() ? found->second.kind : 'b');
    }

    void read_attributes() {
        const Result found = run(attributes_query(m_connection.server_version()));
        for (int row = 0; row < found.rows(); ++row) {
            TableSchema* table = find_table(oid_at(found, row, attribute_relation));
            if (table != nullptr) {
                const ColumnType type = resolve_type(oid_at(found, row, attribute_type));
                table->columns.push_back(make_column(found, row, type));
            }
        }
    }

    void read_constraints() {
        const Result found = run(constraints_query(m_connection.server_version()));
        int end = 0;
        for (int row = 0; row < found.rows(); row = end) {
            end = end_of_group(found, row, constraint_oid);
            TableSchema* table = find_table(oid_at(found, row, constraint_relation));
            if (table != nullptr) {
                add_constraint(found, row, end, *table);
            }
        }
    }

    /// Where locks keep coming, page counts have to do.
    void read_sizes() {
        try {
            const Result found = run(sizes_query());
            for (int row = 0; row < found.rows(); ++row) {
                const auto main = found.integer(row, size_main);
                const auto all = found.integer(row, size_all);
                if (main && all) {
                    m_sizes[oid_at(found, row, size_relation)] = {*main, *all};
                }
            }
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::locked) {
                throw;
            }
        }
        for (auto& table : m_catalog.tables) {
            set_table_size(table);
        }
    }

    void set_table_size(TableSchema& table) const {
        const bool has_storage = table.kind == TableKind::table ||
                                 table.kind == TableKind::partition ||
                                 table.kind == TableKind::materialized_view;
        if (!has_storage) {
            table.pages = 0;
            return;
        }
        const auto size = m_sizes.find(static_cast<Oid>(table.store_id));
        if (size != m_sizes.end()) {
            table.pages = m_server.block_bytes > 0 ? size->second.main / m_server.block_bytes : 0;
            table.stats.table_bytes = size->second.all;
            table.stats.index_bytes = 0;
            return;
        }
        table.stats.bytes_exact = false;
        if (table.pages > 0) {
            table.stats.table_bytes = table.pages * m_server.block_bytes;
            table.stats.index_bytes = 0;
        }
    }

    void read_indexes() {
        const Result found = run(indexes_query(m_connection.server_version()));
        int end = 0;
        for (int row = 0; row < found.rows(); row = end) {
            end = end_of_group(found, row, index_oid);
            TableSchema* table = find_table(oid_at(found, row, index_relation));
            if (table != nullptr) {
                Index index = make_index(found, row, end);
                index.bytes = index_bytes(oid_at(found, row, index_oid));
                add_index_bytes(table->stats, index, found.integer(row, index_pages).value_or(0));
                table->indexes.push_back(std::move(index));
            }
        }
        for (auto& table : m_catalog.tables) {
            auto& stats = table.stats;
            if (stats.table_bytes && stats.index_bytes) {
                stats.total_bytes = *stats.table_bytes + *stats.index_bytes;
            }
        }
    }

    std::optional<std::int64_t> index_bytes(Oid index) const {
        const auto size = m_sizes.find(index);
        return size != m_sizes.end() ? std::optional(size->second.all) : std::nullopt;
    }

    void add_index_bytes(TableStats& stats, const Index& index, std::int64_t pages) const {
        if (!stats.index_bytes) {
            return;
        }
        *stats.index_bytes += index.bytes.value_or(pages * m_server.block_bytes);
        stats.bytes_exact = stats.bytes_exact && index.bytes.has_value();
    }

    /// A table that is not selectable as a whole may still have columns that are.
    void settle_privileges() {
        for (const Oid oid : m_unselectable) {
            TableSchema& table = *find_table(oid);
            const bool any = std::any_of(table.columns.begin(), table.columns.end(),
                                         [](const ColumnSpec& column) { return column.readable; });
            if (!any) {
                table.unreadable_reason = "no SELECT privilege";
            }
        }
    }

    void read_children() {
        const Result found = run(children_query());
        for (int row = 0; row < found.rows(); ++row) {
            const Oid parent = oid_at(found, row, child_parent);
            if (TableSchema* table = find_table(parent)) {
                table->has_children = true;
                m_children[parent].push_back(oid_at(found, row, child_relation));
            }
        }
        for (auto& table : m_catalog.tables) {
            table.has_children = table.has_children || table.kind == TableKind::partitioned;
        }
        include_children(m_catalog.tables, m_children);
        name_descendants(m_catalog.tables, m_children);
        list_heaps(m_catalog.tables, m_children);
    }

    /// A lock that came after the statement had read the list of locks makes it fail: then the list
    /// is read once more.
    Result run(const std::string& sql) {
        try {
            return run_once(sql);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::locked) {
                throw;
            }
        }
        try {
            return run_once(sql);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::locked) {
                throw;
            }
            throw Error(error.kind(),
                        std::string("the catalog cannot be read: while it was, ") + error.what(),
                        error.hint());
        }
    }

    Result run_once(const std::string& sql) {
        const UnitOfWork unit(m_connection);
        return m_connection.execute(sql);
    }

    /// @return nullptr for a table that came up between two statements.
    TableSchema* find_table(Oid oid) {
        const auto ordinal = m_ordinals.find(oid);
        return ordinal != m_ordinals.end() ? &m_catalog.tables[ordinal->second] : nullptr;
    }

    /// The row after the last one with the same value in `column`.
    static int end_of_group(const Result& found, int row, int column) {
        int end = row + 1;
        while (end < found.rows() && found.bytes(end, column) == found.bytes(row, column)) {
            ++end;
        }
        return end;
    }

    struct Type {
        char kind; ///< pg_type.typtype
        Oid base;  ///< of a domain
    };

    Connection& m_connection;
    const ServerFacts& m_server;
    Catalog m_catalog;
    std::unordered_map<Oid, std::size_t> m_ordinals;
    std::unordered_map<Oid, Type> m_types;
    std::unordered_map<Oid, Size> m_sizes;
    ChildrenByParent m_children;
    std::vector<Oid> m_unselectable;
};

} // namespace

Catalog read_catalog(Connection& connection, const ServerFacts& server) {
    return CatalogReader(connection, server).read();
}

} // namespace assay::postgres
