// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/table_guard.hpp"

#include "assay/base/error.hpp"
#include "assay/store/postgres/catalog_queries.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

namespace assay::postgres {
namespace {

/// A text constant. The session has standard_conforming_strings on.
std::string quote_literal(std::string_view text) {
    std::string quoted = "'";
    for (const char letter : text) {
        quoted += letter;
        if (letter == '\'') {
            quoted += '\'';
        }
    }
    return quoted + "'";
}

} // namespace

void TableGuard::enter() {
    if (!m_table.populated) {
        throw Error(ErrorKind::query, "the materialized view was never refreshed",
                    "run REFRESH MATERIALIZED VIEW on it");
    }
    lock();
    allow_views();
    check();
}

void TableGuard::check() {
    check_identity();
    check_storage();
}

void TableGuard::leave() {
    if (!m_locked || m_table.has_children) {
        check_storage(); // nothing kept others from changing it meanwhile
    }
}

void TableGuard::give_way() {
    m_connection.execute("ROLLBACK TO SAVEPOINT assay");
    m_connection.pause(std::chrono::milliseconds(100));
    enter_again();
}

void TableGuard::enter_again() {
    m_locked = false;
    enter();
}

/// begin_read_only() forbids views and foreign tables, so that nobody can put one in the place of a
/// table. One that was asked for is allowed until the savepoint.
void TableGuard::allow_views() {
    const bool is_foreign = m_table.kind == TableKind::foreign || m_table.has_children;
    const bool is_view = m_table.kind == TableKind::view;
    if (!is_foreign && !is_view) {
        return;
    }
    m_connection.execute(
        fmt::format("SELECT pg_catalog.set_config(name, '{}', true) FROM pg_catalog.pg_settings"
                    " WHERE name OPERATOR(pg_catalog.=) 'restrict_nonsystem_relation_kind'",
                    is_view ? "" : "view"));
}

/// Keep others from changing the table. That takes a privilege on all of it; with privileges on
/// some columns only, check_storage() has to do.
void TableGuard::lock() {
    const bool has_storage = m_table.kind == TableKind::table ||
                             m_table.kind == TableKind::partition ||
                             m_table.kind == TableKind::partitioned;
    while (has_storage && !try_lock()) {
    }
}

/// @return false if somebody else has the table and a further try makes sense.
bool TableGuard::try_lock() {
    try {
        m_connection.execute("LOCK TABLE ONLY " + quote_table(m_table.ref) +
                             " IN ACCESS SHARE MODE");
        m_locked = true;
        return true;
    } catch (const Error& error) {
        const bool is_locked = error.kind() == ErrorKind::locked;
        if (!is_locked && error.kind() != ErrorKind::permission) {
            throw;
        }
        m_connection.execute("ROLLBACK TO SAVEPOINT assay");
        if (is_locked && !m_connection.pause_for_lock()) {
            throw;
        }
        return !is_locked;
    }
}

/// The name must still lead to the table of the catalog.
void TableGuard::check_identity() {
    const Result found = m_connection.execute(fmt::format(
        "SELECT pg_catalog.to_regclass({})::pg_catalog.oid OPERATOR(pg_catalog.=) c.oid,"
        " pg_catalog.has_table_privilege(c.oid, 'SELECT'),"
        " CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_relation_size(c.oid) END"
        " FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) {}",
        quote_literal(quote_table(m_table.ref)), m_table.store_id));
    if (found.rows() != 1 || !found.flag(0, 0)) {
        fail_changed("was replaced or dropped");
    }
    m_has_ctid = found.flag(0, 1);
    m_heap_bytes = found.integer(0, 2).value_or(0);
}

/// Its storage, and that of its children, must be the one that the snapshot knows: after a TRUNCATE
/// or a rewrite the snapshot would see no rows at all.
void TableGuard::check_storage() {
    const Result other = m_connection.execute(
        with_descendants(m_table.store_id) +
        " SELECT pg_catalog.count(*) FROM part"
        " JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) part.oid"
        " WHERE NULLIF(c.relfilenode, 0)"
        " IS DISTINCT FROM pg_catalog.pg_relation_filenode(c.oid)");
    if (other.integer(0, 0) != 0) {
        fail_changed("was truncated or rewritten");
    }
    check_partitions();
    check_children();
}

/// A scan reads the children that there are when it begins, whatever the snapshot says. What the
/// snapshot says stands in pg_inherits; what there is, the planner tells.
void TableGuard::check_children() {
    if (m_table.kind != TableKind::table || !m_table.has_children) {
        return;
    }
    const Result known = m_connection.execute(with_descendants(m_table.store_id) +
                                              " SELECT pg_catalog.count(*) FROM part");
    const Result plan = m_connection.execute("EXPLAIN (FORMAT JSON, COSTS OFF) SELECT FROM " +
                                             quote_table(m_table.ref));
    // Inside a name the quote after the word would have a backslash before it.
    constexpr std::string_view scanned = "\"Relation Name\": ";
    const std::string_view text = plan.bytes(0, 0);
    std::int64_t tables = 0;
    for (auto at = text.find(scanned); at != std::string_view::npos;
         at = text.find(scanned, at + scanned.size())) {
        ++tables;
    }
    if (known.integer(0, 0) != tables) {
        fail_changed("got or lost a child");
    }
}

/// As check_children(); what there is pg_partition_tree() tells.
void TableGuard::check_partitions() {
    constexpr int version_12 = 120'000;
    if (m_table.kind != TableKind::partitioned || m_connection.server_version() < version_12) {
        return;
    }
    const Result other = m_connection.execute(
        fmt::format("{} SELECT pg_catalog.count(*) FROM part"
                    " FULL JOIN pg_catalog.pg_partition_tree({}) AS now"
                    " ON now.relid::pg_catalog.oid OPERATOR(pg_catalog.=) part.oid"
                    " WHERE part.oid IS NULL OR now.relid IS NULL",
                    with_descendants(m_table.store_id), m_table.store_id));
    if (other.integer(0, 0) != 0) {
        fail_changed("got or lost a partition");
    }
}

void TableGuard::fail_changed(std::string_view what) const {
    throw Error(ErrorKind::changed, fmt::format("it {} after the run had begun", what),
                "run again");
}

} // namespace assay::postgres
