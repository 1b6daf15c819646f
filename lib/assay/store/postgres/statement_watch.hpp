// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"
#include "assay/store/postgres/setup.hpp"

#include <functional>
#include <string>

namespace assay::postgres {

/// Ends a long statement that others wait behind. A table that is read in chunks gives way between
/// two of them; a view, a sample or a parent of partitions is one statement, and needs somebody
/// who looks on: a second connection, opened once a statement has run for a second.
class StatementWatch {
public:
    /// @param watched which runs the statements; it and the facts must outlive the watch.
    StatementWatch(Connection& watched, const ServerFacts& server, std::string conninfo,
                   const SessionOptions& options);

    /// Run what sends one statement on the watched connection. Behind a pooler nobody looks on,
    /// because a second connection could starve the applications.
    /// @throws Error of kind locked if it was ended for others, else what `statement` throws.
    void run(const std::function<void()>& statement);

private:
    class Guard;

    Connection& m_watched;
    const ServerFacts& m_server;
    std::string m_conninfo; ///< holds the password
    SessionOptions m_options;
};

} // namespace assay::postgres
