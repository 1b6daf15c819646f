// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class Format : std::uint8_t { text, json, markdown, nagios };
/// The names that --format takes: "text", "json", "markdown", "nagios".
const std::vector<std::string>& format_names();
/// "md" is markdown too.
std::optional<Format> parse_format(std::string_view text) noexcept;

enum class Colour : std::uint8_t { off, on };
enum class Verbosity : std::uint8_t { quiet, normal, verbose };
/// unicode marks and rules, or plain ASCII ones.
enum class Glyphs : std::uint8_t { unicode, ascii };

/// How text for people looks.
struct TextStyle {
    std::size_t width = 80; ///< terminal cells; 0 = no limit, nothing is cut (pipes)
    Colour colour = Colour::off;
    Verbosity verbosity = Verbosity::normal;
    Glyphs glyphs = Glyphs::unicode;
};

/// Render a document. Every string from a database is escaped for the format. Text and Markdown end
/// with a verdict line; quiet text is empty unless there is a finding or an error.
std::string write_text(const Document& document, const TextStyle& style);
std::string write_json(const Document& document);
std::string write_markdown(const Document& document);
/// One line as monitoring plugins print it: state, the worst finding, ages as performance data.
std::string write_nagios(const Document& document);

/// Facts as one line of JSON Lines, as they stand in a document.
std::string write_json_line(const Facts& facts);

/// The exit status of a monitoring plugin.
enum class NagiosStatus : int { ok = 0, warning = 1, critical = 2, unknown = 3 };
/// A critical finding beats what could not be told, which beats a warning. Where nothing was judged
/// the status is unknown, never ok.
NagiosStatus nagios_status(const Document& document) noexcept;

/// Read a document back. `name` is what to call the input in messages ("result.json").
/// Accepts any 1.x schema version and ignores unknown keys.
/// @throws Error of kind usage: not JSON, not an assay result, a newer major version.
Document read_json(std::string_view json, std::string_view name);

} // namespace assay
