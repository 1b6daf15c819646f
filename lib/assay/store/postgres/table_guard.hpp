// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"
#include "assay/table/table.hpp"

#include <cstdint>
#include <string_view>

namespace assay::postgres {

/// Sees to it that what is read under the name of a table is the table of the catalog, whole, as
/// the snapshot has it. Lives inside a UnitOfWork, which gives its locks back.
class TableGuard {
public:
    /// @param table must outlive the guard.
    TableGuard(Connection& connection, const TableSchema& table)
        : m_connection(connection), m_table(table) {}

    /// Before the table is read.
    /// @throws Error of kind locked, permission, query (a materialized view without data) or
    /// changed.
    void enter();
    /// After it was read. @throws Error of kind changed.
    void leave();
    /// After it was read, where the lock may have been lost. @throws Error of kind changed.
    void check();
    /// Between two statements that read it: let go of the table, so that those who wait for a lock
    /// on it have their turn, and take it up again.
    /// @throws Error as enter() does.
    void give_way();
    /// After the transaction went back to its savepoint, which let go of the table: take it up.
    /// @throws Error as enter() does.
    void enter_again();

    /// May we read ctid? That takes a privilege on the whole table. Known after enter().
    bool has_ctid() const noexcept { return m_has_ctid; }
    /// Bytes of its own heap, 0 if it has none. Known after enter().
    std::int64_t heap_bytes() const noexcept { return m_heap_bytes; }
    /// @param what is wrong: "was dropped"
    [[noreturn]] void fail_changed(std::string_view what) const;

private:
    void lock();
    bool try_lock();
    void allow_views();
    void check_identity();
    void check_storage();
    void check_partitions();
    void check_children();

    Connection& m_connection;
    const TableSchema& m_table;
    std::int64_t m_heap_bytes = 0;
    bool m_locked = false;
    bool m_has_ctid = false;
};

} // namespace assay::postgres
