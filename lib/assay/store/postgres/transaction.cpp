// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/transaction.hpp"

#include "assay/base/error.hpp"

namespace assay::postgres {

UnitOfWork::~UnitOfWork() {
    try {
        m_connection.execute("ROLLBACK TO SAVEPOINT assay");
    } catch (const Error&) {
        return; // the connection is lost or the run is over: the next statement says so
    }
}

std::string export_snapshot(Connection& connection) {
    // The server exports no snapshot while a savepoint is open.
    connection.execute("RELEASE SAVEPOINT assay");
    const Result exported = connection.execute("SELECT pg_catalog.pg_export_snapshot()");
    connection.execute("SAVEPOINT assay");
    return exported.text(0, 0);
}

} // namespace assay::postgres
