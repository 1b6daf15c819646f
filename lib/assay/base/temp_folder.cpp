// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/temp_folder.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view pattern = "XXXXXX"; // of mkdtemp
/// A folder that is younger may belong to a process that has not locked it yet.
constexpr auto youth = std::chrono::minutes(1);

/// @return -1 if it is no folder, or cannot be opened
int open_folder(const fs::path& path) noexcept {
    return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/// Was it made by this user a while ago, and does nobody hold it?
bool is_abandoned(int folder) noexcept {
    struct ::stat info {};
    if (::fstat(folder, &info) != 0 || info.st_uid != ::geteuid()) {
        return false;
    }
    const auto made = std::chrono::system_clock::from_time_t(info.st_mtime);
    return std::chrono::system_clock::now() - made > youth &&
           ::flock(folder, LOCK_EX | LOCK_NB) == 0;
}

void remove_abandoned(const fs::path& path) {
    const int folder = open_folder(path);
    if (folder < 0) {
        return;
    }
    if (is_abandoned(folder)) {
        std::error_code ignored; // the next run tries again
        fs::remove_all(path, ignored);
    }
    ::close(folder);
}

void remove_abandoned(const std::string& parent, const std::string& prefix) {
    std::error_code failed; // who cannot look there cannot make a folder either, and says so
    const auto size = prefix.size() + pattern.size();
    for (auto entry = fs::directory_iterator(parent, failed);
         !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        if (name.size() == size && name.compare(0, prefix.size(), prefix) == 0) {
            remove_abandoned(entry->path());
        }
    }
}

} // namespace

TempFolder::TempFolder(const std::string& parent, const std::string& prefix,
                       const std::string& advice)
    : m_path(parent + '/' + prefix + std::string(pattern)) {
    remove_abandoned(parent, prefix);
    if (::mkdtemp(m_path.data()) == nullptr) {
        throw Error(ErrorKind::output,
                    fmt::format("cannot make a folder in '{}': {}", escape_text(parent),
                                std::generic_category().message(errno)),
                    advice);
    }
    m_lock = open_folder(m_path);
    if (m_lock >= 0) {
        ::flock(m_lock,
                LOCK_EX | LOCK_NB); // where locks do not work, nobody takes it for abandoned
    }
}

TempFolder::~TempFolder() {
    std::error_code ignored; // nobody could do anything about it
    fs::remove_all(m_path, ignored);
    if (m_lock >= 0) {
        ::close(m_lock);
    }
}

} // namespace assay
