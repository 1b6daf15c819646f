// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/terminal_text.hpp"

#include "assay/base/text.hpp"

namespace assay::terminal {

TerminalText escaped(std::string_view untrusted) { return ours(escape_text(untrusted)); }
TerminalText identifier(std::string_view untrusted) { return ours(display_identifier(untrusted)); }
TerminalText ours(std::string_view words) { return TerminalText::trusted(words); }

TerminalText blanks(std::size_t count) { return ours(std::string(count, ' ')); }
TerminalText pad_right(const TerminalText& text, std::size_t width) {
    return ours(assay::pad_right(text, width));
}
TerminalText pad_left(const TerminalText& text, std::size_t width) {
    return ours(assay::pad_left(text, width));
}
TerminalText part(const TerminalText& text, std::size_t start, std::size_t count) {
    return ours(std::string_view(text).substr(start, count));
}
TerminalText truncate_to_width(const TerminalText& text, std::size_t width) {
    return ours(assay::truncate_to_width(text, width));
}

TerminalText group_digits(std::int64_t number) { return ours(assay::group_digits(number)); }
TerminalText format_bytes(std::int64_t bytes) { return ours(assay::format_bytes(bytes)); }
TerminalText format_double(double number) { return ours(assay::format_double(number)); }
TerminalText format_brief(double number) { return ours(assay::format_brief(number)); }
TerminalText format_percent(double fraction) { return ours(assay::format_percent(fraction)); }
TerminalText format_duration(Micros duration) { return ours(assay::format_duration(duration)); }
TerminalText count_of(std::int64_t count, const TerminalText& singular,
                      const TerminalText& plural) {
    return ours(assay::count_of(count, singular, plural));
}

} // namespace assay::terminal
