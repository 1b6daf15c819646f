// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace assay {

/// A file for what memory does not hold. It has no name in its folder, or loses it at once where a
/// system cannot make such files, so that nothing is left of it however the process ends. Several
/// threads may use one.
class TempFile {
public:
    /// The file is made when something is written.
    /// @param folder where; nothing is tried before
    explicit TempFile(std::string folder) : m_folder(std::move(folder)) {}
    ~TempFile();
    TempFile(const TempFile&) = delete;
    TempFile& operator=(const TempFile&) = delete;

    const std::string& folder() const noexcept { return m_folder; }
    /// Bytes written so far.
    std::int64_t size() const noexcept { return m_size.load(std::memory_order_relaxed); }

    /// Write the pieces at the end, one behind the other.
    /// @return where the first one begins
    /// @throws Error of kind output that names the folder: no space, no permission, no folder.
    std::int64_t append(std::span<const std::string_view> pieces);
    /// Fill `out` with what was written from there on.
    /// @throws Error of kind output.
    void read(std::int64_t offset, std::span<char> out) const;

private:
    void open_once();
    [[noreturn]] void fail(std::string_view what, int error) const;

    std::string m_folder;
    std::once_flag m_opened;
    int m_descriptor = -1;
    std::atomic<std::int64_t> m_size{0};
};

} // namespace assay
