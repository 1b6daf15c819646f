// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"

#include <string>

namespace assay::postgres {

/// Work inside the session's transaction whose failure and locks end with it: at its end the
/// transaction goes back to the savepoint that begin_read_only() set.
class UnitOfWork {
public:
    explicit UnitOfWork(Connection& connection) : m_connection(connection) {}
    ~UnitOfWork();
    UnitOfWork(const UnitOfWork&) = delete;
    UnitOfWork& operator=(const UnitOfWork&) = delete;

private:
    Connection& m_connection;
};

/// Export the snapshot of a session's transaction.
/// @return its identifier, valid as long as the transaction lasts.
std::string export_snapshot(Connection& connection);

} // namespace assay::postgres
