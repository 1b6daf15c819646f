// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t most_shown = 5;

/// "2024-01-26T19:00:00Z to 2024-01-27T01:00:00Z, about 4 rows"
TerminalText window_words(const Facts& window) {
    const auto words = [&](std::string_view name) {
        const Fact* found = find_fact(window, name);
        return found == nullptr ? TerminalText() : value_words(*found);
    };
    const Fact* rows = find_fact(window, "expected_rows");
    const auto* count = rows == nullptr ? nullptr : std::get_if<std::int64_t>(&rows->value);
    return terminal::compose("from {} to {}{}", words("from"), words("to"),
                             count == nullptr ? ""
                                              : ", about " + terminal::count_of(*count, "row"));
}

} // namespace

TerminalText text_windows(const TextContext& context, const Fact::List& list, std::size_t indent) {
    const TerminalText margin = terminal::blanks(indent);
    TerminalText out;
    for (std::size_t i = 0; i < std::min(list.size(), most_shown); ++i) {
        const auto* window = std::get_if<Facts>(&list[i].value);
        const Fact* where = window == nullptr ? nullptr : find_fact(*window, "where");
        const auto* condition =
            where == nullptr ? nullptr : std::get_if<std::string>(&where->value);
        if (condition == nullptr) {
            continue;
        }
        // Whole, so that it can be copied.
        out += margin + window_words(*window) + "\n" + margin + "  " +
               context.pen.paint(Tone::dim, "WHERE " + terminal::escaped(*condition)) + "\n";
    }
    if (list.size() > most_shown) {
        out += margin +
               terminal::compose(
                   "and {} more: --json lists them all",
                   terminal::group_digits(static_cast<std::int64_t>(list.size() - most_shown))) +
               "\n";
    }
    return out;
}

} // namespace assay
