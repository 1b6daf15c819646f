// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/setup.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/postgres/server_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::postgres {
namespace {

/// SET without LOCAL would outlive the transaction in a pooled session and change the behaviour of
/// somebody else's application.
void set_local(Connection& connection, std::string_view setting, std::string_view value) {
    connection.execute(fmt::format("SET LOCAL {} = {}", setting, value));
}

void join_snapshot(Connection& connection, const std::string& snapshot) {
    const bool plain = std::all_of(snapshot.begin(), snapshot.end(), [](char letter) {
        return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'F') ||
               letter == '-';
    });
    if (!plain) {
        throw Error(ErrorKind::query, "the server exported a snapshot with an odd name");
    }
    connection.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
}

void apply_settings(Connection& connection, const SessionOptions& options) {
    const auto milliseconds = [](std::chrono::milliseconds limit) {
        return fmt::format("'{}ms'", limit.count());
    };
    constexpr int version_12 = 120'000;
    set_local(connection, "search_path", "''");
    set_local(connection, "statement_timeout", milliseconds(options.statement_timeout));
    set_local(connection, "lock_timeout", milliseconds(options.lock_timeout));
    set_local(connection, "idle_in_transaction_session_timeout", milliseconds(options.idle_limit));
    set_local(connection, "row_security", "off"); // an error instead of a part of the rows
    set_local(connection, "standard_conforming_strings", "on");
    set_local(connection, "client_min_messages", "warning");
    set_local(connection, "TimeZone", "'UTC'");
    set_local(connection, "DateStyle", "'ISO, YMD'");
    set_local(connection, "IntervalStyle", "'iso_8601'");
    set_local(connection, "extra_float_digits",
              connection.server_version() >= version_12 ? "1" : "3");
    set_local(connection, "bytea_output", "'hex'");
    set_local(connection, "lc_monetary", "'C'");
    set_local(connection, "max_parallel_workers_per_gather", "0");
    if (connection.reported("server_encoding") == "SQL_ASCII") {
        // Texts of such a database are bytes in no known encoding, and not to be converted.
        set_local(connection, "client_encoding", "'SQL_ASCII'");
    }
}

/// Settings that not every server has. One that is missing is no error this way.
void apply_optional_settings(Connection& connection, const SessionOptions& options) {
    connection.execute(
        fmt::format("SELECT pg_catalog.count(pg_catalog.set_config(s.name, v.value, true))"
                    " FROM (VALUES ('client_connection_check_interval', '2s'),"
                    " ('restrict_nonsystem_relation_kind', 'view, foreign-table'),"
                    " ('transaction_timeout', '{}ms'),"
                    " ('tcp_keepalives_idle', '30'),"
                    " ('jit', 'off')) AS v(name, value)"
                    " JOIN pg_catalog.pg_settings AS s ON s.name OPERATOR(pg_catalog.=) v.name",
                    options.transaction_timeout.count()));
}

/// What the role may do that no audit needs, in words that follow its name.
const std::string excess_of_role =
    " (SELECT CASE WHEN r.rolsuper THEN 'is a superuser'"
    " WHEN r.rolbypassrls THEN 'passes row-level security by'"
    " WHEN EXISTS (SELECT FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    " AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))"
    " THEN 'may write to tables' END"
    " FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user)";

/// NULL on a primary, and on a standby that has replayed nothing since it started.
const std::string age_of_replay =
    " CASE WHEN pg_catalog.pg_is_in_recovery() THEN"
    " GREATEST(0, (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()"
    " OPERATOR(pg_catalog.-) pg_catalog.pg_last_xact_replay_timestamp())"
    " OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8) END";

} // namespace

ServerFacts begin_read_only(Connection& connection, const SessionOptions& options,
                            const std::string& snapshot) {
    connection.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    if (!snapshot.empty()) {
        join_snapshot(connection, snapshot);
    }
    apply_settings(connection, options);
    apply_optional_settings(connection, options);
    const Micros before = system_now();
    const Result gate =
        connection.execute("SELECT pg_catalog.current_setting('transaction_read_only'),"
                           " pg_catalog.current_setting('transaction_isolation'),"
                           " pg_catalog.current_setting('search_path'),"
                           " pg_catalog.pg_is_in_recovery(),"
                           " pg_catalog.pg_backend_pid(),"
                           " (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())"
                           " OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8,"
                           " pg_catalog.current_setting('block_size'),"
                           " pg_catalog.pg_postmaster_start_time()::pg_catalog.text," +
                           excess_of_role + "," + age_of_replay +
                           ", pg_catalog.current_setting('hot_standby_feedback')");
    const Micros after = system_now();
    const bool holds = gate.rows() == 1 && gate.bytes(0, 0) == "on" &&
                       gate.bytes(0, 1) == "repeatable read" && gate.bytes(0, 2) == "\"\"";
    if (!holds) {
        throw Error(ErrorKind::connection,
                    "the server at " + escape_text(connection.url()) +
                        " does not keep the transaction read-only",
                    "connect to the Postgres server itself instead of through a proxy");
    }
    connection.execute("SAVEPOINT assay");
    return {.in_recovery = gate.flag(0, 3),
            .pooled = gate.integer(0, 4) != connection.backend_pid(),
            .clock = gate.integer(0, 5).value_or(0),
            .block_bytes = gate.integer(0, 6).value_or(0),
            .started_at = gate.text(0, 7),
            .excess = gate.text(0, 8),
            .replay_lag = gate.integer(0, 9),
            .holds_back_primary = gate.flag(0, 3) && gate.bytes(0, 10) == "on",
            .clock_skew = clock_skew(gate.integer(0, 5).value_or(after), before, after)};
}

} // namespace assay::postgres
