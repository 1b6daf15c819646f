// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/pulse.hpp"

namespace assay::postgres {

Pulse::Pulse(Connection& connection, std::chrono::milliseconds idle_limit)
    : m_connection(connection), m_interval(idle_limit / 4),
      m_thread([this](const std::stop_token& stop) { beat(stop); }) {}

void Pulse::beat(const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    while (!m_stopped.wait_for(lock, stop, m_interval, [&stop] { return stop.stop_requested(); })) {
        m_connection.give_sign_of_life(m_interval);
    }
}

} // namespace assay::postgres
