// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "output.hpp"

#include "assay/base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace assay::cli {

namespace {

namespace fs = std::filesystem;

class Descriptor {
public:
    explicit Descriptor(int descriptor) noexcept : m_descriptor(descriptor) {}
    ~Descriptor() {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const noexcept { return m_descriptor; }
    /// @return 0, or -1 with errno: a full disk may only show here.
    int close() noexcept { return ::close(std::exchange(m_descriptor, -1)); }

private:
    int m_descriptor;
};

/// Removes a temporary file unless it has become the real one.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string path) : m_path(std::move(path)) {}
    ~TemporaryFile() {
        if (!m_path.empty()) {
            ::unlink(m_path.c_str());
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    void keep() noexcept { m_path.clear(); }

private:
    std::string m_path;
};

Error failure(std::string_view name, std::string hint = {}) {
    return {ErrorKind::output,
            fmt::format("could not write {}: {}", name, std::generic_category().message(errno)),
            std::move(hint)};
}

std::string quoted(const std::string& path) { return fmt::format("'{}'", path); }

/// Where a path leads when it is a symbolic link, so that the link survives.
std::string resolve(const std::string& path) {
    std::error_code ignored;
    const fs::path real = fs::is_symlink(path, ignored) ? fs::canonical(path, ignored) : fs::path();
    return real.empty() ? path : real.string();
}

/// Everything, into the file `path` that is open as `descriptor`.
void write_pieces(int descriptor, const PieceSource& source, const std::string& path) {
    source([&](std::string_view piece) { return write_all(descriptor, piece, quoted(path)); });
}

void write_directly(const std::string& path, const PieceSource& source) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (file.get() < 0) {
        throw failure(quoted(path));
    }
    write_pieces(file.get(), source, path);
    if (file.close() != 0) {
        throw failure(quoted(path));
    }
}

bool is_sqlite_database(const std::string& path) {
    static constexpr std::string_view magic{"SQLite format 3\0", 16};
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, magic.size()> head{};
    return file.get() >= 0 &&
           ::read(file.get(), head.data(), head.size()) == static_cast<ssize_t>(head.size()) &&
           std::string_view(head.data(), head.size()) == magic;
}

} // namespace

Written write_all(int descriptor, std::string_view bytes, std::string_view name) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EPIPE) {
            return Written::reader_gone;
        } else if (errno == EAGAIN) {
            pollfd waiting{descriptor, POLLOUT, 0};
            static_cast<void>(::poll(&waiting, 1, -1));
        } else if (errno != EINTR) {
            throw failure(name);
        }
    }
    return Written::all;
}

void replace_file(const std::string& path, std::string_view bytes) {
    replace_file(path, [bytes](const PieceSink& sink) { static_cast<void>(sink(bytes)); });
}

void replace_file(const std::string& path, const PieceSource& source) {
    check_replaceable(path);
    const std::string target = resolve(path);
    struct stat old {};
    const bool exists = ::stat(target.c_str(), &old) == 0;
    if (exists && !S_ISREG(old.st_mode)) {
        write_directly(target, source);
        return;
    }
    std::string temporary = target + ".XXXXXX";
    Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (file.get() < 0) {
        throw failure(quoted(path), "the folder must exist and be writable");
    }
    TemporaryFile cleanup(temporary);
    if (exists && ::fchmod(file.get(), old.st_mode & 0777U) != 0) {
        throw failure(quoted(path));
    }
    write_pieces(file.get(), source, path);
    if (::fsync(file.get()) != 0 || file.close() != 0 ||
        ::rename(temporary.c_str(), target.c_str()) != 0) {
        throw failure(quoted(path));
    }
    cleanup.keep();
}

void check_replaceable(const std::string& path) {
    const std::string target = resolve(path);
    std::error_code ignored;
    if (fs::is_directory(target, ignored)) {
        throw Error(ErrorKind::output, fmt::format("could not write '{}': it is a folder", path),
                    "name a file in it");
    }
    const fs::path folder = fs::path(target).parent_path();
    if (!folder.empty() && !fs::is_directory(folder, ignored)) {
        throw Error(
            ErrorKind::output,
            fmt::format("could not write '{}': there is no folder '{}'", path, folder.string()),
            "make the folder first");
    }
    if (is_sqlite_database(target)) {
        throw Error(ErrorKind::output,
                    fmt::format("will not write over '{}': it is a SQLite database", path),
                    "choose another name for the result");
    }
}

} // namespace assay::cli
