// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "snapshot_input.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/scan/snapshot_file.hpp"

#include "input.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace assay::cli {

namespace {

/// Is it a file that begins as a snapshot does? A database that is none is told by who opens it.
bool is_snapshot(const std::string& path) {
    std::error_code error;
    if (path.empty() || !std::filesystem::is_regular_file(path, error)) {
        return false;
    }
    std::ifstream file(path, std::ios::binary);
    std::string beginning(snapshot_magic.size(), '\0');
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    return file && beginning == snapshot_magic;
}

} // namespace

void read_snapshot_input(VolumeDiffOptions& options, const Cancellation& cancellation) {
    if (is_snapshot(options.database_b)) {
        throw Error(ErrorKind::usage,
                    fmt::format("'{}' is a snapshot", escape_text(options.database_b)),
                    "name it before the database: assay volume-diff FILE DB --rows");
    }
    if (is_snapshot(options.database_a)) {
        constexpr int no_stdin = -1;
        options.snapshot.from =
            InputFile{options.database_a, read_input(options.database_a, no_stdin, cancellation)};
    }
}

} // namespace assay::cli
