// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/lock_watch.hpp"

#include <fmt/format.h>

namespace assay::postgres {

bool LockWatch::is_awaited() {
    const auto now = std::chrono::steady_clock::now();
    if (now < m_next_look) {
        return false;
    }
    m_next_look = now + std::chrono::seconds(1);
    // pg_blocking_pids() stops the lock manager for a moment: only for those that wait.
    const Result waiting = m_connection.execute(fmt::format(
        "WITH waiting AS MATERIALIZED (SELECT l.pid FROM pg_catalog.pg_locks AS l"
        " WHERE NOT l.granted AND l.locktype = 'relation' AND l.database ="
        " (SELECT d.oid FROM pg_catalog.pg_database AS d"
        " WHERE d.datname = pg_catalog.current_database())"
        " AND (l.relation = {0} OR l.relation IN (SELECT i.indexrelid FROM pg_catalog.pg_index AS i"
        " WHERE i.indrelid = {0})))"
        " SELECT EXISTS (SELECT FROM waiting AS w"
        " WHERE pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(w.pid)))",
        m_table.store_id));
    return waiting.rows() == 1 && waiting.flag(0, 0);
}

} // namespace assay::postgres
