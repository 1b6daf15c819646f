// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace assay {

/// What the module of store/postgres offers. It is loaded when somebody first asks for Postgres:
/// libpq brings two dozen libraries along, and to load them takes longer than most of what is done
/// with a SQLite file.
struct PostgresDriver {
    /// What program and module have to agree on before they call each other: the sizes of what
    /// goes between them, and the version.
    using Build = std::array<std::size_t, 7>;
    static constexpr std::size_t version = 1; ///< counted up when an interface between them changes
    static constexpr Build this_build{
        version,
        sizeof(Location),
        sizeof(SessionOptions),
        sizeof(ScanRequest),
        sizeof(TableSchema),
        sizeof(SourceInfo),
        sizeof(RowBatch),
    };

    Build build;
    /// Connect to a server, begin a read-only transaction and take its snapshot.
    /// @throws Error of kind usage (the connection string is malformed), connection, permission,
    /// timeout or locked.
    std::unique_ptr<Session> (*open)(const Location& location, const SessionOptions& options);
    /// A connection string without its secrets, completed from libpq's defaults:
    /// "postgresql://app@db1:5433/shop", "postgresql://app@/shop?host=/run/postgresql". Hosts keep
    /// their order; a string that cannot be parsed shows nothing of itself. Not escaped.
    std::string (*display)(std::string_view conninfo);
};

/// The same for the rest of the process.
/// @throws Error of kind internal if the module is not there, or not of this build.
const PostgresDriver& postgres_driver();

} // namespace assay
