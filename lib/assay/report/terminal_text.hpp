// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/report/escaped.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay {

/// Text that is safe on a terminal, in a log and in a pipe: see escape_text().
using TerminalText = Escaped<struct TerminalFormat>;

/// Functions of base/text.hpp and base/time.hpp for what is printed.
namespace terminal {

/// See escape_text() and display_identifier().
TerminalText escaped(std::string_view untrusted);
TerminalText identifier(std::string_view untrusted);
/// What assay made itself.
TerminalText ours(std::string_view words);

template <typename... Args>
TerminalText compose(fmt::format_string<const Args&...> format, const Args&... args) {
    return compose_in<TerminalFormat>(format, args...);
}

TerminalText blanks(std::size_t count);
TerminalText pad_right(const TerminalText& text, std::size_t width);
TerminalText pad_left(const TerminalText& text, std::size_t width);
/// Some of its bytes, from `start` on: see std::string_view::substr().
TerminalText part(const TerminalText& text, std::size_t start,
                  std::size_t count = std::string_view::npos);
TerminalText truncate_to_width(const TerminalText& text, std::size_t width);

TerminalText group_digits(std::int64_t number);
TerminalText format_bytes(std::int64_t bytes);
TerminalText format_double(double number);
TerminalText format_brief(double number);
TerminalText format_percent(double fraction);
TerminalText format_duration(Micros duration);
TerminalText count_of(std::int64_t count, const TerminalText& singular,
                      const TerminalText& plural = {});

} // namespace terminal
} // namespace assay
