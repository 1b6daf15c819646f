// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/writer_watch.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace assay {
namespace {

/// One by which this process has the file open, -1 if none is found.
int descriptor_of(const FileIdentity& file) noexcept {
    constexpr int most = 256; // the lowest free number is given first
    for (int descriptor = 3; descriptor < most; ++descriptor) {
        struct stat status {};
        if (fstat(descriptor, &status) == 0 && status.st_dev == file.device &&
            status.st_ino == file.inode) {
            return descriptor;
        }
    }
    return -1;
}

/// Does another process have the pending lock?
bool is_commit_pending(const FileIdentity& file) noexcept {
    constexpr off_t pending_byte = 0x40000000; // sqlite.org/fileformat2.html 1.4
    struct flock lock {};
    lock.l_type = F_RDLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = pending_byte;
    lock.l_len = 1;
    const int descriptor = descriptor_of(file);
    return descriptor >= 0 && fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

} // namespace

WriterWatch::Clock::duration WriterWatch::waited(Clock::time_point now) noexcept {
    constexpr std::chrono::milliseconds between_looks{25};
    if (now >= m_next_look) {
        m_next_look = now + between_looks;
        if (!is_commit_pending(m_plan.identity)) {
            m_since.reset();
        } else if (!m_since) {
            m_since = now;
        }
    }
    return m_since ? now - *m_since : Clock::duration::zero();
}

} // namespace assay
