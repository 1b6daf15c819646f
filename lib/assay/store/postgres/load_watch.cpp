// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/load_watch.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/postgres/connection.hpp"

#include <fmt/format.h>

namespace assay::postgres {
namespace {

/// Sessions of applications that run a statement; ours, which have the same name, do not count.
std::int64_t active_sessions(Connection& connection) {
    // The server shows a transaction the same list each time unless it is told to forget it.
    connection.execute("SELECT pg_catalog.pg_stat_clear_snapshot()");
    const Result found = connection.execute(
        "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity AS a"
        " WHERE a.state = 'active' AND a.backend_type = 'client backend'"
        " AND a.application_name <> pg_catalog.current_setting('application_name')");
    return found.integer(0, 0).value_or(0);
}

/// How far a standby is behind its primary. 0 on a primary, and where all is replayed that came: a
/// primary that writes nothing sends nothing. nullopt: it has replayed nothing since it started.
std::optional<Micros> lag(Connection& connection) {
    const Result found = connection.execute(
        "SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery()"
        " OR pg_catalog.pg_last_wal_receive_lsn() <= pg_catalog.pg_last_wal_replay_lsn() THEN 0"
        " ELSE (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()"
        " OPERATOR(pg_catalog.-) pg_catalog.pg_last_xact_replay_timestamp())"
        " OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8 END");
    return found.integer(0, 0);
}

} // namespace

void LoadWatch::require_sight(Connection& connection) const {
    if (!m_max_load) {
        return;
    }
    const Result may = connection.execute("SELECT pg_catalog.pg_has_role('pg_read_all_stats', "
                                          "'USAGE')");
    if (!may.flag(0, 0)) {
        throw Error(ErrorKind::permission,
                    "--max-load has to see what other sessions do, and this role may not",
                    "GRANT pg_read_all_stats to it, or leave --max-load out");
    }
}

std::string LoadWatch::reason(Connection& connection) {
    const auto now = std::chrono::steady_clock::now();
    if ((m_max_load || m_max_replay_lag) && now >= m_next_look) {
        m_reason = look(connection);
        m_next_look = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    }
    return m_reason;
}

std::string LoadWatch::look(Connection& connection) {
    constexpr int patience = 10; // looks, one a second
    if (m_max_load && active_sessions(connection) > *m_max_load) {
        return fmt::format("as long as more than {} active on the server",
                           count_of(*m_max_load, "other session is", "other sessions are"));
    }
    if (!m_max_replay_lag) {
        return {};
    }
    const Micros most = std::chrono::microseconds(*m_max_replay_lag).count();
    const Micros behind = lag(connection).value_or(0);
    if (behind <= most) {
        m_looks_at_lag = 0;
        return {};
    }
    if (++m_looks_at_lag > patience) {
        m_has_given_up = true;
        throw Error(ErrorKind::limit,
                    fmt::format("the standby is {} behind, more than the {} of --max-replay-lag",
                                format_duration(behind), format_duration(most)),
                    "run again when it has caught up, or ask the primary");
    }
    return fmt::format("as long as the standby is more than {} behind", format_duration(most));
}

} // namespace assay::postgres
