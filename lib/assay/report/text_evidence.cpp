// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/text_data.hpp"
#include "assay/report/text_lesson.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace assay {
namespace {

/// A number of the evidence and what to call it.
struct Known {
    std::string_view key;
    std::string_view label; ///< of assay
};

constexpr std::array all_rows{Known{"rows", "rows"}};
constexpr std::array compared_rows{Known{"compared_rows", "rows compared"}};
constexpr std::array dedupe_numbers{
    Known{"distinct_keys", "distinct keys"}, Known{"duplicated_keys", "duplicated keys"},
    Known{"surplus_rows", "surplus rows"}, Known{"largest_group", "largest group"},
    Known{"null_key_rows", "rows with NULL in the key"}};
constexpr std::array folded_numbers{Known{"exact_surplus_rows", "surplus rows as they are"},
                                    Known{"folded_surplus_rows", "surplus rows once folded"},
                                    Known{"missed_groups", "groups missed"},
                                    Known{"rows_in_missed_groups", "rows in them"}};
constexpr std::array null_numbers{Known{"null_key_rows", "rows with NULL in the key"}};
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
constexpr std::array unknown_numbers{Known{"uncompared_rows", "rows not compared"},
                                     Known{"undecided_rows", "equal rows not told"}};
constexpr std::array across_numbers{Known{"rows", "rows"},
                                    Known{"rows_against", "rows of the other table"},
                                    Known{"shared_keys", "keys in both"},
                                    Known{"shared_rows", "rows with them"},
                                    Known{"shared_rows_against", "rows with them there"},
                                    Known{"null_key_rows", "rows with NULL in the key"}};
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
constexpr std::array<std::string_view, 15> lists{
    "group_sizes",   "where",           "groups",      "samples", "changed_cells",
    "type_mappings", "windows",         "filled",      "why",     "unique",
    "foldings",      "verified_groups", "null_policy", "learned", "unplaced"};

/// Labelled values; numbers are aligned on the right, texts go on below where they do not fit.
class Block {
public:
    void add(TerminalText label, const Fact& value) {
        const auto* number = std::get_if<std::int64_t>(&value.value);
        m_rows.push_back({std::move(label),
                          number != nullptr ? terminal::group_digits(*number) : value_words(value),
                          number != nullptr ? Form::number : Form::words});
    }
    void add_words(TerminalText label, TerminalText words) {
        m_rows.push_back({std::move(label), std::move(words), Form::words});
    }
    /// Something that people copy, and that is never wrapped.
    void add_sql(TerminalText label, const Fact& value) {
        m_rows.push_back({std::move(label), value_words(value), Form::sql});
    }
    TerminalText render(const Pen& pen, std::size_t indent) const {
        std::size_t label_width = 0;
        std::size_t number_width = 0;
        for (const auto& row : m_rows) {
            label_width = std::max(label_width, display_width(row.label));
            number_width = std::max(number_width, row.form == Form::number ? row.value.size() : 0);
        }
        TerminalText out;
        for (const auto& row : m_rows) {
            out += terminal::blanks(indent) +
                   pen.paint(Tone::dim, terminal::pad_right(row.label, label_width)) + "  ";
            const std::size_t value_at = indent + label_width + 2;
            switch (row.form) {
            case Form::number: out += terminal::pad_left(row.value, number_width) + "\n"; break;
            case Form::words: out += wrapped(pen, row.value, value_at); break;
            case Form::sql: out += row.value + "\n"; break;
            }
        }
        return out;
    }

private:
    enum class Form : std::uint8_t { number, words, sql };
    struct Row {
        TerminalText label;
        TerminalText value;
        Form form;
    };

    /// The lines of a text, of which the first one stands where the pen is.
    static TerminalText wrapped(const Pen& pen, const TerminalText& words, std::size_t indent) {
        TerminalText out;
        for (const auto& line : pen.wrap(words, indent)) {
            out += (out.empty() ? TerminalText() : terminal::blanks(indent)) + line + "\n";
        }
        return out;
    }

    std::vector<Row> m_rows;
};

template <std::size_t size>
bool add_known(Block& block, const std::array<Known, size>& numbers, const Facts& evidence) {
    bool found = false;
    for (const auto& known : numbers) {
        if (const Fact* value = find_fact(evidence, known.key)) {
            block.add(terminal::ours(known.label), *value);
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
            block.add(terminal::ours(known.label), *value);
        }
    }
}

/// "12 groups of 2 rows, 1 of 4 to 7": where groups differ in size at all.
void add_sizes(Block& block, const Facts& evidence) {
    const auto* list = find_list(evidence, "group_sizes");
    if (list == nullptr || list->size() < 2) {
        return;
    }
    TerminalText words;
    for (const auto& entry : *list) {
        const Facts* range = facts_of(entry);
        const Fact* count = range == nullptr ? nullptr : find_fact(*range, "groups");
        const auto* groups = count == nullptr ? nullptr : std::get_if<std::int64_t>(&count->value);
        if (groups == nullptr) {
            continue;
        }
        const TerminalText from = words_of(*range, "from");
        const TerminalText to = words_of(*range, "to");
        const TerminalText rows = from == to ? from : from + " to " + to;
        words += words.empty() ? terminal::count_of(*groups, "group") + " of " + rows + " rows"
                               : ", " + terminal::group_digits(*groups) + " of " + rows;
    }
    block.add("group sizes", words.text());
}

std::int64_t number_of(const Facts& evidence, std::string_view key) {
    const Fact* fact = find_fact(evidence, key);
    const auto* number = fact == nullptr ? nullptr : std::get_if<std::int64_t>(&fact->value);
    return number == nullptr ? 0 : *number;
}

/// Rows with NULL are counted; what that means for them.
void add_null_policy(Block& block, const Facts& evidence) {
    const TerminalText policy = words_of(evidence, "null_policy");
    if (number_of(evidence, "null_key_rows") == 0 || policy.empty()) {
        return;
    }
    const TerminalText meaning =
        terminal::ours(policy == "equal"      ? ": NULL equals NULL"
                       : policy == "distinct" ? ": such rows never repeat another one"
                                              : ": such rows are in no other number");
    block.add_words("NULL policy", policy + meaning);
}

/// How far the answer is proven: groups whose rows are known to have equal values.
void add_proof(Block& block, const CheckResult& check) {
    const Facts& evidence = check.evidence;
    const std::int64_t groups = number_of(evidence, "duplicated_keys");
    const std::int64_t verified = number_of(evidence, "verified_groups");
    const bool is_known = find_fact(evidence, "verified_groups") != nullptr &&
                          find_fact(evidence, "counted_in") == nullptr;
    const Fact* index = find_fact(evidence, "counted_in");
    if (check.method == Method::exact && groups > 0 && index != nullptr) {
        block.add_words("exact", "counted by the server in index " + value_words(*index) +
                                     ", no group verified by value");
        return;
    }
    if (check.method != Method::exact || groups == 0 || !is_known) {
        return;
    }
    const std::string words =
        verified == 0       ? "by fingerprints of 128 bits, no group verified by value"
        : verified < groups ? group_digits(verified) + " of " + count_of(groups, "group") +
                                  " verified by value, the others by fingerprints of 128 bits"
        : groups == 1 ? "the group is verified by value"
        : groups == 2 ? "both groups verified by value"
                      : "all " + count_of(groups, "group") + " verified by value";
    block.add("exact", words);
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
        block.add_sql("to make one", *ddl);
    }
}

/// What does not count in a column, and why.
std::string words_of_folding(const Facts& folding) {
    std::vector<std::string> folded;
    if (const auto* list = find_list(folding, "folded")) {
        for (const auto& fold : *list) {
            if (const auto* word = std::get_if<std::string>(&fold.value)) {
                folded.push_back(*word);
            }
        }
    }
    std::string words = folded.empty() ? "as it is" : "without " + join_and(folded);
    const Fact* why = find_fact(folding, "why");
    const auto* reason = why == nullptr ? nullptr : std::get_if<std::string>(&why->value);
    return reason == nullptr ? words : words + ": " + *reason;
}

/// How every column is folded, where not all are in the way that the sentence tells.
void add_foldings(Block& block, const Facts& evidence) {
    const auto* list = find_list(evidence, "foldings");
    std::vector<std::pair<const Fact*, std::string>> columns;
    bool is_one = true;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const Facts* folding = facts_of((*list)[i]);
        const Fact* column = folding == nullptr ? nullptr : find_fact(*folding, "column");
        if (column == nullptr) {
            continue;
        }
        columns.emplace_back(column, words_of_folding(*folding));
        const Fact* why = find_fact(*folding, "why");
        is_one = is_one && columns.back().second == columns.front().second &&
                 (why == nullptr || why->is_null());
    }
    for (const auto& [column, words] : columns) {
        if (!is_one) {
            block.add(value_words(*column), words);
        }
    }
}

/// To one decimal.
TerminalText rounded(const Fact& fact) {
    const auto* number = std::get_if<double>(&fact.value);
    if (number == nullptr) {
        return value_words(fact);
    }
    const std::string words = fmt::format("{:.1f}", *number);
    return terminal::ours(words == "-0.0" ? "0.0" : words);
}

/// What an unusual value was judged by, and what would have been unusual too.
void add_judgement(Block& block, const Facts& evidence) {
    const Fact* points = find_fact(evidence, "points");
    const Fact* score = find_fact(evidence, "score");
    const Fact* threshold = find_fact(evidence, "threshold");
    if (points == nullptr || score == nullptr || threshold == nullptr) {
        return;
    }
    const Fact* season = find_fact(evidence, "season");
    const bool has_season = season != nullptr && !season->is_null();
    block.add_words("judged by",
                    terminal::compose("{} values before it{}; score {}, limit {}",
                                      value_words(*points),
                                      has_season ? ", by " + value_words(*season) : TerminalText(),
                                      rounded(*score), rounded(*threshold)));
    const Fact* below = find_fact(evidence, "noticed_below");
    const Fact* above = find_fact(evidence, "noticed_above");
    TerminalText noticed;
    if (below != nullptr && !below->is_null()) {
        noticed += "less than " + number_words(*below);
    }
    if (above != nullptr && !above->is_null()) {
        noticed += terminal::ours(noticed.empty() ? "more than " : " or more than ");
        noticed += number_words(*above);
    }
    if (!noticed.empty()) {
        block.add_words("noticed", std::move(noticed));
    }
}

template <std::size_t size>
bool is_known(const std::array<Known, size>& numbers, std::string_view key) {
    return std::any_of(numbers.begin(), numbers.end(),
                       [&](const auto& known) { return known.key == key; });
}

bool has_own_place(std::string_view key) {
    return is_known(all_rows, key) || is_known(compared_rows, key) ||
           is_known(dedupe_numbers, key) || is_known(folded_numbers, key) ||
           is_known(retry_numbers, key) || is_known(near_numbers, key) ||
           is_known(across_numbers, key) || is_known(unknown_numbers, key) ||
           is_known(volume_numbers, key) || is_known(key_numbers, key) ||
           is_known(freshness_numbers, key) || is_known(spill_numbers, key) ||
           std::find(lists.begin(), lists.end(), key) != lists.end();
}

} // namespace

TerminalText text_evidence(const TextContext& context, const CheckResult& check,
                           std::size_t indent) {
    const Facts& evidence = check.evidence;
    Block block;
    const bool is_volume = find_fact(evidence, "rows_a") != nullptr;
    if (is_volume) {
        add_known(block, volume_numbers, evidence);
        add_notable(block, key_numbers, evidence);
    } else if (find_fact(evidence, "distinct_keys") != nullptr) {
        add_known(block, all_rows, evidence);
        if (number_of(evidence, "compared_rows") != number_of(evidence, "rows")) {
            add_known(block, compared_rows, evidence);
        }
        add_known(block, dedupe_numbers, evidence);
        add_null_policy(block, evidence);
        add_sizes(block, evidence);
        add_proof(block, check);
        add_cause(block, evidence, context.verbosity);
    } else if (find_fact(evidence, "missed_groups") != nullptr) {
        add_known(block, folded_numbers, evidence);
        add_notable(block, null_numbers, evidence);
        add_null_policy(block, evidence);
        add_foldings(block, evidence);
    } else if (find_fact(evidence, "bursts") != nullptr) {
        add_known(block, retry_numbers, evidence);
    } else if (find_fact(evidence, "shared_keys") != nullptr) {
        add_known(block, across_numbers, evidence);
        add_null_policy(block, evidence);
    } else if (find_fact(evidence, "near_groups") != nullptr) {
        add_known(block, near_numbers, evidence);
        add_notable(block, unknown_numbers, evidence);
    }
    if (const Fact* reason = find_fact(evidence, "unplaced")) {
        block.add("places", *reason);
    }
    add_judgement(block, evidence);
    for (auto& [label, words] : lesson_words(evidence)) {
        block.add_words(std::move(label), std::move(words));
    }
    add_notable(block, spill_numbers, evidence);
    add_notable(block, freshness_numbers, evidence);
    if (context.verbosity == Verbosity::verbose) {
        for (const auto& [key, value] : evidence) {
            if (!has_own_place(key)) {
                block.add(terminal::escaped(key), value);
            }
        }
    }
    TerminalText out = block.render(context.pen, indent);
    const auto* group_list = find_list(evidence, "groups");
    if (group_list != nullptr && !group_list->empty()) {
        out += text_groups(context, *group_list, indent);
    }
    if (const auto* window_list = find_list(evidence, "windows")) {
        out += text_windows(context, *window_list, indent);
    }
    return out + text_differences(context, evidence, indent);
}

} // namespace assay
