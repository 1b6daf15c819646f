// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/text_data.hpp"

#include "assay/report/wording.hpp"

namespace assay {

const Facts* facts_of(const Fact& fact) noexcept { return std::get_if<Facts>(&fact.value); }

const Fact::List* find_list(const Facts& facts, std::string_view name) noexcept {
    const Fact* found = find_fact(facts, name);
    return found == nullptr ? nullptr : std::get_if<Fact::List>(&found->value);
}

TerminalText words_of(const Facts& facts, std::string_view name) {
    const Fact* found = find_fact(facts, name);
    return found == nullptr ? TerminalText() : value_words(*found);
}

TerminalText data_line(const Pen& pen, std::size_t indent, const TerminalText& text) {
    const bool narrow = pen.width() > indent;
    return narrow ? pen.fit(text, pen.width() - indent) : text;
}

} // namespace assay
