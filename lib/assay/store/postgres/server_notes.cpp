// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/server_notes.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace assay::postgres {
namespace {

/// Major versions are counted in ten thousands.
constexpr int major = 10'000;
/// The newest whose catalogs are known to be read rightly.
constexpr int newest_known = 18;

std::string note_of_protection(const SourceInfo& source) {
    const std::string where = escape_text(source.url);
    if (source.tls == "none") {
        return fmt::format("the connection to {} is not encrypted: who listens in between can read "
                           "what assay reads; say sslmode=verify-full if the server has TLS",
                           where);
    }
    if (source.tls == "unverified") {
        return fmt::format("the connection to {} is encrypted, but nobody proved who answers: say "
                           "sslmode=verify-full and sslrootcert=FILE",
                           where);
    }
    return {};
}

std::string note_of_standby(const SourceInfo& source) {
    if (source.role != "standby") {
        return {};
    }
    if (!source.replay_lag) {
        return "the server is a standby that has replayed no transaction since it started: how far "
               "it lags behind is unknown, and ages hold that lag";
    }
    return fmt::format("the server is a standby, whose newest transaction is {} old: it lags "
                       "behind by that at most, and ages hold that lag",
                       format_duration(*source.replay_lag));
}

std::string note_of_clock(const SourceInfo& source) {
    if (!source.clock_skew) {
        return {};
    }
    const Micros skew = *source.clock_skew;
    return fmt::format("the clock of the server is {} {} that of this machine: ages are measured "
                       "with the server's",
                       format_duration(skew < 0 ? -skew : skew), skew < 0 ? "behind" : "ahead of");
}

std::string note_of_version(const SourceInfo& source, int version) {
    return version / major <= newest_known
               ? std::string()
               : fmt::format("Postgres {} is newer than any that assay knows ({}): what is new in "
                             "it is not looked at",
                             escape_text(source.server_version), newest_known);
}

} // namespace

std::optional<Micros> clock_skew(Micros server, Micros before, Micros after) noexcept {
    constexpr Micros tolerated = 5 * micros_per_second;
    const Micros skew = server > after ? server - after : server < before ? server - before : 0;
    return skew > tolerated || skew < -tolerated ? std::optional(skew) : std::nullopt;
}

std::vector<std::string> server_notes(const SourceInfo& source, const ServerFacts& server,
                                      int version) {
    std::vector<std::string> notes;
    const std::string feedback =
        server.holds_back_primary
            ? "hot_standby_feedback is on: the primary keeps dead rows as long as this run reads; "
              "--max-runtime limits that"
            : "";
    for (const std::string& note : {note_of_protection(source), note_of_standby(source), feedback,
                                    note_of_clock(source), note_of_version(source, version)}) {
        if (!note.empty()) {
            notes.push_back(note);
        }
    }
    return notes;
}

std::vector<std::string> collation_notes(Connection& connection) {
    constexpr int version_15 = 15 * major;
    const std::string of_database = connection.server_version() < version_15
                                        ? "false"
                                        : "(SELECT d.datcollversion IS DISTINCT FROM"
                                          " pg_catalog.pg_database_collation_actual_version(d.oid)"
                                          " FROM pg_catalog.pg_database AS d"
                                          " WHERE d.datname = pg_catalog.current_database())";
    // OFFSET 0: the collations of indexes are found before the system is asked for the version of
    // each, which takes longer than all of that for the many that no index has.
    const Result found = connection.execute(
        "SELECT (SELECT pg_catalog.count(DISTINCT used.indexrelid) FROM"
        " (SELECT i.indexrelid, c.oid, c.collversion FROM pg_catalog.pg_index AS i"
        " CROSS JOIN LATERAL pg_catalog.unnest(i.indcollation) AS u(oid)"
        " JOIN pg_catalog.pg_collation AS c ON c.oid = u.oid"
        " WHERE c.collversion IS NOT NULL OFFSET 0) AS used"
        " WHERE used.collversion <> pg_catalog.pg_collation_actual_version(used.oid)), " +
        of_database);
    std::vector<std::string> notes;
    if (found.flag(0, 1)) {
        notes.emplace_back("the collation of the database has another version than when it was "
                           "made: indexes on texts may miss rows until REINDEX DATABASE");
    }
    const std::int64_t indexes = found.integer(0, 0).value_or(0);
    if (indexes > 0) {
        notes.push_back(fmt::format("{} sorted by another version of a collation than the server "
                                    "has now, and may miss rows until REINDEX",
                                    count_of(indexes, "index was", "indexes were")));
    }
    return notes;
}

} // namespace assay::postgres
