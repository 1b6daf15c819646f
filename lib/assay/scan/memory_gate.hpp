// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace assay {

/// Memory that threads share: who wants more than is left waits for the others.
class MemoryGate {
public:
    /// @param bytes that there are
    explicit MemoryGate(std::size_t bytes) noexcept : m_bytes(bytes), m_left(bytes) {}
    MemoryGate(const MemoryGate&) = delete;
    MemoryGate& operator=(const MemoryGate&) = delete;

    /// Gives its memory back at its end.
    class Share {
    public:
        ~Share() { m_gate.give_back(m_bytes); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

    private:
        friend class MemoryGate;
        Share(MemoryGate& gate, std::size_t bytes) noexcept : m_gate(gate), m_bytes(bytes) {}

        MemoryGate& m_gate;
        std::size_t m_bytes;
    };

    /// Wait for so many bytes; who wants more than there are waits for all. To be called once at a
    /// time by each thread.
    [[nodiscard]] Share take(std::size_t bytes);

private:
    void give_back(std::size_t bytes) noexcept;

    std::size_t m_bytes;
    std::size_t m_left; ///< guarded by m_mutex
    std::mutex m_mutex;
    std::condition_variable m_returned;
};

} // namespace assay
