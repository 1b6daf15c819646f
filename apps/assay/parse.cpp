// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "parse.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include "redact.hpp"
#include "subcommands.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace assay::cli {

namespace {

const Flag* find_flag(const std::vector<Flag>& flags, std::string_view name) {
    const auto found = std::find_if(flags.begin(), flags.end(),
                                    [&](const Flag& flag) { return flag.name == name; });
    return found == flags.end() ? nullptr : &*found;
}

/// Every flag of every subcommand once; a name means the same kind of flag everywhere.
std::vector<Flag> all_flags() {
    std::vector<Flag> flags{{'h', "help", "", "", Section::output, {}},
                            {'V', "version", "", "", Section::output, {}}};
    for (const auto& subcommand : subcommands()) {
        Invocation invocation;
        CommandLine line;
        subcommand.add(line, invocation);
        for (const auto& flag : line.flags) {
            if (find_flag(flags, flag.name) == nullptr) {
                flags.push_back(flag);
            }
        }
    }
    return flags;
}

std::vector<std::string> flag_words(const std::vector<Flag>& flags) {
    std::vector<std::string> words;
    words.reserve(flags.size());
    for (const auto& flag : flags) {
        words.push_back("--" + flag.name);
    }
    return words;
}

std::vector<std::string> command_words() {
    std::vector<std::string> words;
    for (const auto& subcommand : subcommands()) {
        words.emplace_back(subcommand.name);
    }
    words.emplace_back("help");
    return words;
}

std::string help_pointer(const Subcommand* subcommand) {
    return subcommand == nullptr ? "see 'assay help'"
                                 : fmt::format("see 'assay help {}'", subcommand->name);
}

/// The subcommand that the first word or two name, and how many words that takes.
std::pair<const Subcommand*, std::size_t> match_command(const std::vector<std::string>& words) {
    if (words.size() >= 2) {
        if (const auto* both = find_subcommand(words[0] + " " + words[1])) {
            return {both, 2};
        }
    }
    return {words.empty() ? nullptr : find_subcommand(words[0]), 1};
}

CommandLine line_of(const Subcommand& subcommand) {
    Invocation unused;
    CommandLine line;
    subcommand.add(line, unused);
    return line;
}

Error unknown_flag(const std::string& flag, const Subcommand* subcommand) {
    const auto flags = subcommand == nullptr ? all_flags() : line_of(*subcommand).flags;
    std::string hint = did_you_mean(flag, flag_words(flags));
    if (hint.empty()) {
        hint = help_pointer(subcommand);
    }
    return {ErrorKind::usage, fmt::format("unknown flag '{}'", flag), hint};
}

Error unknown_command(const std::string& word) {
    std::string hint = did_you_mean(word, command_words());
    const bool database = word.find_first_of("./=:") != std::string::npos;
    if (hint.empty()) {
        hint = database ? fmt::format("a command comes first: assay audit {}", word)
                        : "the commands are " + join_and(command_words());
    }
    return {ErrorKind::usage, fmt::format("unknown command '{}'", word), hint};
}

Error misplaced_flag(const std::string& name, const Subcommand& subcommand) {
    std::vector<std::string> owners;
    for (const auto& other : subcommands()) {
        if (find_flag(line_of(other).flags, name) != nullptr) {
            owners.emplace_back(other.name);
        }
    }
    return {ErrorKind::usage, fmt::format("{} has no flag --{}", subcommand.name, name),
            fmt::format("--{} belongs to {}", name, join_and(owners))};
}

void apply_flags(const Tokens& tokens, const CommandLine& line, const Subcommand& subcommand) {
    for (const auto& use : tokens.uses) {
        const Flag* flag = find_flag(line.flags, use.name);
        if (flag == nullptr) {
            throw misplaced_flag(use.name, subcommand);
        }
        flag->apply(use.value);
    }
}

void apply_words(const std::vector<std::string>& words, std::size_t at, const CommandLine& line,
                 const Subcommand& subcommand) {
    for (const auto& positional : line.positionals) {
        std::size_t taken = 0;
        while (at < words.size() && taken < positional.most) {
            positional.apply(words[at++]);
            ++taken;
        }
        if (taken < positional.least) {
            throw Error(ErrorKind::usage,
                        fmt::format("{} needs {}", subcommand.name, positional.name),
                        positional.missing_hint);
        }
    }
    if (at < words.size()) {
        throw Error(ErrorKind::usage,
                    fmt::format("{}: unexpected argument '{}'", subcommand.name, words[at]),
                    "the form is: " + line.usage);
    }
}

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

/// A file besides the result has a place of its own.
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

/// Where nobody sees how many rows differ, it is enough that one does.
Extent extent_of(const VolumeDiffOptions& options, const OutputOptions& output) {
    const bool nobody_sees = output.quiet > 1 && output.path == "-" && output.exports.empty() &&
                             output.format != Format::nagios && !options.changes &&
                             !options.repair && !options.recheck &&
                             options.common.history.empty() && options.max_diff == Tolerance{};
    return nobody_sees ? Extent::first : Extent::all;
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

/// Rules between flags, after all of them are known.
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
        check_sides(*diff);
        check_row_flags(*diff);
        check_distribution_flags(*diff);
        check_metrics(*diff);
        check_changes(*diff, invocation.output);
        check_repair(*diff, invocation.output);
        check_snapshot(*diff, invocation.output);
        diff->extent = extent_of(*diff, invocation.output);
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

void set_run_facts(Invocation& invocation, const std::vector<std::string>& arguments) {
    std::visit(
        [&](auto& options) {
            if constexpr (requires { options.common; }) {
                options.common.command = invocation.command;
                options.common.arguments = redact(arguments);
            }
        },
        invocation.options);
}

Parsed help_for(const std::vector<std::string>& words) {
    const auto [subcommand, count] = match_command(words);
    if (!words.empty() && subcommand == nullptr && words[0] != "help") {
        throw unknown_command(words[0]);
    }
    return {Intent::help, subcommand == nullptr ? "" : std::string(subcommand->name), nullptr};
}

/// Is one of these words on the command line, before "--"?
bool has_word(const std::vector<std::string>& arguments, std::string_view one,
              std::string_view other) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::any_of(arguments.begin(), end,
                       [&](const auto& word) { return word == one || word == other; });
}

bool has_use(const Tokens& tokens, std::string_view name) {
    return std::any_of(tokens.uses.begin(), tokens.uses.end(),
                       [&](const auto& use) { return use.name == name; });
}

Parsed parse_run(const Tokens& tokens, const std::vector<std::string>& arguments) {
    const auto [subcommand, count] = match_command(tokens.words);
    if (tokens.unknown_flag) {
        throw unknown_flag(*tokens.unknown_flag, subcommand);
    }
    if (tokens.words.empty()) {
        throw Error(ErrorKind::usage, "no command given",
                    "the commands are " + join_and(command_words()));
    }
    if (subcommand == nullptr) {
        throw unknown_command(tokens.words[0]);
    }
    auto invocation = std::make_unique<Invocation>();
    invocation->command = subcommand->name;
    CommandLine line;
    subcommand->add(line, *invocation);
    apply_flags(tokens, line, *subcommand);
    apply_words(tokens.words, count, line, *subcommand);
    check_together(*invocation);
    set_run_facts(*invocation, arguments);
    return {Intent::run, invocation->command, std::move(invocation)};
}

Parsed parse_unredacted(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        return {Intent::concise_help, "", nullptr};
    }
    if (has_word(arguments, "-h", "--help")) {
        return {Intent::help, guess_command(arguments), nullptr};
    }
    if (has_word(arguments, "-V", "--version")) {
        return {Intent::version, "", nullptr};
    }
    const Tokens tokens = tokenize(arguments, all_flags());
    if (!tokens.words.empty() && tokens.words[0] == "help") {
        return help_for({tokens.words.begin() + 1, tokens.words.end()});
    }
    if (has_use(tokens, "help")) {
        return {Intent::help, guess_command(arguments), nullptr};
    }
    if (has_use(tokens, "version")) {
        return {Intent::version, "", nullptr};
    }
    return parse_run(tokens, arguments);
}

} // namespace

Parsed parse(const std::vector<std::string>& arguments) {
    try {
        return parse_unredacted(arguments);
    } catch (const Error& error) {
        throw Error(error.kind(), redact(error.what()), redact(error.hint()));
    }
}

std::string guess_command(const std::vector<std::string>& arguments) {
    std::vector<std::string> words;
    std::copy_if(arguments.begin(), arguments.end(), std::back_inserter(words),
                 [](const auto& word) { return !word.starts_with('-'); });
    while (!words.empty()) {
        if (const auto* subcommand = match_command(words).first) {
            return std::string(subcommand->name);
        }
        words.erase(words.begin());
    }
    return {};
}

Format asked_format(const std::vector<std::string>& arguments) {
    std::string_view asked;
    std::string_view before;
    for (const std::string& word : arguments) {
        constexpr std::string_view long_flag = "--format=";
        if (before == "-f" || before == "--format") {
            asked = word;
        } else if (word.starts_with("-f") && word.size() > 2) {
            asked = std::string_view(word).substr(2);
        } else if (word.starts_with(long_flag)) {
            asked = std::string_view(word).substr(long_flag.size());
        } else if (word == "--json") {
            asked = "json";
        } else if (word == "--") {
            break;
        }
        before = word;
    }
    return parse_format(asked).value_or(Format::text);
}

} // namespace assay::cli
