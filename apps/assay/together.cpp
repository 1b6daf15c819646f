// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "together.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <variant>

namespace assay::cli {

namespace {

void check_ages(const FreshnessOptions& options) {
    if (options.max_age && options.warn_age && *options.warn_age >= *options.max_age) {
        throw Error(ErrorKind::usage, "--warn-age must be shorter than --max-age",
                    "for example --warn-age 6h --max-age 1d");
    }
}

void check_escalations(const FreshnessOptions& options) {
    if (!options.escalations.empty() && !options.max_age && !options.warn_age) {
        throw Error(ErrorKind::usage, "--escalate needs a limit to count from",
                    "for example --warn-age 6h --escalate 2x=critical");
    }
}

void check_promise(const FreshnessOptions& options) {
    if (options.slo && !options.max_age && !options.by_time) {
        throw Error(ErrorKind::usage, "--slo needs to know how old is too old",
                    "for example --max-age 2h --slo 99.5%/30d, or --by-time '07:00 UTC' "
                    "--slo 99%/90d");
    }
}

void check_deadline_flags(const FreshnessOptions& options) {
    constexpr const char* hint = "for example --by-time '07:00 Europe/Berlin mon-fri'";
    if (options.grace && !options.by_time) {
        throw Error(ErrorKind::usage, "--grace means nothing without --by-time", hint);
    }
    if (options.calendar && !options.by_time) {
        throw Error(ErrorKind::usage, "--calendar means nothing without --by-time", hint);
    }
    const bool uses_arrivals =
        options.by_time || options.slo || options.backcast || options.event_column;
    if (options.arrival_column && options.column && !uses_arrivals) {
        throw Error(ErrorKind::usage, "--arrival-column means nothing beside --column alone",
                    "add --by-time, --slo, --backcast or --event-column, which go by arrivals");
    }
}

void check_lag(const FreshnessOptions& options) {
    const char* example = "for example --event-column paid_at --arrival-column loaded_at --max-lag "
                          "1h --max-late 0.1%";
    if (options.event_column && !options.arrival_column) {
        throw Error(ErrorKind::usage, "--event-column needs --arrival-column", example);
    }
    if (options.max_lag && !options.event_column) {
        throw Error(ErrorKind::usage, "--max-lag needs --event-column and --arrival-column",
                    example);
    }
    if (options.max_late != Tolerance{} && !options.max_lag) {
        throw Error(ErrorKind::usage, "--max-late needs --max-lag", example);
    }
}

void check_near(const DedupeCheckOptions& options) {
    if (options.likeness == Likeness::near && (!options.folds.empty() || options.nulls)) {
        throw Error(ErrorKind::usage, "--fold and --nulls mean nothing with --near",
                    "leave them out: --near folds texts by itself, and NULL says nothing");
    }
    if (options.likeness == Likeness::exact && options.min_probability) {
        throw Error(ErrorKind::usage, "--min-probability means nothing without --near",
                    "add --near");
    }
    if (options.likeness == Likeness::exact && options.against &&
        (options.within || options.repair || !options.folds.empty() || !options.ignore.empty())) {
        throw Error(ErrorKind::usage,
                    "--against means nothing with --fold, --ignore, --repair or --within",
                    "leave them out: it looks for keys that stand in both tables");
    }
}

/// Some questions are about one key.
void check_keys(const DedupeCheckOptions& options) {
    const std::string_view flag = options.likeness == Likeness::near ? "--near"
                                  : options.within                   ? "--within"
                                  : options.against                  ? "--against"
                                  : options.repair                   ? "--repair"
                                                                     : "";
    if (!flag.empty() && flag != "--against" && options.keys.size() > 1) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} takes one --key, but {} are given", flag, options.keys.size()),
                    "put the columns into one, as in --key a,b, or make one run for each key");
    }
    if (options.whole_rows && (flag == "--near" || flag == "--within" || flag == "--against" ||
                               (!flag.empty() && !options.keys.empty()))) {
        throw Error(ErrorKind::usage,
                    fmt::format("--whole-rows means nothing with {}{}", flag,
                                flag == "--repair" ? " and --key" : ""),
                    "leave it out");
    }
    if (options.verify && !flag.empty()) {
        throw Error(ErrorKind::usage, fmt::format("--verify means nothing with {}", flag),
                    "leave it out: the rows are read in any case");
    }
}

void check_repair(const DedupeCheckOptions& options, const OutputOptions& output) {
    if (!options.repair) {
        if (options.keep) {
            throw Error(ErrorKind::usage, "--keep means nothing without --repair",
                        "for example --repair plan.sql --keep last");
        }
        return;
    }
    if (options.likeness == Likeness::near) {
        throw Error(ErrorKind::usage, "--repair means nothing with --near",
                    "rows that are only probably the same need a look: see the groups");
    }
    check_beside("--repair", options.repair->path, "plan", output);
}

void check_retries(const DedupeCheckOptions& options) {
    if (options.actor && !options.within) {
        throw Error(ErrorKind::usage, "--actor means nothing without --within",
                    "for example --within 30s --actor user_id");
    }
    if (options.within && (options.likeness == Likeness::near || !options.folds.empty() ||
                           options.nulls || options.repair)) {
        throw Error(ErrorKind::usage,
                    "--within means nothing with --near, --fold, --nulls or --repair",
                    "look for retries in a run of their own");
    }
}

/// Exact duplicates and one database alone are told with their times, whichever rows count.
template <typename Options>
bool uses_times(const Options& options) {
    if constexpr (std::is_same_v<Options, DedupeCheckOptions>) {
        return options.likeness == Likeness::exact;
    }
    if constexpr (std::is_same_v<Options, VolumeDiffOptions>) {
        return options.database_b.empty() || options.usual.min_age > 0 || options.usual.by;
    }
    return false;
}

void check_since(const CommonOptions& options) {
    if (options.since_column && !options.since) {
        throw Error(ErrorKind::usage, "--column means nothing without --since",
                    "add --since 7d, or another age or timestamp");
    }
}

void check_stdin_once(const ReportRequest& request) {
    if (std::count(request.files.begin(), request.files.end(), "-") > 1) {
        throw Error(ErrorKind::usage, "stdin (-) can be read only once",
                    "save one of the results to a file");
    }
}

/// What is removed is gone: nothing is assumed.
void check_prune(const PruneOptions& options) {
    if (options.common.history.empty() || options.keep == 0) {
        throw Error(ErrorKind::usage,
                    fmt::format("report prune needs {}",
                                options.common.history.empty() ? "--history" : "--keep"),
                    "for example: assay report prune --history assay.db --keep 90d");
    }
}

} // namespace

void check_beside(std::string_view flag, const std::string& path, std::string_view what,
                  const OutputOptions& output) {
    if (path == "-" && output.path == "-" && output.quiet < 2) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} - and the result would both go to stdout", flag),
                    "add -o FILE for the result, or -qq for none");
    }
    const bool is_taken = std::any_of(output.exports.begin(), output.exports.end(),
                                      [&](const Export& wanted) { return wanted.path == path; });
    if (path != "-" && (path == output.path || is_taken)) {
        throw Error(ErrorKind::usage, fmt::format("{} and a result both name '{}'", flag, path),
                    fmt::format("give the {} its own file", what));
    }
}

void check_together(Invocation& invocation) {
    for (const auto& wanted : invocation.output.exports) {
        if (wanted.path == invocation.output.path) {
            throw Error(ErrorKind::usage,
                        fmt::format("--export and --output both name '{}'", wanted.path),
                        "give every result its own file");
        }
    }
    std::visit(
        [](const auto& options) {
            if constexpr (requires { options.common; }) {
                if (!uses_times(options)) {
                    check_since(options.common);
                }
            }
        },
        invocation.options);
    if (const auto* options = std::get_if<FreshnessOptions>(&invocation.options)) {
        check_ages(*options);
        check_escalations(*options);
        check_promise(*options);
        check_deadline_flags(*options);
        check_lag(*options);
    } else if (auto* diff = std::get_if<VolumeDiffOptions>(&invocation.options)) {
        check_volume_diff(*diff, invocation.output);
    } else if (const auto* dedupe = std::get_if<DedupeCheckOptions>(&invocation.options)) {
        check_near(*dedupe);
        check_keys(*dedupe);
        check_repair(*dedupe, invocation.output);
        check_retries(*dedupe);
    } else if (const auto* request = std::get_if<ReportRequest>(&invocation.options)) {
        check_stdin_once(*request);
    } else if (const auto* prune = std::get_if<PruneOptions>(&invocation.options)) {
        check_prune(*prune);
    }
}

} // namespace assay::cli
