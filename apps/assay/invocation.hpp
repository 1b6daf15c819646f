// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/audit.hpp"
#include "assay/command/dedupe_check.hpp"
#include "assay/command/freshness.hpp"
#include "assay/command/prune.hpp"
#include "assay/command/report.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/report/document.hpp"
#include "assay/report/writer.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace assay::cli {

enum class When : std::uint8_t { automatic, always, never };

/// A result to be written to a file besides the main one.
struct Export {
    Format format = Format::json;
    std::string path;
};

/// What the output flags mean.
struct OutputOptions {
    Format format = Format::text;
    std::vector<Export> exports;
    std::string path = "-"; ///< "-" is stdout
    FailOn fail_on = FailOn::critical;
    unsigned quiet = 0;   ///< 1: nothing unless something is wrong; 2: only the exit status
    unsigned verbose = 0; ///< 1: statements and notes on stderr
    When progress = When::automatic;  ///< automatic: only on a terminal
    std::optional<When> colour;       ///< nullopt: the environment decides
    std::optional<Glyphs> glyphs;     ///< nullopt: the locale decides
    std::optional<std::size_t> width; ///< nullopt: the terminal decides
};

/// What `report` and `report diff` are asked for; the files are read when they run.
struct ReportRequest {
    enum class What : std::uint8_t { merge, diff };
    What what = What::merge;
    std::vector<std::string> files; ///< empty or "-": stdin
};

/// A command line, understood.
struct Invocation {
    std::string command;
    OutputOptions output;
    std::variant<ReportRequest, AuditOptions, FreshnessOptions, DedupeCheckOptions,
                 VolumeDiffOptions, PruneOptions>
        options;
};

/// The command functions, so that tests can put others in their place.
struct Commands {
    std::function<Document(const AuditOptions&, const Context&)> audit;
    std::function<Document(const FreshnessOptions&, const Context&)> freshness;
    std::function<Document(const DedupeCheckOptions&, const Context&)> dedupe_check;
    std::function<Document(const VolumeDiffOptions&, const Context&)> volume_diff;
    std::function<Document(const ReportOptions&)> report;
    std::function<Document(const ReportOptions&)> report_diff;
    std::function<Document(const PruneOptions&)> report_prune;
};

} // namespace assay::cli
