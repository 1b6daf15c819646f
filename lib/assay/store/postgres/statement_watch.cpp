// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/statement_watch.hpp"

#include "assay/base/error.hpp"
#include "assay/store/postgres/lock_watch.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace assay::postgres {

/// Looks on in a thread of its own, as long as it lives.
class StatementWatch::Guard {
public:
    explicit Guard(const StatementWatch& owner)
        : m_owner(owner), m_pid(owner.m_watched.backend_pid()), m_thread([this] { look_on(); }) {}

    ~Guard() {
        {
            const std::lock_guard lock(m_mutex);
            m_is_over = true;
        }
        m_over.notify_one();
        m_thread.join();
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    bool has_ended_statement() const noexcept { return m_has_ended; }

private:
    void look_on() noexcept {
        if (is_over_in_a_second()) {
            return;
        }
        try {
            Connection connection(m_owner.m_conninfo, m_owner.m_options);
            watch_from(connection);
            connection.roll_back();
        } catch (const Error& error) {
            if (!m_owner.m_options.cancellation->requested()) {
                m_owner.m_options.observer->note(
                    std::string("cannot see whether others wait for what is read: ") +
                    error.what());
            }
        }
    }

    void watch_from(Connection& connection) {
        const ServerFacts server = begin_read_only(connection, m_owner.m_options, std::string());
        if (server.started_at != m_owner.m_server.started_at ||
            server.in_recovery != m_owner.m_server.in_recovery) {
            return; // one of several hosts: it does not know our process
        }
        do {
            if (keeps_others_waiting(connection, m_pid)) {
                m_has_ended = true;
                m_owner.m_watched.cancel();
                return;
            }
        } while (!is_over_in_a_second());
    }

    bool is_over_in_a_second() {
        std::unique_lock lock(m_mutex);
        return m_over.wait_for(lock, std::chrono::seconds(1), [this] { return m_is_over; });
    }

    const StatementWatch& m_owner;
    const int m_pid;
    std::mutex m_mutex;
    std::condition_variable m_over;
    bool m_is_over = false;
    std::atomic<bool> m_has_ended = false;
    std::thread m_thread; ///< last, because it uses the others
};

StatementWatch::StatementWatch(Connection& watched, const ServerFacts& server, std::string conninfo,
                               const SessionOptions& options)
    : m_watched(watched), m_server(server), m_conninfo(std::move(conninfo)), m_options(options) {
    m_options.id += "/watch";
}

void StatementWatch::run(const std::function<void()>& statement) {
    if (m_server.pooled) {
        statement();
        return;
    }
    const Guard guard(*this);
    try {
        statement();
    } catch (const Error&) {
        m_options.cancellation->check();
        if (guard.has_ended_statement()) {
            throw Error(ErrorKind::locked, "others waited for a lock that it took to read it",
                        "run again when nobody alters it, or what it reads");
        }
        throw;
    }
}

} // namespace assay::postgres
