// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/conninfo.hpp"
#include "assay/store/postgres/notices.hpp"
#include "assay/store/store.hpp"

#include <libpq-fe.h>

#include <memory>
#include <string>

namespace assay::postgres {

struct CloseConnection {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
/// A connection of libpq that is closed with its owner.
using ConnectionHandle = std::unique_ptr<PGconn, CloseConnection>;

/// Connect once, with one deadline over all hosts, and never again. Only with `options.wait_ready`
/// are there more attempts, as long as no server accepts connections.
/// @param conninfo the user's connection string, already parsed into `parameters`.
/// @throws Error of kind connection that names host and port and holds no password; of kind
/// cancelled or timeout when the run ends meanwhile.
ConnectionHandle connect(const std::string& conninfo, const ConnectionParameters& parameters,
                         const SessionOptions& options, Notices& notices);

/// How an open connection is protected; see SourceInfo::tls.
struct Protection {
    std::string tls;      ///< "verified", "unverified", "none", "local"
    std::string protocol; ///< "TLSv1.3"; empty without TLS
};
Protection protection_of(PGconn* connection);

/// Where an open connection goes.
Route route_of(const PGconn* connection);

/// Where an open connection leads, without secrets.
ConnectionParameters parameters_of(const PGconn* connection);

} // namespace assay::postgres
