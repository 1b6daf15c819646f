// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "deliver.hpp"

#include "assay/base/error.hpp"

#include "output.hpp"
#include "run_record.hpp"
#include "terminal.hpp"

namespace assay::cli {

namespace {

Verbosity verbosity_of(const OutputOptions& options) {
    if (options.quiet > 0) {
        return Verbosity::quiet;
    }
    return options.verbose > 0 ? Verbosity::verbose : Verbosity::normal;
}

TextStyle stream_style(const OutputOptions& options, const World& world) {
    const Target target = target_of(world.output);
    return {choose_width(options.width, world.environment, target, terminal_columns(world.output)),
            choose_colour(options.colour, world.environment, target), verbosity_of(options),
            choose_glyphs(options.glyphs, world.environment)};
}

/// Files have no terminal: colour only by the flag, and whole lines.
TextStyle file_style(const OutputOptions& options, const World& world) {
    return {options.width.value_or(0), options.colour == When::always ? Colour::on : Colour::off,
            options.verbose > 0 ? Verbosity::verbose : Verbosity::normal,
            choose_glyphs(options.glyphs, world.environment)};
}

std::string render(const Document& document, Format format, const TextStyle& style) {
    switch (format) {
    case Format::text: return write_text(document, style);
    case Format::json: return write_json(document);
    case Format::markdown: return write_markdown(document);
    case Format::nagios: return write_nagios(document);
    }
    return {};
}

/// Nothing that -q would have to speak up for.
bool is_calm(const Document& document) {
    const Summary summary = summarize(document);
    return document.errors.empty() && document.run.complete && summary.fail == 0 &&
           summary.error == 0;
}

/// The run failed before it learned anything: people read why on stderr.
bool has_no_result(const Document& document) {
    return !document.errors.empty() && document.sources.empty() && document.tables.empty() &&
           document.checks.empty() && document.plan.empty();
}

void set_exit_code(Document& document, const OutputOptions& options, int signal) {
    constexpr int signal_base = 128;
    if (signal != 0) {
        document.run.exit_code = signal_base + signal;
    } else if (options.format == Format::nagios) {
        document.run.exit_code = static_cast<int>(nagios_status(document));
    } else {
        document.run.exit_code = static_cast<int>(exit_status(document, options.fail_on));
    }
}

void write_exports(Document& document, const OutputOptions& options, const World& world,
                   int signal) {
    for (const auto& wanted : options.exports) {
        try {
            replace_file(wanted.path, render(document, wanted.format, file_style(options, world)));
        } catch (const Error& error) {
            add_error(document, error);
            set_exit_code(document, options, signal);
        }
    }
}

void write_stream(const Document& document, const OutputOptions& options, const World& world) {
    const bool nothing = options.quiet > 1 || (options.quiet == 1 && is_calm(document)) ||
                         (options.format == Format::text && has_no_result(document));
    if (nothing) {
        return;
    }
    const TextStyle style = stream_style(options, world);
    // A reader that has gone, such as head, has what it wanted.
    static_cast<void>(
        write_all(world.output, render(document, options.format, style), "the result to stdout"));
}

void write_main(Document& document, const OutputOptions& options, const World& world, int signal) {
    try {
        if (options.path == "-") {
            write_stream(document, options, world);
        } else {
            replace_file(options.path,
                         render(document, options.format, file_style(options, world)));
        }
    } catch (const Error& error) {
        add_error(document, error);
        set_exit_code(document, options, signal);
    }
}

} // namespace

int deliver(Document& document, const OutputOptions& options, const World& world,
            Messages& messages, int signal) {
    set_exit_code(document, options, signal);
    write_exports(document, options, world, signal);
    write_main(document, options, world, signal);
    for (const auto& error : document.errors) {
        messages.error(error);
    }
    return document.run.exit_code;
}

} // namespace assay::cli
