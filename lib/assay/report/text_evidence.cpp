// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/text_data.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

/// A number of the evidence and what to call it.
struct Known {
    std::string_view key;
    std::string_view label;
};

constexpr std::array dedupe_numbers{Known{"rows", "rows"},
                                    Known{"distinct_keys", "distinct keys"},
                                    Known{"duplicated_keys", "duplicated keys"},
                                    Known{"surplus_rows", "surplus rows"},
                                    Known{"largest_group", "largest group"},
                                    Known{"null_key_rows", "rows with NULL in the key"}};
constexpr std::array folded_numbers{Known{"exact_surplus_rows", "surplus rows as they are"},
                                    Known{"folded_surplus_rows", "surplus rows once folded"},
                                    Known{"missed_groups", "groups missed"},
                                    Known{"rows_in_missed_groups", "rows in them"}};
constexpr std::array retry_numbers{Known{"rows", "rows"},
                                   Known{"retries", "retries"},
                                   Known{"bursts", "bursts"},
                                   Known{"largest_burst", "largest burst"},
                                   Known{"undated_rows", "rows without a time"},
                                   Known{"actorless_rows", "rows without an actor"}};
constexpr std::array near_numbers{Known{"rows", "rows"},
                                  Known{"rows_against", "rows of the other table"},
                                  Known{"near_groups", "groups"},
                                  Known{"near_surplus_rows", "surplus rows"},
                                  Known{"candidate_pairs", "pairs compared"},
                                  Known{"pairs", "pairs told"}};
constexpr std::array volume_numbers{Known{"rows_a", "rows in a"},
                                    Known{"rows_b", "rows in b"},
                                    Known{"only_a", "only in a"},
                                    Known{"only_b", "only in b"},
                                    Known{"changed", "changed"},
                                    Known{"unchanged", "unchanged"},
                                    Known{"within_tolerance", "within tolerance"}};
constexpr std::array key_numbers{Known{"duplicate_key_rows_a", "repeated keys in a"},
                                 Known{"duplicate_key_rows_b", "repeated keys in b"},
                                 Known{"null_key_rows_a", "keys with NULL in a"},
                                 Known{"null_key_rows_b", "keys with NULL in b"}};
constexpr std::array freshness_numbers{Known{"newest", "newest"},
                                       Known{"oldest", "oldest"},
                                       Known{"keep_from", "kept from"},
                                       Known{"future_rows", "rows in the future"},
                                       Known{"null_rows", "rows with NULL"},
                                       Known{"unparsable_rows", "rows that are no time"}};
constexpr std::array spill_numbers{Known{"spilled_bytes", "bytes in a temporary file"}};
/// Shown in their own way, not as one of the numbers.
constexpr std::array<std::string_view, 9> lists{"where",         "groups",        "samples",
                                                "changed_cells", "type_mappings", "windows",
                                                "filled",        "why",           "unique"};

/// Labelled values; numbers are aligned on the right, texts stand as they are.
class Block {
public:
    void add(std::string label, const Fact& value) {
        const auto* number = std::get_if<std::int64_t>(&value.value);
        m_rows.push_back({std::move(label),
                          number != nullptr ? group_digits(*number) : value_words(value),
                          number != nullptr});
    }
    std::string render(const Pen& pen, std::size_t indent) const {
        std::size_t label_width = 0;
        std::size_t number_width = 0;
        for (const auto& row : m_rows) {
            label_width = std::max(label_width, display_width(row.label));
            number_width = std::max(number_width, row.is_number ? row.value.size() : 0);
        }
        std::string out;
        for (const auto& row : m_rows) {
            out += std::string(indent, ' ') +
                   pen.paint(Tone::dim, pad_right(row.label, label_width)) + "  " +
                   (row.is_number ? pad_left(row.value, number_width) : row.value) + "\n";
        }
        return out;
    }

private:
    struct Row {
        std::string label;
        std::string value;
        bool is_number;
    };
    std::vector<Row> m_rows;
};

template <std::size_t size>
bool add_known(Block& block, const std::array<Known, size>& numbers, const Facts& evidence) {
    bool found = false;
    for (const auto& known : numbers) {
        if (const Fact* value = find_fact(evidence, known.key)) {
            block.add(std::string(known.label), *value);
            found = true;
        }
    }
    return found;
}

/// Numbers of which 0 goes unsaid: rows of a time column that are odd, memory that did not suffice.
template <std::size_t size>
void add_notable(Block& block, const std::array<Known, size>& numbers, const Facts& evidence) {
    for (const auto& known : numbers) {
        const Fact* value = find_fact(evidence, known.key);
        if (value != nullptr && !value->is_null() && *value != Fact(0)) {
            block.add(std::string(known.label), *value);
        }
    }
}

/// Why there are duplicates, and what would keep them out.
void add_cause(Block& block, const Facts& evidence, Verbosity verbosity) {
    if (const Fact* why = find_fact(evidence, "why")) {
        block.add("why", *why);
    }
    const Fact* unique = find_fact(evidence, "unique");
    const Facts* advice = unique == nullptr ? nullptr : facts_of(*unique);
    if (advice == nullptr) {
        return;
    }
    if (const Fact* why = find_fact(*advice, "why")) {
        block.add("unique index", *why);
    }
    const Fact* ddl = find_fact(*advice, "ddl");
    if (verbosity == Verbosity::verbose && ddl != nullptr && !ddl->is_null()) {
        block.add("to make one", *ddl);
    }
}

template <std::size_t size>
bool is_known(const std::array<Known, size>& numbers, std::string_view key) {
    return std::any_of(numbers.begin(), numbers.end(),
                       [&](const auto& known) { return known.key == key; });
}

bool has_own_place(std::string_view key) {
    return is_known(dedupe_numbers, key) || is_known(folded_numbers, key) ||
           is_known(retry_numbers, key) || is_known(near_numbers, key) ||
           is_known(volume_numbers, key) || is_known(key_numbers, key) ||
           is_known(freshness_numbers, key) || is_known(spill_numbers, key) ||
           std::find(lists.begin(), lists.end(), key) != lists.end();
}

/// "name: Foo → Bar, city: NULL → Rome" of the cells that differ, else "name: Foo" of one side.
std::string cells(const Pen& pen, const Facts& sample) {
    const Fact* columns = find_fact(sample, "columns");
    const Facts* named = columns == nullptr ? nullptr : facts_of(*columns);
    std::string out;
    if (named == nullptr) {
        return out;
    }
    for (const auto& [name, cell] : *named) {
        const Facts* sides = facts_of(cell);
        const bool both = sides != nullptr && find_fact(*sides, "a") != nullptr &&
                          find_fact(*sides, "b") != nullptr;
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", display_identifier(name),
                           both ? fmt::format("{} {} {}", words_of(*sides, "a"), pen.arrow(),
                                              words_of(*sides, "b"))
                                : value_words(cell));
    }
    return out;
}

Tone tone_of_change(std::string_view change) {
    return change == "-" ? Tone::critical : change == "+" ? Tone::pass : Tone::warning;
}

std::string samples(const TextContext& context, const Fact::List& list, std::size_t indent) {
    const Pen& pen = context.pen;
    std::string out;
    for (const auto& sample : list) {
        const Facts* facts = facts_of(sample);
        if (facts == nullptr) {
            continue;
        }
        const std::string change = words_of(*facts, "change");
        const std::string changed = cells(pen, *facts);
        std::string words = words_of(*facts, "key");
        words += (words.empty() || changed.empty() ? "" : "  ") + changed;
        out += std::string(indent, ' ') + pen.paint(tone_of_change(change), change) + " " +
               data_line(pen, indent + 2, words) + "\n";
    }
    return out;
}

std::string changed_cells(const TextContext& context, const Facts& evidence, std::size_t indent) {
    const Fact* found = find_fact(evidence, "changed_cells");
    const Facts* columns = found == nullptr ? nullptr : facts_of(*found);
    if (columns == nullptr || columns->empty()) {
        return {};
    }
    std::string words;
    for (const auto& [name, count] : *columns) {
        words += fmt::format("{}{} {}", words.empty() ? "" : ", ", display_identifier(name),
                             quantity_words(count, ""));
    }
    return context.pen.paragraph(Tone::plain, "changed cells: " + words, indent);
}

/// A name in the evidence, fit to be shown; empty if it is not there.
std::string identifier_of(const Facts& facts, std::string_view name) {
    const Fact* found = find_fact(facts, name);
    const auto* text = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
    return text == nullptr ? "" : display_identifier(*text);
}

/// "price (real and decimal) as number, lossy" of the columns that are not of one type, renamed or
/// compared with a tolerance.
std::string type_mappings(const TextContext& context, const Facts& evidence, std::size_t indent) {
    const auto* mappings = find_list(evidence, "type_mappings");
    std::string words;
    for (const auto& mapping : mappings == nullptr ? Fact::List{} : *mappings) {
        const Facts* facts = facts_of(mapping);
        if (facts == nullptr) {
            continue;
        }
        const std::string a = identifier_of(*facts, "column");
        const std::string b = identifier_of(*facts, "column_b");
        const std::string tolerance = words_of(*facts, "tolerance");
        const Fact* lossy = find_fact(*facts, "lossy");
        const std::string type_a = words_of(*facts, "type_a");
        const std::string type_b = words_of(*facts, "type_b");
        words +=
            fmt::format("{}{}{} ({}{}) as {}{}{}", words.empty() ? "" : "; ", a,
                        b.empty() || b == a ? "" : " with " + b, type_a,
                        type_b == type_a ? "" : " and " + type_b, words_of(*facts, "compared_as"),
                        tolerance.empty() ? "" : " within " + tolerance,
                        lossy != nullptr && *lossy == Fact(true) ? ", lossy" : "");
    }
    return words.empty() ? "" : context.pen.paragraph(Tone::dim, "compared: " + words, indent);
}

/// Where rows differ and what their cells have in common, a line for each.
std::string story(const TextContext& context, const Facts& evidence, std::size_t indent) {
    std::string out;
    for (const std::string_view part : {"where", "why"}) {
        const auto* list = find_list(evidence, part);
        for (const auto& entry : list == nullptr ? Fact::List{} : *list) {
            const Facts* facts = facts_of(entry);
            if (facts == nullptr) {
                continue;
            }
            std::string words = words_of(*facts, "words");
            if (part == "why") {
                words =
                    fmt::format("{}: {}, in {} of {} cells", identifier_of(*facts, "column"), words,
                                words_of(*facts, "cells"), words_of(*facts, "looked_at"));
            }
            out += context.pen.paragraph(Tone::plain, fmt::format("{}: {}", part, words), indent);
        }
    }
    return out;
}

} // namespace

std::string text_evidence(const TextContext& context, const CheckResult& check,
                          std::size_t indent) {
    const Facts& evidence = check.evidence;
    Block block;
    const bool is_volume = find_fact(evidence, "rows_a") != nullptr;
    if (is_volume) {
        add_known(block, volume_numbers, evidence);
        add_notable(block, key_numbers, evidence);
    } else if (find_fact(evidence, "distinct_keys") != nullptr) {
        add_known(block, dedupe_numbers, evidence);
        add_cause(block, evidence, context.verbosity);
    } else if (find_fact(evidence, "missed_groups") != nullptr) {
        add_known(block, folded_numbers, evidence);
    } else if (find_fact(evidence, "bursts") != nullptr) {
        add_known(block, retry_numbers, evidence);
    } else if (find_fact(evidence, "near_groups") != nullptr) {
        add_known(block, near_numbers, evidence);
    }
    add_notable(block, spill_numbers, evidence);
    add_notable(block, freshness_numbers, evidence);
    if (context.verbosity == Verbosity::verbose) {
        for (const auto& [key, value] : evidence) {
            if (!has_own_place(key)) {
                block.add(escape_text(key), value);
            }
        }
    }
    std::string out = block.render(context.pen, indent);
    out += changed_cells(context, evidence, indent);
    out += story(context, evidence, indent);
    out += type_mappings(context, evidence, indent);
    const auto* group_list = find_list(evidence, "groups");
    if (group_list != nullptr && !group_list->empty()) {
        out += text_groups(context, *group_list, indent);
    }
    if (const auto* window_list = find_list(evidence, "windows")) {
        out += text_windows(context, *window_list, indent);
    }
    if (const auto* sample_list = find_list(evidence, "samples")) {
        out += samples(context, *sample_list, indent);
    }
    return out;
}

} // namespace assay
