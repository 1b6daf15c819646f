// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"
#include "assay/table/table.hpp"

#include <chrono>

namespace assay::postgres {

/// Does any session of this database wait for a lock on a table or index that process `pid` keeps
/// from it? Stops the lock manager for a moment if somebody waits.
bool keeps_others_waiting(Connection& connection, int pid);

/// Sees whether our lock on a table, weak as it is, holds others up.
class LockWatch {
public:
    /// @param table must outlive the watch.
    LockWatch(Connection& connection, const TableSchema& table)
        : m_connection(connection), m_table(table) {}

    /// Does a session wait for a lock on the table or what inherits from it, or on an index of
    /// these, that ours keeps from it?
    /// Looks at most once a second, because the list of locks is a costly one, and says no
    /// meanwhile.
    bool is_awaited();

private:
    Connection& m_connection;
    const TableSchema& m_table;
    std::chrono::steady_clock::time_point m_next_look = std::chrono::steady_clock::now();
};

} // namespace assay::postgres
