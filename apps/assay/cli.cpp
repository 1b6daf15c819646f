// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "cli.hpp"

#include "assay/base/error.hpp"
#include "assay/store/library_versions.hpp"

#include "deliver.hpp"
#include "help.hpp"
#include "input.hpp"
#include "output.hpp"
#include "parse.hpp"
#include "redact.hpp"
#include "resume_file.hpp"
#include "run_record.hpp"
#include "side_output.hpp"
#include "snapshot_input.hpp"
#include "terminal.hpp"
#include "watcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace assay::cli {

namespace {

Messages::Level message_level(const OutputOptions& options) {
    if (options.quiet > 1) {
        return Messages::Level::silent;
    }
    return options.verbose > 0 ? Messages::Level::everything : Messages::Level::errors;
}

Colour message_colour(const OutputOptions& options, const World& world) {
    return choose_colour(options.colour, world.environment, target_of(world.error));
}

HelpStyle help_style(const World& world, int descriptor) {
    constexpr std::size_t narrowest = 40;
    constexpr std::size_t widest = 100;
    constexpr std::size_t usual = 80;
    const Target target = target_of(descriptor);
    const std::size_t width =
        choose_width(std::nullopt, world.environment, target, terminal_columns(descriptor));
    return {width == 0 ? usual : std::clamp(width, narrowest, widest),
            choose_colour(std::nullopt, world.environment, target)};
}

std::string version_text() {
    std::string text = fmt::format("assay {}\n", assay_version);
    text += fmt::format("SQLite {}\nlibpq {} when it was built\n", sqlite_version(),
                        ASSAY_LIBPQ_VERSION);
    return text + fmt::format("fmt {}.{}.{}\n", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                              FMT_VERSION % 100);
}

/// A text that the user asked for, as help or version.
int print_asked(const std::string& text, const World& world) {
    static_cast<void>(write_all(world.output, text, "to stdout"));
    return static_cast<int>(ExitStatus::clean);
}

/// Nothing was asked for and nothing was checked, so a script must not read this as success.
int print_concise_help(const World& world) {
    try {
        const HelpStyle style = help_style(world, world.error);
        static_cast<void>(write_all(world.error, concise_help(style), "to stderr"));
    } catch (const Error&) {
        // There is nobody left to tell.
    }
    return static_cast<int>(ExitStatus::usage);
}

std::string help_of(const std::string& command, const HelpStyle& style) {
    const Subcommand* subcommand = find_subcommand(command);
    return subcommand == nullptr ? main_help(style) : command_help(*subcommand, style);
}

ReportOptions read_results(const ReportRequest& request, const Invocation& invocation,
                           const std::vector<std::string>& arguments, const World& world,
                           const Cancellation& cancellation) {
    ReportOptions options{invocation.command, redact(arguments), {}};
    const std::vector<std::string> standard_input{"-"};
    for (const auto& file : request.files.empty() ? standard_input : request.files) {
        options.results.push_back(
            {file == "-" ? "stdin" : file, read_input(file, world.input, cancellation)});
    }
    return options;
}

std::optional<std::chrono::milliseconds> runtime_limit(const Invocation& invocation) {
    return std::visit(
        [](const auto& options) -> std::optional<std::chrono::milliseconds> {
            if constexpr (requires { options.common; }) {
                return options.common.max_runtime;
            } else {
                return std::nullopt;
            }
        },
        invocation.options);
}

template <typename... Callables>
struct Overloaded : Callables... {
    using Callables::operator()...;
};
template <typename... Callables>
Overloaded(Callables...) -> Overloaded<Callables...>;

/// A plan is written only when it is whole.
Document check_duplicates(DedupeCheckOptions options, const World& world, const Context& context) {
    SideOutput plan(options.repair, "the plan", world);
    Document document = world.commands.dedupe_check(options, context);
    if (document.errors.empty() && !plan.is_empty() && !context.cancellation.requested()) {
        plan.deliver(document);
    }
    return document;
}

/// The rows that differ are written only when they are all known, a plan and a snapshot when they
/// are whole.
Document compare_sides(VolumeDiffOptions options, const World& world, const Context& context) {
    SideOutput changes(options.changes, "the changes", world);
    SideOutput plan(options.repair, "the plan", world);
    SideOutput snapshot(options.snapshot.save, "the snapshot", world);
    read_snapshot_input(options, context.cancellation);
    read_resume_input(options, context.cancellation);
    Document document = world.commands.volume_diff(options, context);
    if (document.errors.empty() && !context.cancellation.requested()) {
        if (options.common.mode != Mode::explain) { // otherwise empty says that nothing differs
            changes.deliver(document);
        }
        if (!plan.is_empty()) {
            plan.deliver(document);
        }
        if (!snapshot.is_empty()) {
            snapshot.deliver(document);
        }
    }
    return document;
}

Document call_command(const Invocation& invocation, const std::vector<std::string>& arguments,
                      const World& world, const Context& context) {
    const Commands& commands = world.commands;
    return std::visit(
        Overloaded{
            [&](const AuditOptions& options) { return commands.audit(options, context); },
            [&](const FreshnessOptions& options) { return commands.freshness(options, context); },
            [&](const DedupeCheckOptions& options) {
                return check_duplicates(options, world, context);
            },
            [&](const VolumeDiffOptions& options) {
                return compare_sides(options, world, context);
            },
            [&](const PruneOptions& options) { return commands.report_prune(options); },
            [&](const ReportRequest& request) {
                const ReportOptions options =
                    read_results(request, invocation, arguments, world, context.cancellation);
                return request.what == ReportRequest::What::diff ? commands.report_diff(options)
                                                                 : commands.report(options);
            }},
        invocation.options);
}

/// @throws Error of kind output.
void check_outputs(const OutputOptions& options) {
    if (options.path != "-") {
        check_replaceable(options.path);
    }
    for (const auto& wanted : options.exports) {
        check_replaceable(wanted.path);
    }
}

/// @throws Error of kind output.
void check_beside(const Invocation& invocation) {
    const auto check = [](const auto& file) {
        if (file && file->path != "-") {
            check_replaceable(file->path);
        }
    };
    if (const auto* dedupe = std::get_if<DedupeCheckOptions>(&invocation.options)) {
        check(dedupe->repair);
    } else if (const auto* diff = std::get_if<VolumeDiffOptions>(&invocation.options)) {
        check(diff->changes);
        check(diff->repair);
        check(diff->snapshot.save);
        if (!diff->resume.empty()) {
            check_replaceable(diff->resume);
        }
    }
}

void announce(int signal, Messages& messages) {
    messages.notice(signal == 0 ? "--max-runtime is over, stopping"
                                : "interrupted, stopping; once more leaves at once");
}

/// Is there somebody who watches?
bool wants_progress(const OutputOptions& options, const World& world) {
    if (options.quiet > 0 || options.progress == When::never) {
        return false;
    }
    return options.progress == When::always ||
           (target_of(world.error) == Target::terminal && world.environment("TERM") != "dumb");
}

ProgressLine::World progress_world(const OutputOptions& options, const World& world) {
    return {[&world] {
                return choose_width(std::nullopt, world.environment, target_of(world.error),
                                    terminal_columns(world.error));
            },
            ProgressLine::Clock::now, choose_glyphs(options.glyphs, world.environment)};
}

/// Shows how far the scans are, as long as it lives, where somebody watches.
class ShownProgress {
public:
    ShownProgress(Messages& messages, const OutputOptions& options, const World& world)
        : m_messages(messages) {
        if (wants_progress(options, world)) {
            m_messages.begin_progress(progress_world(options, world));
        }
    }
    ~ShownProgress() { m_messages.end_progress(); }
    ShownProgress(const ShownProgress&) = delete;
    ShownProgress& operator=(const ShownProgress&) = delete;

private:
    Messages& m_messages;
};

/// Run the command. Whatever it throws becomes an error of the document.
Document perform(const Invocation& invocation, const std::vector<std::string>& arguments,
                 const World& world, Messages& messages, Cancellation& cancellation) {
    try {
        const Watcher watcher(cancellation, runtime_limit(invocation),
                              [&](int signal) { announce(signal, messages); });
        const ShownProgress progress(messages, invocation.output, world);
        return call_command(invocation, arguments, world,
                            {messages, cancellation, world.environment});
    } catch (const Error& error) {
        Document document;
        add_error(document, error);
        return document;
    } catch (const std::bad_alloc&) {
        Document document;
        add_error(document, Error(ErrorKind::internal, "out of memory",
                                  "look at fewer tables at a time with -t, or give --memory less"));
        return document;
    } catch (const std::exception& error) {
        Document document;
        add_error(document, Error(ErrorKind::internal, error.what(),
                                  "this is a bug of assay: please report it"));
        return document;
    }
}

/// A run that was ended while its last steps no longer asked must say so all the same.
void say_if_ended(const Cancellation& cancellation, Document& document) {
    if (!document.errors.empty()) {
        return; // says why it is a part
    }
    try {
        cancellation.check();
    } catch (const Error& error) {
        add_error(document, error);
    }
}

int execute(const Invocation& invocation, const std::vector<std::string>& arguments,
            const World& world) {
    const RunStart start;
    const OutputOptions& output = invocation.output;
    check_outputs(output);
    check_beside(invocation);
    Messages messages(world.error, message_level(output), message_colour(output, world));
    Cancellation cancellation;
    Document document = perform(invocation, arguments, world, messages, cancellation);
    say_if_ended(cancellation, document);
    document.run.complete = document.run.complete && document.errors.empty();
    complete_run(document.run, start, invocation.command, redact(arguments));
    try {
        if (const auto* diff = std::get_if<VolumeDiffOptions>(&invocation.options)) {
            keep_to_resume(*diff, document);
        }
    } catch (const Error& error) {
        add_error(document, error);
    }
    return deliver(document, output, world, messages, cancellation.signal());
}

/// Nothing can run: the command line is wrong, or a file that it names for the result. JSON is
/// given all the same when it was asked for, on stdout, and so is the line for monitoring.
int refuse(const Error& error, const std::vector<std::string>& arguments, const World& world) {
    OutputOptions output;
    const Format asked = asked_format(arguments);
    output.format = asked == Format::markdown ? Format::text : asked;
    // ASSAY_COLOR may be what is wrong.
    output.colour = When::never;
    Document document;
    add_error(document, error);
    complete_run(document.run, RunStart{}, guess_command(arguments), redact(arguments));
    Messages messages(world.error, Messages::Level::errors, Colour::off);
    return deliver(document, output, world, messages, 0);
}

int run_or_throw(const std::vector<std::string>& arguments, const World& world) {
    const Parsed parsed = parse(arguments);
    switch (parsed.intent) {
    case Intent::help:
        return print_asked(help_of(parsed.command, help_style(world, world.output)), world);
    case Intent::version: return print_asked(version_text(), world);
    case Intent::concise_help: return print_concise_help(world);
    case Intent::run: return execute(*parsed.invocation, arguments, world);
    }
    return static_cast<int>(ExitStatus::usage);
}

} // namespace

int run(const std::vector<std::string>& arguments, const World& world) {
    try {
        return run_or_throw(arguments, world);
    } catch (const Error& error) {
        return refuse(error, arguments, world);
    }
}

} // namespace assay::cli
