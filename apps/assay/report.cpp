// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"

#include "common_options.hpp"
#include "subcommands.hpp"
#include "values.hpp"

#include <limits>

namespace assay::cli {

namespace {

Positional result_files(std::string name, std::size_t least, std::size_t most,
                        ReportRequest& request) {
    const auto apply = [&request](const std::string& text) {
        if (text.empty()) {
            throw Error(ErrorKind::usage, "FILE: the argument is empty",
                        "is a variable of the script not set?");
        }
        request.files.push_back(text);
    };
    return {std::move(name), "", least, most, "", apply};
}

} // namespace

void add_report(CommandLine& line, Invocation& invocation) {
    auto& request = invocation.options.emplace<ReportRequest>();
    line.usage = "assay report [FILE...] [flags]";
    line.about = "Reads results that --json saved and renders them again, several side by side. "
                 "The exit status is that of the checks in them.";
    line.examples = {
        {"assay report result.json", "read a saved result"},
        {"assay report a.json b.json -f markdown", "two results in one page"},
        {"assay audit shop.db --json | assay report - --fail-on warning", "in a pipe"},
    };
    line.positionals.push_back(
        result_files("FILE", 0, std::numeric_limits<std::size_t>::max(), request));
    line.positionals[0].help = "a saved result; none or - is stdin";
    add_output(line, invocation.output);
}

void add_report_diff(CommandLine& line, Invocation& invocation) {
    auto& request = invocation.options.emplace<ReportRequest>();
    request.what = ReportRequest::What::diff;
    line.usage = "assay report diff OLD NEW [flags]";
    line.about = "Compares the findings of two saved results. Only new ones turn the exit status "
                 "to 1.";
    line.examples = {
        {"assay report diff yesterday.json today.json", "new, fixed, still failing"},
        {"assay audit shop.db --json | assay report diff accepted.json -", "gate on what is new"},
    };
    line.positionals.push_back(result_files("OLD", 1, 1, request));
    line.positionals.push_back(result_files("NEW", 1, 1, request));
    line.positionals[0].help = "the earlier result; - is stdin";
    line.positionals[1].help = "the later result; - is stdin";
    line.positionals[0].missing_hint =
        "report diff compares two results: assay report diff OLD NEW";
    line.positionals[1].missing_hint =
        "name the result to compare it with: assay report diff OLD NEW";
    add_output(line, invocation.output);
}

void add_report_prune(CommandLine& line, Invocation& invocation) {
    auto& options = invocation.options.emplace<PruneOptions>();
    line.usage = "assay report prune --history FILE --keep WHAT [flags]";
    line.about = "Removes runs from a history that are older than --keep. The newest run of each "
                 "command on a table stays, so that the next one has something to compare with.";
    line.examples = {
        {"assay report prune --history assay.db --keep 90d", "remove what is older than 90 days"},
        {"assay report prune --history assay.db --keep 400d -q", "from cron"},
    };
    line.flags.push_back(
        {0, "history", "FILE", "the history, as --history of a run named it", Section::command,
         [&](const auto& text) { options.common.history = parse_text("--history", text); }});
    line.flags.push_back({0, "keep", "WHAT", "how old the runs may be that stay: 90d",
                          Section::command,
                          [&](const auto& text) { options.keep = parse_past("--keep", text); }});
    line.flags.push_back(
        {0, "now", "TIMESTAMP", "take this for the present (default: the clock of this machine)",
         Section::command,
         [&](const auto& text) { options.common.now = parse_instant("--now", text); }});
    add_output(line, invocation.output);
}

} // namespace assay::cli
