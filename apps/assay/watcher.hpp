// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>

namespace assay::cli {

/// Turns the first SIGINT, SIGTERM or SIGHUP, or the end of --max-runtime, into a request to stop.
/// A second signal ends the process at once, as if nobody had watched. Signals that were ignored
/// when the process began (nohup, background jobs) stay ignored.
///
/// One at a time, made before the threads whose work it can stop: they inherit the blocked mask.
class Watcher {
public:
    /// @param announce called with the signal, or 0, before the request; on another thread.
    Watcher(Cancellation& cancellation, std::optional<std::chrono::milliseconds> max_runtime,
            std::function<void(int signal)> announce);
    /// From here on signals have their default effect again.
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

private:
    void watch();

    Cancellation& m_cancellation;
    std::optional<std::chrono::steady_clock::time_point> m_deadline;
    std::function<void(int)> m_announce;
    sigset_t m_signals{};
    sigset_t m_old_mask{};
    int m_signal_descriptor = -1;
    int m_stop_descriptor = -1;
    std::thread m_thread;
};

} // namespace assay::cli
