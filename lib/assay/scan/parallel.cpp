// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/parallel.hpp"

#include "assay/base/error.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace assay {
namespace {

/// Is there a server, and a run, for which ending other statements still means something?
bool is_worth_cancelling(const std::exception_ptr& error) noexcept {
    try {
        std::rethrow_exception(error);
    } catch (const Error& known) {
        return known.kind() != ErrorKind::connection && known.kind() != ErrorKind::cancelled;
    } catch (...) {
        return true;
    }
}

} // namespace

/// Hands out numbers until there are none left or somebody failed.
class Workers::Queue {
public:
    Queue(Workers& workers, std::size_t count) : m_workers(workers), m_count(count) {}

    void drain(Session& session, const std::function<void(Session&, std::size_t)>& work) noexcept {
        try {
            for (std::size_t i = m_next++; i < m_count && !m_workers.has_failed(); i = m_next++) {
                work(session, i);
            }
        } catch (...) {
            fail(session, std::current_exception());
        }
    }

    void rethrow() const {
        if (m_error) {
            std::rethrow_exception(m_error);
        }
    }

private:
    void fail(const Session& session, const std::exception_ptr& error) noexcept {
        {
            const std::scoped_lock lock(m_mutex);
            if (m_error) {
                return;
            }
            m_error = error;
        }
        m_workers.stop_others(session, error);
    }

    Workers& m_workers;
    std::size_t m_count;
    std::atomic<std::size_t> m_next{0};
    std::mutex m_mutex;
    std::exception_ptr m_error; ///< the first one; guarded by m_mutex
};

SessionCost& operator+=(SessionCost& total, const SessionCost& more) noexcept {
    total.queries += more.queries;
    total.rows_read += more.rows_read;
    total.bytes_read += more.bytes_read;
    total.bytes_from_server += more.bytes_from_server;
    return total;
}

Workers::Workers(Session& session, unsigned jobs, const Workers* team)
    : m_session(session), m_jobs(std::max(jobs, 1U)), m_team(team) {}

bool Workers::has_failed() const noexcept {
    return m_failed.load(std::memory_order_relaxed) || (m_team != nullptr && m_team->has_failed());
}

void Workers::stop_others(const Session& failed, const std::exception_ptr& error) noexcept {
    m_failed = true;
    if (!is_worth_cancelling(error)) {
        return;
    }
    for (const auto& fork : m_forks) {
        if (fork.get() != &failed) {
            fork->cancel();
        }
    }
    if (&m_session != &failed) {
        m_session.cancel();
    }
}

void Workers::fork_up_to(std::size_t sessions) {
    while (m_can_fork && m_forks.size() + 1 < sessions) {
        if (auto fork = m_session.fork()) {
            m_forks.push_back(std::move(fork));
        } else {
            m_can_fork = false;
        }
    }
}

void Workers::for_each(std::size_t count, const std::function<void(Session&, std::size_t)>& work) {
    const std::size_t sessions = std::min<std::size_t>(m_jobs, count);
    fork_up_to(sessions);
    m_failed = false;
    Queue queue(*this, count);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i + 1 < sessions && i < m_forks.size(); ++i) {
            threads.emplace_back([&queue, &work, &fork = *m_forks[i]] { queue.drain(fork, work); });
        }
        queue.drain(m_session, work);
    }
    queue.rethrow();
}

bool Workers::renew_if_old() {
    const auto is_old = [](const auto& session) { return session->is_old(); };
    if (!m_session.is_old() && std::none_of(m_forks.begin(), m_forks.end(), is_old)) {
        return false;
    }
    m_spent = cost();
    m_forks.clear();
    m_can_fork = true;
    m_session.renew();
    return true;
}

SessionCost Workers::cost() const {
    SessionCost cost = m_spent;
    for (const auto& fork : m_forks) {
        cost += fork->cost();
    }
    return cost;
}

void TeamSink::begin_part(std::size_t index) {
    check();
    m_sink.begin_part(index);
}

void TeamSink::consume(const RowBatch& batch) {
    check();
    m_sink.consume(batch);
}

void TeamSink::check() const {
    if (m_workers.has_failed()) {
        throw Error(ErrorKind::cancelled, "another reader of the same run failed");
    }
}

} // namespace assay
