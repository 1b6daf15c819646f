// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>

namespace assay {

/// Lets a signal or a deadline end a run from outside. One per run; thread-safe.
class Cancellation {
public:
    using Hook = std::function<void()>;
    using Hooks = std::list<Hook>;

    /// End the run: every hook is called once, on the calling thread.
    /// @param signal the signal that asked for it, 0 for the deadline of --max-runtime.
    void request(int signal);
    bool requested() const noexcept { return m_requested.load(std::memory_order_acquire); }
    /// The signal that ended the run, 0 when there was none.
    int signal() const noexcept { return m_signal.load(std::memory_order_acquire); }
    /// @throws Error of kind cancelled (a signal) or timeout (--max-runtime) once requested.
    void check() const;

    /// Call `hook` when the run is cancelled; at once if it already was. Hooks must not throw
    /// and must not add or remove hooks.
    Hooks::iterator add_hook(Hook hook);
    /// After this returns the hook is not running and never will be.
    void remove_hook(Hooks::iterator hook);

private:
    std::atomic<bool> m_requested{false};
    std::atomic<int> m_signal{0};
    std::mutex m_mutex;
    Hooks m_hooks;
};

/// Keeps a hook registered for the life of this object.
class CancellationHook {
public:
    CancellationHook(Cancellation& cancellation, Cancellation::Hook hook)
        : m_cancellation(cancellation), m_hook(cancellation.add_hook(std::move(hook))) {}
    ~CancellationHook() { m_cancellation.remove_hook(m_hook); }
    CancellationHook(const CancellationHook&) = delete;
    CancellationHook& operator=(const CancellationHook&) = delete;

private:
    Cancellation& m_cancellation;
    Cancellation::Hooks::iterator m_hook;
};

} // namespace assay
