// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "input.hpp"

#include "assay/base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace assay::cli {

namespace {

class OpenFile {
public:
    explicit OpenFile(const std::string& path) : m_descriptor(::open(path.c_str(), flags)) {}
    ~OpenFile() {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int get() const noexcept { return m_descriptor; }

private:
    static constexpr int flags = O_RDONLY | O_CLOEXEC;
    int m_descriptor;
};

Error cannot_read(const std::string& name, int code) {
    const ErrorKind kind = code == EACCES ? ErrorKind::permission : ErrorKind::connection;
    std::string hint;
    if (code == ENOENT) {
        hint = "results are made with: assay audit DB --json -o FILE";
    } else if (code == EISDIR) {
        hint = "name the files in it";
    }
    return {kind, fmt::format("could not read {}: {}", name, std::generic_category().message(code)),
            hint};
}

/// Wait for bytes, but not longer than until the run is cancelled.
void wait_readable(int descriptor, const Cancellation& cancellation) {
    constexpr int slice_ms = 100;
    pollfd waiting{descriptor, POLLIN, 0};
    do {
        cancellation.check();
    } while (::poll(&waiting, 1, slice_ms) == 0);
}

std::string read_all(int descriptor, const std::string& name, const Cancellation& cancellation) {
    std::string text;
    std::array<char, 65'536> buffer{};
    while (true) {
        wait_readable(descriptor, cancellation);
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0) {
            break;
        } else if (errno != EINTR && errno != EAGAIN) {
            throw cannot_read(name, errno);
        }
    }
    if (text.empty()) {
        throw Error(ErrorKind::connection, fmt::format("{} is empty", name),
                    "did the run that should have written it fail?");
    }
    return text;
}

} // namespace

std::string read_input(const std::string& path, int standard_input,
                       const Cancellation& cancellation) {
    if (path != "-") {
        const OpenFile file(path);
        const std::string name = fmt::format("'{}'", path);
        if (file.get() < 0) {
            throw cannot_read(name, errno);
        }
        return read_all(file.get(), name, cancellation);
    }
    if (::isatty(standard_input) == 1) {
        throw Error(ErrorKind::usage, "there is no saved result: stdin is the terminal",
                    "name a file, or pipe a result in: assay audit DB --json | assay report");
    }
    return read_all(standard_input, "stdin", cancellation);
}

} // namespace assay::cli
