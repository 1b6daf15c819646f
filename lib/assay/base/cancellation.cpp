// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/cancellation.hpp"

#include "assay/base/error.hpp"

namespace assay {

void Cancellation::request(int signal) {
    const std::scoped_lock lock(m_mutex);
    if (m_requested.load(std::memory_order_relaxed)) {
        return;
    }
    m_signal.store(signal, std::memory_order_release);
    m_requested.store(true, std::memory_order_release);
    for (const auto& hook : m_hooks) {
        hook();
    }
}

void Cancellation::check() const {
    if (!requested()) {
        return;
    }
    if (signal() != 0) {
        throw Error(ErrorKind::cancelled, "the run was interrupted");
    }
    throw Error(ErrorKind::timeout, "the run took longer than --max-runtime allows");
}

Cancellation::Hooks::iterator Cancellation::add_hook(Hook hook) {
    const std::scoped_lock lock(m_mutex);
    if (m_requested.load(std::memory_order_relaxed)) {
        hook();
    }
    return m_hooks.insert(m_hooks.end(), std::move(hook));
}

void Cancellation::remove_hook(Hooks::iterator hook) {
    const std::scoped_lock lock(m_mutex);
    m_hooks.erase(hook);
}

} // namespace assay
