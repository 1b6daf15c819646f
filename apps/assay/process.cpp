// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "process.hpp"

#include "redact.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace assay::cli {

namespace {

/// The null device in place of a stream that was closed. It is opened the wrong way round: reading
/// stdin and writing stdout must fail, not succeed in silence. stderr may be lost.
void open_if_closed(int descriptor, int mode) noexcept {
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
        // The lowest free descriptor is this one, as the lower ones are open by now.
        static_cast<void>(::open("/dev/null", mode));
    }
}

/// A dump would hold passwords and values. The limit does not count where dumps go to a program.
void leave_no_core_dump() noexcept {
    const rlimit none{0, 0};
    static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
#ifndef __SANITIZE_ADDRESS__ // which looks for leaks as a debugger does
    static_cast<void>(::prctl(PR_SET_DUMPABLE, 0));
#endif
}

} // namespace

void prepare_process() noexcept {
    open_if_closed(STDIN_FILENO, O_WRONLY);
    open_if_closed(STDOUT_FILENO, O_RDONLY);
    open_if_closed(STDERR_FILENO, O_WRONLY);
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN)); // a file as large as `ulimit -f` is an error
    leave_no_core_dump();
}

std::vector<std::string> take_arguments(int argc, char** argv) {
    std::vector<std::string> arguments;
    for (int i = 1; i < argc; ++i) {
        std::string& argument = arguments.emplace_back(argv[i]);
        for (const auto& [begin, length] : secret_ranges(argument)) {
            for (std::size_t at = begin; at < begin + length; ++at) {
                argv[i][at] = '*';
            }
        }
    }
    return arguments;
}

std::optional<std::string> read_environment(const std::string& name) {
    // Nobody changes the environment.
    const char* value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int finish_process(int status) noexcept {
    constexpr int signal_base = 128;
    if (status <= signal_base) {
        return status;
    }
    const int signal = status - signal_base;
    static_cast<void>(std::signal(signal, SIG_DFL));
    sigset_t only{};
    sigemptyset(&only);
    sigaddset(&only, signal);
    pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
    static_cast<void>(std::raise(signal));
    return status;
}

} // namespace assay::cli
