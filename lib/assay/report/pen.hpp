// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/report/terminal_text.hpp"
#include "assay/report/writer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// What stands in front of a line, for the result of a check.
enum class Mark : std::uint8_t { critical, warning, info, pass, error, skipped };
/// The mark of a result; a finding that is fixed has the mark of a pass.
Mark mark_of(const CheckResult& check) noexcept;

/// How a word is set off from the others. Names of marks are colours that follow the terminal.
enum class Tone : std::uint8_t { plain, bold, dim, critical, warning, info, pass, error };
Tone tone_of(Mark mark) noexcept;

/// Puts words on a terminal as a TextStyle wants it.
class Pen {
public:
    explicit Pen(const TextStyle& style) : m_style(style) {}

    /// Terminal cells of a line; 0 = no limit.
    std::size_t width() const noexcept { return m_style.width; }
    /// The text between the colour codes of its tone, or as it is.
    TerminalText paint(Tone tone, const TerminalText& text) const;
    TerminalText glyph(Mark mark) const;
    /// "→", or "->".
    TerminalText arrow() const;
    /// At most `cells` wide; what is cut ends with "…", or "..".
    TerminalText fit(const TerminalText& text, std::size_t cells) const;
    /// Lines of at most width() minus `indent` cells, broken at blanks. A longer word stays whole.
    std::vector<TerminalText> wrap(const TerminalText& text, std::size_t indent) const;
    /// wrap(), each line in one tone behind `indent` blanks, with a newline.
    TerminalText paragraph(Tone tone, const TerminalText& text, std::size_t indent) const;

private:
    TextStyle m_style;
};

} // namespace assay
