// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

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

std::vector<std::unique_ptr<Session>> fork_sessions(Session& session, std::size_t count) {
    std::vector<std::unique_ptr<Session>> forks;
    while (forks.size() < count) {
        auto fork = session.fork();
        if (!fork) {
            break;
        }
        forks.push_back(std::move(fork));
    }
    return forks;
}

} // namespace

SessionCost& operator+=(SessionCost& total, const SessionCost& more) noexcept {
    total.queries += more.queries;
    total.rows_read += more.rows_read;
    total.bytes_read += more.bytes_read;
    return total;
}

SessionCost for_each_in_parallel(Session& session, unsigned jobs, std::size_t count,
                                 const std::function<void(Session&, std::size_t)>& work) {
    const std::size_t helpers = std::min<std::size_t>(std::max(jobs, 1U), count);
    const auto forks = fork_sessions(session, helpers > 0 ? helpers - 1 : 0);
    Queue queue(count);
    {
        std::vector<std::jthread> threads;
        threads.reserve(forks.size());
        for (const auto& fork : forks) {
            threads.emplace_back([&queue, &work, &fork] { queue.drain(*fork, work); });
        }
        queue.drain(session, work);
    }
    SessionCost cost;
    for (const auto& fork : forks) {
        cost += fork->cost();
    }
    queue.rethrow();
    return cost;
}

} // namespace assay
