// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "together.hpp"

#include "assay/base/error.hpp"

#include "values.hpp"

#include <fmt/format.h>

namespace assay::cli {

namespace {

void check_row_flags(const VolumeDiffOptions& options) {
    const bool is_grouped = options.usual.by || !options.by_column.empty();
    const bool names_columns = !options.key.empty() || !options.ignore.empty() ||
                               (!options.map.empty() && !is_grouped) || !options.tolerances.empty();
    if (options.by == DiffBy::counts && names_columns) {
        throw Error(ErrorKind::usage,
                    "--key, --ignore, --map and --tol mean nothing when only rows are counted",
                    "add --rows to compare every row");
    }
}

/// Quantiles of all rows need neither a key nor a tolerance.
void check_distribution_flags(const VolumeDiffOptions& options) {
    if (options.by == DiffBy::distributions &&
        (!options.key.empty() || !options.tolerances.empty() || options.max_diff != Tolerance{} ||
         options.common.depth == Depth::catalog)) {
        throw Error(ErrorKind::usage,
                    "--key, --tol, --max-diff and --depth mean nothing with --distribution",
                    "leave them out: it compares the quantiles of all rows");
    }
}

void check_metrics(const VolumeDiffOptions& options) {
    if (options.metrics.empty()) {
        return;
    }
    if (!options.database_b.empty() || options.common.history.empty()) {
        throw Error(ErrorKind::usage, "--metric compares one database with earlier runs",
                    "leave out B, and name where runs are kept with --history FILE");
    }
    if (options.common.tables.size() != 1) {
        throw Error(ErrorKind::usage, "--metric names its table itself", "leave out --table");
    }
    UsualVolumeOptions usual = options.usual;
    usual.calendar = {};
    if (options.by != DiffBy::counts || usual != UsualVolumeOptions{} ||
        !options.by_column.empty() || options.common.since_column) {
        throw Error(ErrorKind::usage,
                    "--metric means nothing with --distribution, --by, --tz, --min-age, "
                    "--append-only or --column",
                    "leave them out: the metric is compared day by day");
    }
}

/// What compares two databases means nothing for one, and the other way round.
void check_sides(const VolumeDiffOptions& options) {
    const CommonOptions& common = options.common;
    const bool is_alone = options.database_b.empty();
    if (is_alone && options.by == DiffBy::distributions && common.history.empty()) {
        throw Error(ErrorKind::usage, "volume-diff --distribution needs B, or earlier runs",
                    "name the database to compare it with, or where runs are kept with --history "
                    "FILE");
    }
    const bool needs_b = options.by == DiffBy::rows && !options.snapshot.save;
    if (is_alone && (needs_b || options.max_diff != Tolerance{} || common.depth != Depth::full)) {
        throw Error(ErrorKind::usage, "volume-diff needs B for --rows, --max-diff and --depth",
                    "name the database to compare it with: assay volume-diff A B");
    }
    if (is_alone && common.since) {
        throw Error(ErrorKind::usage, "--since means nothing with one database",
                    "leave it out: how far volume-diff looks back follows from --by");
    }
    if (is_alone && (!options.where_a.empty() || !options.where_b.empty())) {
        throw Error(ErrorKind::usage, "--where-a and --where-b need B",
                    "with one database, say --where");
    }
    if (is_alone && !options.by_column.empty()) {
        refuse_choice("--by", options.by_column, {"hour", "day", "week"});
    }
    const bool is_grouped = options.usual.by || !options.by_column.empty();
    if (is_alone && options.by == DiffBy::distributions &&
        (options.usual != UsualVolumeOptions{} || !options.map.empty() || common.since_column)) {
        throw Error(ErrorKind::usage,
                    "with one database, --distribution takes none of --by, --tz, --min-age, "
                    "--calendar, --append-only, --map and --column",
                    "leave them out: it compares the quantiles of all rows with those kept before");
    }
    if (is_grouped && options.by == DiffBy::distributions) {
        throw Error(ErrorKind::usage, "--by means nothing with --distribution",
                    "it counts rows: leave the other one out");
    }
    if (!is_alone && is_grouped && (options.by == DiffBy::rows || common.depth == Depth::catalog)) {
        throw Error(ErrorKind::usage, "--by means nothing with --rows or --depth catalog",
                    "it counts rows: leave the other one out");
    }
    if (!is_alone && options.by == DiffBy::rows && common.depth == Depth::catalog) {
        throw Error(ErrorKind::usage, "--depth catalog means nothing with --rows",
                    "it compares estimates of how many rows there are: leave one of them out");
    }
    if (!is_alone && !options.usual.by && !options.usual.tz.empty()) {
        throw Error(ErrorKind::usage, "--tz means nothing without --by",
                    "add --by hour, day or week");
    }
    UsualVolumeOptions usual = options.usual;
    usual.min_age = 0;
    usual.by.reset();
    usual.tz.clear();
    if (!is_alone && usual != UsualVolumeOptions{}) {
        throw Error(ErrorKind::usage,
                    "--calendar and --append-only mean nothing with two databases",
                    "leave them out, or leave out B to compare A with its own past");
    }
    if (options.usual.deletes == Deletes::never && common.history.empty()) {
        throw Error(ErrorKind::usage, "--append-only compares with earlier runs",
                    "name where they are kept with --history FILE");
    }
}

/// Only what is held against earlier runs can be their successor.
void check_accept(const VolumeDiffOptions& options) {
    if (options.common.findings == Findings::accepted &&
        (!options.database_b.empty() || options.by == DiffBy::rows ||
         options.common.history.empty())) {
        throw Error(ErrorKind::usage,
                    "--accept keeps what one database has as the past of later runs",
                    "leave out B and --rows, and name where runs are kept with --history FILE");
    }
}

/// A dry run shows what numbers are judged by that have a past.
void check_dry_learn(const VolumeDiffOptions& options) {
    if (options.common.findings == Findings::tried &&
        (!options.database_b.empty() || options.by != DiffBy::counts || options.snapshot.save)) {
        throw Error(ErrorKind::usage,
                    "--dry-learn shows what is learned of the rows or the metrics of one database",
                    "leave out B, --rows and --distribution");
    }
}

void check_changes(const VolumeDiffOptions& options, const OutputOptions& output) {
    if (options.recheck && options.by != DiffBy::rows) {
        throw Error(ErrorKind::usage, "--recheck means nothing when only rows are counted",
                    "add --rows to compare every row");
    }
    if (!options.changes) {
        return;
    }
    if (options.by != DiffBy::rows) {
        throw Error(ErrorKind::usage, "--changes means nothing when only rows are counted",
                    "add --rows to compare every row");
    }
    check_beside("--changes", options.changes->path, "list", output);
}

/// A plan for side B cannot be made without values.
void check_repair(const VolumeDiffOptions& options, const OutputOptions& output) {
    if (!options.repair) {
        return;
    }
    if (options.by != DiffBy::rows) {
        throw Error(ErrorKind::usage, "--repair means nothing without --rows",
                    "add --rows to compare every row");
    }
    if (options.recheck) {
        throw Error(ErrorKind::usage, "--repair means nothing with --recheck",
                    "make the plan in a run of its own, when replication has come");
    }
    if (options.common.values != ValuesPolicy::all) {
        throw Error(ErrorKind::usage, "--repair writes the values of rows into the plan",
                    "add --values all if whoever reads the plan may see them");
    }
    check_beside("--repair", options.repair->path, "plan", output);
    if (options.changes && options.changes->path == options.repair->path) {
        throw Error(ErrorKind::usage,
                    fmt::format("--repair and --changes both name '{}'", options.repair->path),
                    "give the plan its own file");
    }
}

void check_snapshot(const VolumeDiffOptions& options, const OutputOptions& output) {
    const auto& save = options.snapshot.save;
    if (!save) {
        if (options.snapshot.grain) {
            throw Error(ErrorKind::usage, "--grain means nothing without --save-snapshot",
                        "for example --save-snapshot orders.snapshot --grain rows");
        }
        return;
    }
    check_beside("--save-snapshot", save->path, "snapshot", output);
    if (options.changes && options.changes->path == save->path) {
        throw Error(ErrorKind::usage,
                    fmt::format("--changes and --save-snapshot both name '{}'", save->path),
                    "give the snapshot its own file");
    }
}

/// What is told of rows one by one would be told of some tables only.
void check_resume(const VolumeDiffOptions& options, const OutputOptions& output) {
    if (options.resume.empty()) {
        return;
    }
    if (options.by != DiffBy::rows || options.database_b.empty()) {
        throw Error(ErrorKind::usage, "--resume means nothing without --rows and two databases",
                    "for example assay volume-diff A B --rows --resume diff.json");
    }
    if (options.recheck || options.repair || options.changes || options.snapshot.save ||
        !options.common.history.empty()) {
        throw Error(ErrorKind::usage,
                    "--resume means nothing with --recheck, --repair, --changes, --save-snapshot "
                    "or --history",
                    "they take one run over all rows: leave them out");
    }
    if (options.resume == "-") {
        throw Error(ErrorKind::usage, "--resume '-' is no file", "for example --resume diff.json");
    }
    check_beside("--resume", options.resume, "comparison", output);
}

/// -q asks whether rows differ, and -qq whether anything does, unless more is made of it.
Extent extent_of(const VolumeDiffOptions& options, const OutputOptions& output) {
    const unsigned quiet_enough = options.by == DiffBy::rows ? 1 : 2;
    const bool is_only_asked_whether = output.quiet >= quiet_enough && output.path == "-" &&
                                       output.exports.empty() && output.format != Format::nagios &&
                                       !options.changes && !options.repair && !options.recheck &&
                                       options.resume.empty() && options.common.history.empty() &&
                                       options.max_diff == Tolerance{};
    return is_only_asked_whether ? Extent::first : Extent::all;
}

} // namespace

void check_volume_diff(VolumeDiffOptions& options, const OutputOptions& output) {
    check_dry_learn(options);
    check_sides(options);
    check_row_flags(options);
    check_distribution_flags(options);
    check_metrics(options);
    check_accept(options);
    check_changes(options, output);
    check_repair(options, output);
    check_snapshot(options, output);
    check_resume(options, output);
    options.extent = extent_of(options, output);
}

} // namespace assay::cli
