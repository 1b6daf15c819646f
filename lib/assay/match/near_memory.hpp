// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/temp_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace assay {

/// Bytes that a text takes on the heap, with what the heap needs itself.
constexpr std::size_t heap_bytes(std::size_t bytes, std::size_t held_inside) noexcept {
    constexpr std::size_t overhead = 24;
    return bytes > held_inside ? bytes + overhead : 0;
}

/// How much there is to match.
struct NearSize {
    std::size_t rows = 0;    ///< of all tables
    std::size_t columns = 0; ///< that may be compared
    double texts = 0;        ///< different ones, column by column
    double bytes = 0;        ///< of these texts
};

/// How much --memory would do for it, about.
std::size_t memory_needed(const NearSize& size) noexcept;

/// How a number of bytes is divided among what matching needs in no order, which must be held, and
/// what it needs one behind the other, which goes to a file where it does not fit.
class NearMemory {
public:
    /// So much may be held however little memory there is: enough for a small table.
    static constexpr std::size_t least_held = std::size_t{16} << 20U;
    /// And so much --memory would hold as much.
    static constexpr std::size_t least_bytes = least_held / 3 * 4;

    /// @param folder where the file would be
    NearMemory(std::size_t bytes, std::string folder) : m_bytes(bytes), m_file(std::move(folder)) {}

    /// What takes these bytes is about to be held.
    /// @throws Error of kind usage that names --memory, if that is too much.
    void hold(std::size_t bytes);
    void release(std::size_t bytes) noexcept { m_held -= bytes; }
    /// Does it fit what is held together with so many bytes more?
    bool fits(std::size_t bytes) const noexcept { return m_held + bytes <= most_held(); }

    std::size_t held() const noexcept { return m_held; }
    /// What errors shall say of how much memory would do.
    void expect(const NearSize& size) noexcept;
    /// @throws Error as hold() does
    [[noreturn]] void refuse() const;

    /// For block keys that are sorted.
    std::size_t for_keys() const noexcept { return m_bytes / 8; }
    /// For pairs that are sorted, and for those that are kept.
    std::size_t for_pairs() const noexcept { return m_bytes / 16; }
    TempFile& file() noexcept { return m_file; }

private:
    std::size_t most_held() const noexcept;

    std::size_t m_bytes;
    TempFile m_file;
    std::size_t m_held = 0;
    std::size_t m_rows = 0;
    std::size_t m_needed = 0;
};

/// Memory that is held until the end of a block.
class HeldBytes {
public:
    explicit HeldBytes(NearMemory& memory) : m_memory(memory) {}
    ~HeldBytes() { m_memory.release(m_bytes); }
    HeldBytes(const HeldBytes&) = delete;
    HeldBytes& operator=(const HeldBytes&) = delete;

    /// @throws Error as NearMemory::hold() does
    void add(std::size_t bytes) {
        m_memory.hold(bytes);
        m_bytes += bytes;
    }

private:
    NearMemory& m_memory;
    std::size_t m_bytes = 0;
};

} // namespace assay
