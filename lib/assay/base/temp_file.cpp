// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/temp_file.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace assay {
namespace {

/// @return -1 and errno if it cannot be made
int open_nameless(const std::string& folder) noexcept {
#ifdef O_TMPFILE
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (file >= 0) {
        return file;
    }
#endif
    // Not every file system knows such files, and each has its own errno for that.
    std::string path = folder + "/assay-XXXXXX";
    const int named = ::mkostemp(path.data(), O_CLOEXEC);
    if (named >= 0) {
        ::unlink(path.c_str());
    }
    return named;
}

} // namespace

TempFile::~TempFile() {
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

void TempFile::open_once() {
    std::call_once(m_opened, [this] {
        m_descriptor = open_nameless(m_folder);
        if (m_descriptor < 0) {
            fail("make", errno);
        }
    });
}

void TempFile::fail(std::string_view what, int error) const {
    throw Error(ErrorKind::output,
                fmt::format("cannot {} a temporary file in '{}': {}", what, escape_text(m_folder),
                            std::generic_category().message(error)),
                "name a folder with space in TMPDIR, or give more --memory");
}

std::int64_t TempFile::append(std::span<const std::string_view> pieces) {
    open_once();
    std::int64_t total = 0;
    for (const auto piece : pieces) {
        total += static_cast<std::int64_t>(piece.size());
    }
    const std::int64_t begin = m_size.fetch_add(total, std::memory_order_relaxed);
    std::int64_t offset = begin;
    for (std::string_view piece : pieces) {
        while (!piece.empty()) {
            const ::ssize_t written = ::pwrite(m_descriptor, piece.data(), piece.size(), offset);
            if (written < 0 && errno != EINTR) {
                fail("write", errno);
            }
            const auto done = static_cast<std::size_t>(written < 0 ? 0 : written);
            piece.remove_prefix(done);
            offset += static_cast<std::int64_t>(done);
        }
    }
    return begin;
}

void TempFile::read(std::int64_t offset, std::span<char> out) const {
    while (!out.empty()) {
        const ::ssize_t count = ::pread(m_descriptor, out.data(), out.size(), offset);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            fail("read", count == 0 ? EIO : errno); // there is no end before what was written
        }
        const auto done = static_cast<std::size_t>(count < 0 ? 0 : count);
        out = out.subspan(done);
        offset += static_cast<std::int64_t>(done);
    }
}

} // namespace assay
