// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Make untrusted text safe for a terminal, a log or a pipe: control characters (C0, DEL, C1),
/// bidi and zero-width characters and invalid UTF-8 become visible escapes (\n, \x1b, \u202e),
/// backslash stays. The result is valid UTF-8 on one line.
std::string escape_text(std::string_view untrusted);

/// An identifier for people: as it is if plain, else in double quotes (empty, leading or trailing
/// blanks, quotes or dots inside). Escaped for a terminal.
std::string display_identifier(std::string_view untrusted);

/// Terminal cells that a text takes: grapheme clusters by the width of their first code point.
std::size_t display_width(std::string_view text) noexcept;
/// Cut to at most `width` cells, with "…" as the last one if anything was cut.
std::string truncate_to_width(std::string_view text, std::size_t width);
/// Pad with blanks on the right (or left) up to `width` cells; longer texts stay.
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

/// "1,204,330"
std::string group_digits(std::int64_t number);
/// "86.1 MB" (SI), "512 B".
std::string format_bytes(std::int64_t bytes);
/// The shortest decimal text that reads back as the same double: "0.1", "1e+300", "NaN",
/// "Infinity".
std::string format_double(double number);
/// A double for people, four significant digits: "0.01234", "1,204", "9.22e+18".
std::string format_brief(double number);
/// "12.5 %" from a fraction 0..1: never "0 %" for a positive one, never "100 %" for less than 1.
std::string format_percent(double fraction);
/// "1 row", "2 rows", "1,000 rows".
std::string count_of(std::int64_t count, std::string_view singular, std::string_view plural = {});
/// "a, b and c"
std::string join_and(const std::vector<std::string>& words);

bool is_valid_utf8(std::string_view text) noexcept;
/// ASCII only, no locale.
std::string to_lower_ascii(std::string_view text);
std::string_view trim_ascii(std::string_view text) noexcept;

/// The candidates nearest to a mistyped word, best first: Damerau-Levenshtein distance at most 2 or
/// a third of the word's length, case and underscores apart.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t most = 3);
/// "did you mean 'orders' or 'order'?", empty without candidates. Escaped.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

} // namespace assay
