// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace assay::postgres {

/// Tells the server that somebody is there, as long as this process runs and the pulse lives, and
/// however long it sends no statement: it waits for another reader, or sorts what it has. A server
/// that hears nothing ends the session, and so does not hold a snapshot for a client that froze.
class Pulse {
public:
    /// @param connection must outlive the pulse.
    /// @param idle_limit after which the server ends the session
    Pulse(Connection& connection, std::chrono::milliseconds idle_limit);
    Pulse(const Pulse&) = delete;
    Pulse& operator=(const Pulse&) = delete;

private:
    void beat(const std::stop_token& stop);

    Connection& m_connection;
    std::chrono::milliseconds m_interval;
    std::mutex m_mutex;
    std::condition_variable_any m_stopped;
    std::jthread m_thread; ///< last, because it uses the others
};

} // namespace assay::postgres
