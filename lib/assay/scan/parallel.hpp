// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace assay {

SessionCost& operator+=(SessionCost& total, const SessionCost& more) noexcept;

/// A session and its forks, which work at the same time on one snapshot. Forks are made when they
/// are first of use, and kept.
class Workers {
public:
    /// @param session must outlive the workers
    /// @param jobs most sessions to use; fewer where the store cannot fork
    Workers(Session& session, unsigned jobs);

    /// The session that the others were forked from.
    Session& first() noexcept { return m_session; }
    unsigned jobs() const noexcept { return m_jobs; }

    /// Call `work(session, i)` once for every i below `count`. Calls with different i may run at
    /// the same time. The first exception stops the handing out and is thrown again after all have
    /// ended.
    void for_each(std::size_t count, const std::function<void(Session&, std::size_t)>& work);

    /// What the forks cost; the session counts for itself.
    SessionCost cost() const;

private:
    void fork_up_to(std::size_t sessions);

    Session& m_session;
    unsigned m_jobs;
    bool m_can_fork = true;
    std::vector<std::unique_ptr<Session>> m_forks;
};

} // namespace assay
