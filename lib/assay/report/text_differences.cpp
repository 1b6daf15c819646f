// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/text_data.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace assay {
namespace {

/// What a value says beside another one: 1 beside '1'.
TerminalText words_beside(const Fact& value, const Fact& other) {
    const TerminalText words = value_words(value);
    const bool is_text = std::holds_alternative<std::string>(value.value);
    return is_text && words == value_words(other) ? terminal::compose("'{}'", words) : words;
}

/// "Foo → Bar"; of a number and a text that look alike "1 → '1'".
TerminalText change_words(const Pen& pen, const Facts& sides) {
    const Fact& a = *find_fact(sides, "a");
    const Fact& b = *find_fact(sides, "b");
    return terminal::compose("{} {} {}", words_beside(a, b), pen.arrow(), words_beside(b, a));
}

/// The keys of samples by their words: several under one look alike and are not.
using KeysByWords = std::map<std::string, std::vector<const Facts*>>;

const Facts* key_of(const Fact& sample) {
    const Facts* facts = facts_of(sample);
    const Fact* key = facts == nullptr ? nullptr : find_fact(*facts, "key");
    return key == nullptr ? nullptr : facts_of(*key);
}

KeysByWords keys_by_words(const Fact::List& samples) {
    KeysByWords keys;
    for (const auto& sample : samples) {
        if (const Facts* key = key_of(sample)) {
            auto& alike = keys[value_words(*key).text()];
            if (std::none_of(alike.begin(), alike.end(),
                             [&](const Facts* one) { return *one == *key; })) {
                alike.push_back(key);
            }
        }
    }
    return keys;
}

/// "a 1, b x", and "a '1', b x" beside it where that is another key.
TerminalText key_words(const Facts& key, const KeysByWords& keys) {
    const TerminalText plain = value_words(key);
    const auto& alike = keys.at(plain.text());
    if (alike.size() == 1) {
        return plain;
    }
    TerminalText out;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const Fact& value = key[i].second;
        const auto other = std::find_if(alike.begin(), alike.end(), [&](const Facts* one) {
            return i < one->size() && (*one)[i].second != value;
        });
        out += terminal::compose(
            "{}{} {}", out.empty() ? TerminalText() : ", ", terminal::escaped(key[i].first),
            other == alike.end() ? value_words(value) : words_beside(value, (**other)[i].second));
    }
    return out;
}

/// "name: Foo → Bar, city: NULL → Rome" of the cells that differ, else "name: Foo" of one side.
TerminalText cells(const Pen& pen, const Facts& sample) {
    const Fact* columns = find_fact(sample, "columns");
    const Facts* named = columns == nullptr ? nullptr : facts_of(*columns);
    TerminalText out;
    if (named == nullptr) {
        return out;
    }
    for (const auto& [name, cell] : *named) {
        const Facts* sides = facts_of(cell);
        const bool both = sides != nullptr && find_fact(*sides, "a") != nullptr &&
                          find_fact(*sides, "b") != nullptr;
        out += terminal::compose("{}{}: {}", out.empty() ? TerminalText() : ", ",
                                 terminal::identifier(name),
                                 both ? change_words(pen, *sides) : value_words(cell));
    }
    return out;
}

Tone tone_of_change(std::string_view change) {
    return change == "-" ? Tone::critical : change == "+" ? Tone::pass : Tone::warning;
}

TerminalText samples(const TextContext& context, const Fact::List& list, std::size_t indent) {
    const Pen& pen = context.pen;
    const KeysByWords keys = keys_by_words(list);
    TerminalText out;
    for (const auto& sample : list) {
        const Facts* facts = facts_of(sample);
        if (facts == nullptr) {
            continue;
        }
        const TerminalText change = words_of(*facts, "change");
        const TerminalText changed = cells(pen, *facts);
        const Facts* key = key_of(sample);
        TerminalText words = key == nullptr ? words_of(*facts, "key") : key_words(*key, keys);
        words += words.empty() || changed.empty() ? changed : "  " + changed;
        out += terminal::blanks(indent) + pen.paint(tone_of_change(change), change) + " " +
               data_line(pen, indent + 2, words) + "\n";
    }
    return out;
}

TerminalText changed_cells(const TextContext& context, const Facts& evidence, std::size_t indent) {
    const Fact* found = find_fact(evidence, "changed_cells");
    const Facts* columns = found == nullptr ? nullptr : facts_of(*found);
    if (columns == nullptr || columns->empty()) {
        return {};
    }
    TerminalText words;
    for (const auto& [name, count] : *columns) {
        words += terminal::compose("{}{} {}", words.empty() ? TerminalText() : ", ",
                                   terminal::identifier(name), quantity_words(count, ""));
    }
    return context.pen.paragraph(Tone::plain, "changed cells: " + words, indent);
}

/// A name in the evidence; empty if it is not there.
TerminalText identifier_of(const Facts& facts, std::string_view name) {
    const Fact* found = find_fact(facts, name);
    const auto* text = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
    return text == nullptr ? TerminalText() : terminal::identifier(*text);
}

bool is_lossy(const Facts& mapping) {
    const Fact* lossy = find_fact(mapping, "lossy");
    return lossy != nullptr && *lossy == Fact(true);
}

/// "price (real and decimal) as number, lossy": columns that are not of one type, renamed or
/// compared with a tolerance.
TerminalText mapping_words(const Facts& mapping) {
    const TerminalText a = identifier_of(mapping, "column");
    const TerminalText b = identifier_of(mapping, "column_b");
    const TerminalText type_a = words_of(mapping, "type_a");
    const TerminalText type_b = words_of(mapping, "type_b");
    const TerminalText tolerance = words_of(mapping, "tolerance");
    const TerminalText numbers_a = words_of(mapping, "numbers_a");
    const TerminalText numbers_b = words_of(mapping, "numbers_b");
    return terminal::compose(
        "{}{} ({}{}) as {}{}{}{}{}", a, b.empty() || b == a ? TerminalText() : " with " + b, type_a,
        type_b == type_a ? TerminalText() : " and " + type_b, words_of(mapping, "compared_as"),
        numbers_a.empty() ? TerminalText() : ", numbers of A as " + numbers_a,
        numbers_b.empty() ? TerminalText() : ", numbers of B as " + numbers_b,
        tolerance.empty() ? TerminalText() : " within " + tolerance,
        is_lossy(mapping) ? TerminalText(", lossy") : "");
}

/// Texts beside texts, of which only the trailing blanks do not count: in tables of several stores
/// that is every column of texts.
bool is_usual(const Facts& mapping) {
    const Fact* type = find_fact(mapping, "type_a");
    const Fact* other = find_fact(mapping, "type_b");
    const Fact* as = find_fact(mapping, "compared_as");
    return type != nullptr && other != nullptr && as != nullptr && *type == *other &&
           *as == Fact("text without trailing blanks");
}

bool is_any(const Facts& /*mapping*/) { return true; }

/// How the columns were compared of which `is_wanted` is true; empty if it is of none.
TerminalText mappings_words(const Facts& evidence, bool (*is_wanted)(const Facts&)) {
    const auto* mappings = find_list(evidence, "type_mappings");
    TerminalText words;
    std::int64_t usual = 0;
    for (const auto& mapping : mappings == nullptr ? Fact::List{} : *mappings) {
        const Facts* facts = facts_of(mapping);
        if (facts == nullptr || !is_wanted(*facts)) {
            continue;
        }
        if (is_usual(*facts)) {
            ++usual;
        } else {
            words += words.empty() ? mapping_words(*facts) : "; " + mapping_words(*facts);
        }
    }
    if (usual > 0) {
        words += terminal::compose("{}{} of texts without trailing blanks, lossy",
                                   words.empty() ? TerminalText() : TerminalText("; "),
                                   terminal::count_of(usual, "column"));
    }
    return words;
}

TerminalText type_mappings(const TextContext& context, const Facts& evidence, std::size_t indent) {
    const TerminalText words = mappings_words(evidence, is_any);
    return words.empty() ? words : context.pen.paragraph(Tone::dim, "compared: " + words, indent);
}

/// Where rows differ and what their cells have in common, a line for each.
TerminalText story(const TextContext& context, const Facts& evidence, std::size_t indent) {
    TerminalText out;
    const auto* places = find_list(evidence, "where");
    for (const auto& entry : places == nullptr ? Fact::List{} : *places) {
        if (const Facts* place = facts_of(entry)) {
            out +=
                context.pen.paragraph(Tone::plain, "where: " + words_of(*place, "words"), indent);
        }
    }
    const auto* causes = find_list(evidence, "why");
    for (const auto& entry : causes == nullptr ? Fact::List{} : *causes) {
        if (const Facts* cause = facts_of(entry)) {
            const bool is_of_cells = find_fact(*cause, "cells") != nullptr;
            const TerminalText words = terminal::compose(
                "why: {}: {}, in {} of {} {}", identifier_of(*cause, "column"),
                words_of(*cause, "words"), words_of(*cause, is_of_cells ? "cells" : "rows"),
                words_of(*cause, "looked_at"),
                is_of_cells ? TerminalText("cells") : TerminalText("rows"));
            out += context.pen.paragraph(Tone::plain, words, indent);
        }
    }
    return out;
}

} // namespace

TerminalText lossy_words(const Facts& evidence) { return mappings_words(evidence, is_lossy); }

TerminalText text_differences(const TextContext& context, const Facts& evidence,
                              std::size_t indent) {
    TerminalText out = changed_cells(context, evidence, indent);
    out += story(context, evidence, indent);
    out += type_mappings(context, evidence, indent);
    if (const auto* sample_list = find_list(evidence, "samples")) {
        out += samples(context, *sample_list, indent);
    }
    return out;
}

} // namespace assay
