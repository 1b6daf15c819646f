// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace assay::testing {

/// A program to run without a shell.
struct ProcessRequest {
    std::vector<std::string> arguments;   ///< [0] is the path of the program
    std::vector<std::string> environment; ///< "NAME=value"; nothing is inherited
    std::string folder;                   ///< working directory; empty: ours
    std::string input = "/dev/null";      ///< file that becomes its stdin
    std::chrono::seconds timeout{120};    ///< then it is killed
};

/// What came of it.
struct ProcessResult {
    int status = -1; ///< exit status; 128+n when signal n killed it
    bool timed_out = false;
    std::string output; ///< stdout
    std::string errors; ///< stderr
};

namespace detail {

[[noreturn]] inline void fail(const std::string& what, int code = errno) {
    throw std::runtime_error(what + ": " + std::strerror(code));
}

struct Pipe {
    int read_end = -1;
    int write_end = -1;

    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            fail("pipe");
        }
        read_end = ends[0];
        write_end = ends[1];
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close(read_end);
        close(write_end);
    }

    static void close(int& end) {
        if (end >= 0) {
            ::close(end);
            end = -1;
        }
    }
};

inline std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (auto& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

inline pid_t spawn(ProcessRequest& request, const Pipe& output, const Pipe& errors) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, request.input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.write_end, 1);
    posix_spawn_file_actions_adddup2(&actions, errors.write_end, 2);
    if (!request.folder.empty()) {
        posix_spawn_file_actions_addchdir_np(&actions, request.folder.c_str());
    }
    auto arguments = pointers(request.arguments);
    auto environment = pointers(request.environment);
    pid_t child = 0;
    const int code = ::posix_spawn(&child, request.arguments.at(0).c_str(), &actions, nullptr,
                                   arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) {
        fail("cannot run '" + request.arguments.at(0) + "'", code);
    }
    return child;
}

/// Append what there is to read; at its end the file is closed.
inline void drain(int& end, std::string& text) {
    std::array<char, 65536> buffer{};
    const auto count = ::read(end, buffer.data(), buffer.size());
    if (count > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
        Pipe::close(end);
    }
}

} // namespace detail

/// Run a program to its end and keep what it wrote, both streams apart.
/// @throws std::runtime_error if it cannot be started.
inline ProcessResult run_process(ProcessRequest request) {
    using Clock = std::chrono::steady_clock;
    detail::Pipe output;
    detail::Pipe errors;
    const pid_t child = detail::spawn(request, output, errors);
    detail::Pipe::close(output.write_end);
    detail::Pipe::close(errors.write_end);

    ProcessResult result;
    const auto deadline = Clock::now() + request.timeout;
    while (output.read_end >= 0 || errors.read_end >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) {
            result.timed_out = true;
            ::kill(child, SIGKILL);
            break;
        }
        // poll() leaves entries with a negative descriptor alone.
        std::array<pollfd, 2> ends{{{output.read_end, POLLIN, 0}, {errors.read_end, POLLIN, 0}}};
        ::poll(ends.data(), ends.size(), static_cast<int>(left.count()));
        if (ends[0].revents != 0) {
            detail::drain(output.read_end, result.output);
        }
        if (ends[1].revents != 0) {
            detail::drain(errors.read_end, result.errors);
        }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

} // namespace assay::testing
