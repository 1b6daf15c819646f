// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "resume_file.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/volume_diff_resume.hpp"
#include "assay/report/writer.hpp"

#include "input.hpp"
#include "output.hpp"
#include "parse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace assay::cli {
namespace {

bool is_there(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

std::string read_file(const std::string& path, const Cancellation& cancellation) {
    constexpr int no_stdin = -1;
    return read_input(path, no_stdin, cancellation);
}

bool is_wrong_call(const ErrorRecord& error) {
    return error.kind == to_string(ErrorKind::usage) ||
           error.kind == to_string(ErrorKind::not_found);
}

/// What was no call of ours is another one.
bool compares_the_same(const std::vector<std::string>& before,
                       const std::vector<std::string>& arguments) {
    try {
        return before == arguments || what_is_compared(before) == what_is_compared(arguments);
    } catch (const Error&) {
        return false;
    }
}

/// @throws Error of kind usage: the call that left the file compared something else.
void require_same_call(const InputFile& file, const std::vector<std::string>& arguments) {
    const auto before = read_json(file.text, file.name).run.arguments;
    if (!compares_the_same(before, arguments)) {
        throw Error(ErrorKind::usage,
                    fmt::format("--resume '{}': that run was another call: assay {}",
                                escape_text(file.name),
                                escape_text(fmt::format("{}", fmt::join(before, " ")))),
                    "remove the file to begin anew, or name another one");
    }
}

} // namespace

void read_resume_input(VolumeDiffOptions& options, const Cancellation& cancellation) {
    if (options.resume.empty() || !is_there(options.resume)) {
        return;
    }
    options.resume_from = InputFile{options.resume, read_file(options.resume, cancellation)};
    require_same_call(*options.resume_from, options.common.arguments);
}

void keep_to_resume(const VolumeDiffOptions& options, Document& document) {
    const std::string& path = options.resume;
    if (path.empty() || options.common.mode == Mode::explain ||
        std::any_of(document.errors.begin(), document.errors.end(), is_wrong_call)) {
        return;
    }
    if (!is_unfinished(document)) {
        std::error_code error;
        std::filesystem::remove(path, error);
        return;
    }
    document.notes.push_back(fmt::format(
        "the same call with --resume '{}' goes on from here; limits may be others", path));
    // One that ended before it had taken over what is known must not take that away.
    const Cancellation never;
    if (!is_there(path) || knows_as_much(document, read_json(read_file(path, never), path))) {
        replace_file(path, write_json(document));
    }
}

} // namespace assay::cli
