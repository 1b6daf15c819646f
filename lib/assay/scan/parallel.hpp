// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
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
    /// @param team whose work this is a part of, if of any; must outlive the workers
    Workers(Session& session, unsigned jobs, const Workers* team = nullptr);

    /// The session that the others were forked from.
    Session& first() noexcept { return m_session; }
    unsigned jobs() const noexcept { return m_jobs; }

    /// Call `work(session, i)` once for every i below `count`. Calls with different i may run at
    /// the same time. The first exception stops the handing out, ends the statements of the others,
    /// and is thrown again after all have ended.
    void for_each(std::size_t count, const std::function<void(Session&, std::size_t)>& work);

    /// Give up a snapshot that is older than it may be: the session takes a new one, and forks are
    /// made anew when they are needed. Not while for_each() runs.
    /// @return whether it was. @throws Error as Session::renew() does.
    bool renew_if_old();

    /// Has one of them failed, so that nothing of what the others do is of use any more?
    bool has_failed() const noexcept;

    /// What the forks cost, also those that are gone; the session counts for itself.
    SessionCost cost() const;

private:
    class Queue;

    void fork_up_to(std::size_t sessions);
    void stop_others(const Session& failed, const std::exception_ptr& error) noexcept;

    Session& m_session;
    unsigned m_jobs;
    const Workers* m_team;
    std::atomic<bool> m_failed{false};
    bool m_can_fork = true;
    SessionCost m_spent; ///< by forks that are gone
    std::vector<std::unique_ptr<Session>> m_forks;
};

/// Passes on the rows that one of several workers reads, until another one fails: then the scan
/// ends with an error of kind cancelled, which nobody sees, because the other one came first.
class TeamSink final : public BatchSink {
public:
    /// Both must outlive the sink.
    TeamSink(const Workers& workers, BatchSink& sink) : m_workers(workers), m_sink(sink) {}

    void begin_part(std::size_t index) override;
    void consume(const RowBatch& batch) override;

private:
    void check() const;

    const Workers& m_workers;
    BatchSink& m_sink;
};

} // namespace assay
