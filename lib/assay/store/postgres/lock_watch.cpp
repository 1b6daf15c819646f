// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/lock_watch.hpp"

#include "assay/store/postgres/catalog_queries.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace assay::postgres {
namespace {

/// @param relations which of them a session must wait for, or empty
/// @param blocker the process that must be in its way
/// @param with how the statement begins
bool is_waited_for(Connection& connection, std::string_view with, std::string_view relations,
                   std::string_view blocker) {
    // pg_blocking_pids() stops the lock manager for a moment: only for those that wait.
    const Result waiting = connection.execute(
        fmt::format("{} waiting AS MATERIALIZED (SELECT l.pid FROM pg_catalog.pg_locks AS l"
                    " WHERE NOT l.granted AND l.locktype = 'relation' AND l.database ="
                    " (SELECT d.oid FROM pg_catalog.pg_database AS d"
                    " WHERE d.datname = pg_catalog.current_database()){})"
                    " SELECT EXISTS (SELECT FROM waiting AS w"
                    " WHERE {} = ANY (pg_catalog.pg_blocking_pids(w.pid)))",
                    with, relations, blocker));
    return waiting.rows() == 1 && waiting.flag(0, 0);
}

} // namespace

bool keeps_others_waiting(Connection& connection, int pid) {
    return is_waited_for(connection, "WITH", "", fmt::to_string(pid));
}

bool LockWatch::is_awaited() {
    const auto now = std::chrono::steady_clock::now();
    if (now < m_next_look) {
        return false;
    }
    m_next_look = now + std::chrono::seconds(1);
    return is_waited_for(m_connection, with_descendants(m_table.store_id) + ",",
                         " AND l.relation IN (SELECT oid FROM part UNION"
                         " SELECT i.indexrelid FROM pg_catalog.pg_index AS i"
                         " JOIN part ON i.indrelid = part.oid)",
                         "pg_catalog.pg_backend_pid()");
}

} // namespace assay::postgres
