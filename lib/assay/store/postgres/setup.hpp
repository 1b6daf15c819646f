// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/store/postgres/connection.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace assay::postgres {

/// What the gate of a session learned about its server.
struct ServerFacts {
    bool in_recovery = false;
    bool pooled = false; ///< a pooler stands between us and the server
    Micros clock = 0;    ///< the server's, when the snapshot was taken
    std::int64_t block_bytes = 0;
    std::string started_at; ///< identifies the running server
    /// What the role may do beyond reading: "is a superuser", or empty.
    std::string excess;
    /// Of a standby: the age of the newest transaction it has replayed; nullopt: none, or a
    /// primary.
    std::optional<Micros> replay_lag;
    /// Does a standby keep the primary from removing rows that our snapshot sees?
    bool holds_back_primary = false;
    /// How far the server's clock is ahead of ours; nullopt: by less than can matter.
    std::optional<Micros> clock_skew;
};

/// Begin the read-only transaction, make every setting local to it, read back that it holds, and
/// set the savepoint to which each unit of work goes back.
/// @param snapshot the identifier of an exported snapshot to join, or empty to take an own one.
/// @throws Error of kind connection if the server does not keep its word.
ServerFacts begin_read_only(Connection& connection, const SessionOptions& options,
                            const std::string& snapshot);

} // namespace assay::postgres
