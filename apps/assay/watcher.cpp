// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "watcher.hpp"

#include "assay/base/error.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace assay::cli {

namespace {

bool is_ignored(int signal) {
    struct sigaction action {};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// Milliseconds for poll(), rounded up; -1 without a deadline.
int wait_ms(const std::optional<std::chrono::steady_clock::time_point>& deadline) {
    if (!deadline) {
        return -1;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
}

} // namespace

Watcher::Watcher(Cancellation& cancellation, std::optional<std::chrono::milliseconds> max_runtime,
                 std::function<void(int signal)> announce)
    : m_cancellation(cancellation), m_announce(std::move(announce)) {
    if (max_runtime) {
        m_deadline = std::chrono::steady_clock::now() + *max_runtime;
    }
    sigemptyset(&m_signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (!is_ignored(signal)) {
            sigaddset(&m_signals, signal);
        }
    }
    m_signal_descriptor = signalfd(-1, &m_signals, SFD_CLOEXEC);
    m_stop_descriptor = eventfd(0, EFD_CLOEXEC);
    if (m_signal_descriptor < 0 || m_stop_descriptor < 0) {
        throw Error(ErrorKind::internal, "could not watch for signals");
    }
    pthread_sigmask(SIG_BLOCK, &m_signals, &m_old_mask);
    m_thread = std::thread([this] { watch(); });
}

Watcher::~Watcher() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(m_stop_descriptor, &one, sizeof one));
    m_thread.join();
    ::close(m_stop_descriptor);
    ::close(m_signal_descriptor);
    pthread_sigmask(SIG_SETMASK, &m_old_mask, nullptr);
}

void Watcher::watch() {
    std::array<pollfd, 2> sources{
        {{m_stop_descriptor, POLLIN, 0}, {m_signal_descriptor, POLLIN, 0}}};
    while (true) {
        const int ready = ::poll(sources.data(), sources.size(), wait_ms(m_deadline));
        if (ready > 0 && sources[0].revents != 0) {
            return;
        }
        if (ready > 0) {
            signalfd_siginfo info{};
            static_cast<void>(::read(m_signal_descriptor, &info, sizeof info));
            // Only this thread lets signals through now, with their default effect: the next one
            // ends the process even while a hook below waits for a server.
            pthread_sigmask(SIG_UNBLOCK, &m_signals, nullptr);
            const int signal = static_cast<int>(info.ssi_signo);
            m_announce(signal);
            m_cancellation.request(signal);
            return;
        }
        if (ready == 0 && wait_ms(m_deadline) == 0) {
            m_announce(0);
            m_cancellation.request(0);
            m_deadline.reset();
        }
    }
}

} // namespace assay::cli
