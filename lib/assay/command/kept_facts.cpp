// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/kept_facts.hpp"

#include "assay/base/error.hpp"

#include <charconv>

namespace assay {

void fail_damaged() {
    throw Error(ErrorKind::usage,
                "what the file of --resume says of a table that was under way is "
                "damaged",
                "remove the file to begin anew, or name another one");
}

const Fact& require(const Fact& fact, std::string_view name) {
    const auto* const facts = std::get_if<Facts>(&fact.value);
    const Fact* const found = facts == nullptr ? nullptr : find_fact(*facts, name);
    if (found == nullptr) {
        fail_damaged();
    }
    return *found;
}

std::string_view text_of(const Fact& fact) {
    const auto* const text = std::get_if<std::string>(&fact.value);
    if (text == nullptr) {
        fail_damaged();
    }
    return *text;
}

const Fact::List& list_of(const Fact& fact) {
    const auto* const list = std::get_if<Fact::List>(&fact.value);
    if (list == nullptr) {
        fail_damaged();
    }
    return *list;
}

std::int64_t number_of(const Fact& fact) {
    std::string_view text = text_of(fact);
    const std::int64_t number = take_number(text);
    if (!text.empty()) {
        fail_damaged();
    }
    return number;
}

std::int64_t count_of(const Fact& fact) {
    const std::int64_t count = number_of(fact);
    if (count < 0 || count > most_kept_rows) {
        fail_damaged();
    }
    return count;
}

std::int64_t take_number(std::string_view& text) {
    std::int64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc() || (end != last && *end != ' ')) {
        fail_damaged();
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + (end == last ? 0 : 1));
    return number;
}

} // namespace assay
