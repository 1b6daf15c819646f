// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace assay::postgres {

class Connection;

/// Sees whether the server has more to do than SessionOptions::max_load and max_replay_lag allow us
/// to add to. Asks nothing where neither is set.
class LoadWatch {
public:
    explicit LoadWatch(const SessionOptions& options)
        : m_max_load(options.max_load), m_max_replay_lag(options.max_replay_lag) {}

    /// For the first statement of a session.
    /// @throws Error of kind permission where the role cannot see what others do.
    void require_sight(Connection& connection) const;
    /// Why to hold still, in words that follow "paused"; empty: go on. Asks the server at most once
    /// a second, and says the same meanwhile.
    /// @throws Error of kind limit where a standby lags too far for ten seconds in which we held
    /// still: it may wait for the end of our snapshot.
    std::string reason(Connection& connection);
    /// Has it given up so? Then a new snapshot may help.
    bool has_given_up() const noexcept { return m_has_given_up; }
    /// There is a new one.
    void start_anew() noexcept {
        m_has_given_up = false;
        m_looks_at_lag = 0;
    }

private:
    std::string look(Connection& connection);

    std::optional<unsigned> m_max_load;
    std::optional<std::chrono::milliseconds> m_max_replay_lag;
    std::string m_reason;
    std::chrono::steady_clock::time_point m_next_look{};
    int m_looks_at_lag = 0; ///< that found too much of it, one after the other
    bool m_has_given_up = false;
};

} // namespace assay::postgres
