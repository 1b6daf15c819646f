// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"

#include <libpq-fe.h>

#include <string>
#include <vector>

namespace assay::postgres {

/// Passes the server's notices on to an Observer: escaped, each once, at most 20. libpq would
/// print them to stderr.
class Notices {
public:
    /// @param observer must outlive this object.
    explicit Notices(Observer& observer) : m_observer(observer) {}

    /// Receive the notices of a connection from now on. This object must outlive it.
    void listen(PGconn* connection) noexcept { PQsetNoticeReceiver(connection, receive, this); }
    /// From now on statements of ours run, whose notices may quote data: only their SQLSTATE is
    /// passed on.
    void withhold_texts() noexcept { m_withhold = true; }

private:
    static void receive(void* self, const PGresult* notice) noexcept;
    void add(const PGresult* notice);

    Observer& m_observer;
    bool m_withhold = false;
    std::vector<std::string> m_seen;
};

} // namespace assay::postgres
