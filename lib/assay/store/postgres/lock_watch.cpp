// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/lock_watch.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace assay::postgres {
namespace {

/// @param relations which of them a session must wait for, or empty
/// @param blocker the process that must be in its way
bool is_waited_for(Connection& connection, std::string_view relations, std::string_view blocker) {
    // pg_blocking_pids() stops the lock manager for a moment: only for those that wait.
    const Result waiting = connection.execute(
        fmt::format("WITH waiting AS MATERIALIZED (SELECT l.pid FROM pg_catalog.pg_locks AS l"
                    " WHERE NOT l.granted AND l.locktype = 'relation' AND l.database ="
                    " (SELECT d.oid FROM pg_catalog.pg_database AS d"
                    " WHERE d.datname = pg_catalog.current_database()){})"
                    " SELECT EXISTS (SELECT FROM waiting AS w"
                    " WHERE {} = ANY (pg_catalog.pg_blocking_pids(w.pid)))",
                    relations, blocker));
    return waiting.rows() == 1 && waiting.flag(0, 0);
}

} // namespace

bool keeps_others_waiting(Connection& connection, int pid) {
    return is_waited_for(connection, "", fmt::to_string(pid));
}

bool LockWatch::is_awaited() {
    const auto now = std::chrono::steady_clock::now();
    if (now < m_next_look) {
        return false;
    }
    m_next_look = now + std::chrono::seconds(1);
    const std::string relations = fmt::format(
        " AND (l.relation = {0} OR l.relation IN (SELECT i.indexrelid FROM pg_catalog.pg_index AS i"
        " WHERE i.indrelid = {0}))",
        m_table.store_id);
    return is_waited_for(m_connection, relations, "pg_catalog.pg_backend_pid()");
}

} // namespace assay::postgres
