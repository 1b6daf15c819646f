// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace assay {
namespace {

/// Hands out numbers until there are none left or somebody failed.
class Queue {
public:
    explicit Queue(std::size_t count) : m_count(count) {}

    void drain(Session& session, const std::function<void(Session&, std::size_t)>& work) noexcept {
        try {
            for (std::size_t i = m_next++; i < m_count && !m_failed.load(); i = m_next++) {
                work(session, i);
            }
        } catch (...) {
            const std::scoped_lock lock(m_mutex);
            if (!m_failed.exchange(true)) {
                m_error = std::current_exception();
            }
        }
    }

    void rethrow() const {
        if (m_error) {
            std::rethrow_exception(m_error);
        }
    }

private:
    std::size_t m_count;
    std::atomic<std::size_t> m_next{0};
    std::atomic<bool> m_failed{false};
    std::mutex m_mutex;
    std::exception_ptr m_error;
};

} // namespace

SessionCost& operator+=(SessionCost& total, const SessionCost& more) noexcept {
    total.queries += more.queries;
    total.rows_read += more.rows_read;
    total.bytes_read += more.bytes_read;
    return total;
}

Workers::Workers(Session& session, unsigned jobs)
    : m_session(session), m_jobs(std::max(jobs, 1U)) {}

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
    Queue queue(count);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i + 1 < sessions && i < m_forks.size(); ++i) {
            threads.emplace_back([&queue, &work, &fork = *m_forks[i]] { queue.drain(fork, work); });
        }
        queue.drain(m_session, work);
    }
    queue.rethrow();
}

SessionCost Workers::cost() const {
    SessionCost cost;
    for (const auto& fork : m_forks) {
        cost += fork->cost();
    }
    return cost;
}

} // namespace assay
