// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "run_record.hpp"

#include "assay/base/hash.hpp"

#include <array>
#include <cerrno>
#include <cstdint>

#include <sys/random.h>

namespace assay::cli {

std::string make_uuid() {
    std::array<std::uint64_t, 2> bits{};
    // Up to 256 bytes come whole once the pool is ready; only the wait before that is interrupted.
    while (getrandom(bits.data(), sizeof bits, 0) < 0 && errno == EINTR) {
    }
    bits[0] = (bits[0] & ~std::uint64_t{0xf000}) | 0x4000U;
    bits[1] = (bits[1] & ~(std::uint64_t{3} << 62U)) | (std::uint64_t{2} << 62U);
    std::string text = hex64(bits[0]) + hex64(bits[1]);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) {
        text.insert(at, 1, '-');
    }
    return text;
}

void add_error(Document& document, const Error& error) {
    document.errors.push_back({std::string(to_string(error.kind())), error.what(), error.hint()});
    document.run.complete = false;
}

void complete_run(RunRecord& run, const RunStart& start, const std::string& command,
                  const std::vector<std::string>& redacted_arguments) {
    if (run.id.empty()) {
        run.id = make_uuid();
    }
    if (run.command.empty()) {
        run.command = command;
    }
    if (run.arguments.empty()) {
        run.arguments = redacted_arguments;
    }
    if (run.started_at != 0) {
        return; // a saved result tells of the run that made it
    }
    run.started_at = start.wall;
    const auto elapsed = std::chrono::steady_clock::now() - start.steady;
    run.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
    run.finished_at =
        start.wall + std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count();
}

} // namespace assay::cli
