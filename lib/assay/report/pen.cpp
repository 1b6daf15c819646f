// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/pen.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace assay {
namespace {

/// SGR codes: weight, or one of the 8 colours that every terminal theme defines.
TerminalText code_of(Tone tone) {
    switch (tone) {
    case Tone::plain: return "";
    case Tone::bold: return "1";
    case Tone::dim: return "2";
    case Tone::critical: return "31";
    case Tone::warning: return "33";
    case Tone::info: return "36";
    case Tone::pass: return "32";
    case Tone::error: return "35";
    }
    return "";
}

Mark mark_of_finding(Severity severity) noexcept {
    switch (severity) {
    case Severity::critical: return Mark::critical;
    case Severity::warning: return Mark::warning;
    case Severity::info: return Mark::info;
    }
    return Mark::critical;
}

TerminalText ascii_glyph(Mark mark) {
    switch (mark) {
    case Mark::critical: return "x";
    case Mark::warning: return "!";
    case Mark::info: return ".";
    case Mark::pass: return "+";
    case Mark::error: return "E";
    case Mark::skipped: return "-";
    }
    return "E";
}

} // namespace

Mark mark_of(const CheckResult& check) noexcept {
    switch (check.status) {
    case Status::pass: return Mark::pass;
    case Status::error: return Mark::error;
    case Status::skipped: return Mark::skipped;
    case Status::fail:
        return check.baseline == "absent" ? Mark::pass : mark_of_finding(check.severity);
    }
    return Mark::error;
}

Tone tone_of(Mark mark) noexcept {
    switch (mark) {
    case Mark::critical: return Tone::critical;
    case Mark::warning: return Tone::warning;
    case Mark::info: return Tone::info;
    case Mark::pass: return Tone::pass;
    case Mark::error: return Tone::error;
    case Mark::skipped: return Tone::dim;
    }
    return Tone::plain;
}

TerminalText Pen::paint(Tone tone, const TerminalText& text) const {
    if (m_style.colour == Colour::off || tone == Tone::plain || text.empty()) {
        return text;
    }
    return terminal::compose("\x1b[{}m{}\x1b[0m", code_of(tone), text);
}

TerminalText Pen::glyph(Mark mark) const {
    if (m_style.glyphs == Glyphs::unicode) {
        switch (mark) {
        case Mark::critical: return "✗";
        case Mark::info: return "·";
        case Mark::pass: return "✓";
        case Mark::warning:
        case Mark::error:
        case Mark::skipped: break;
        }
    }
    return ascii_glyph(mark);
}

TerminalText Pen::arrow() const {
    return m_style.glyphs == Glyphs::unicode ? TerminalText("→") : TerminalText("->");
}

TerminalText Pen::fit(const TerminalText& text, std::size_t cells) const {
    if (display_width(text) <= cells) {
        return text;
    }
    if (m_style.glyphs == Glyphs::unicode || cells < 2) {
        return terminal::truncate_to_width(text, cells);
    }
    std::string cut = truncate_to_width(text, cells - 1);
    cut.resize(cut.size() - std::string_view("…").size());
    return terminal::ours(cut) + "..";
}

std::vector<TerminalText> Pen::wrap(const TerminalText& words, std::size_t indent) const {
    if (width() == 0) {
        return {words};
    }
    const std::size_t room = width() > indent ? width() - indent : 1;
    std::vector<std::string> lines{""};
    std::size_t used = 0;
    std::string_view text = words;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        const std::string_view word = text.substr(0, end);
        const std::size_t cells = display_width(word);
        if (used > 0 && used + 1 + cells > room) {
            lines.back().erase(lines.back().find_last_not_of(' ') + 1);
            lines.emplace_back();
            used = 0;
        } else if (used > 0) {
            lines.back() += ' ';
            ++used;
        }
        lines.back() += word;
        used += cells;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    std::vector<TerminalText> printable;
    std::transform(lines.begin(), lines.end(), std::back_inserter(printable), terminal::ours);
    return printable;
}

TerminalText Pen::paragraph(Tone tone, const TerminalText& text, std::size_t indent) const {
    TerminalText out;
    for (const auto& line : wrap(text, indent)) {
        out += terminal::blanks(indent) + paint(tone, line) + "\n";
    }
    return out;
}

} // namespace assay
