// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

std::string words_of_index(const DuplicateFacts& facts) {
    return facts.index.empty()
               ? ""
               : fmt::format(", as index {} has it", display_identifier(facts.index));
}

/// Rows that are left out because of NULL.
std::int64_t skipped_rows(const DuplicateFacts& facts) noexcept {
    return facts.nulls == NullPolicy::skip ? facts.counts.null_key_rows : 0;
}

std::int64_t all_rows(const DuplicateFacts& facts) noexcept {
    return facts.counts.rows + skipped_rows(facts);
}

std::string what_was_found(const DuplicateFacts& facts) {
    const DuplicateCounts& counts = facts.counts;
    const std::string_view what = facts.key.empty() ? "row" : "key";
    const std::string rows =
        count_of(counts.rows, skipped_rows(facts) > 0 ? "compared row" : "row");
    if (counts.rows == 0) {
        return "the table holds no row to compare";
    }
    if (counts.surplus_rows == 0) {
        return fmt::format("no {} occurs twice in {}{}", what, rows, words_of_index(facts));
    }
    return fmt::format(
        "{} of {} {} another one: {} {} more than once, the most frequent {} times{}",
        group_digits(counts.surplus_rows), rows, counts.surplus_rows == 1 ? "repeats" : "repeat",
        count_of(counts.duplicated_keys, what), counts.duplicated_keys == 1 ? "occurs" : "occur",
        group_digits(counts.largest_group), words_of_index(facts));
}

std::string sentence(const DuplicateFacts& facts) {
    const std::int64_t skipped = skipped_rows(facts);
    return skipped == 0 ? what_was_found(facts)
                        : fmt::format("{}; {} of {} {} NULL in the key and {} skipped",
                                      what_was_found(facts), group_digits(skipped),
                                      count_of(all_rows(facts), "row"),
                                      skipped == 1 ? "has" : "have", skipped == 1 ? "is" : "are");
}

/// [{"from": 4, "to": 7, "groups": 12}]
Fact::List sizes_of_groups(const GroupSizes& sizes) {
    Fact::List list;
    for (const auto& range : sizes.ranges()) {
        list.push_back(Facts{{"from", range.least}, {"to", range.most}, {"groups", range.groups}});
    }
    return list;
}

/// Numbers that nobody counted are not known.
Facts guaranteed_evidence(const DuplicateFacts& facts) {
    return {{"rows", {}},
            {"compared_rows", {}},
            {"distinct_keys", {}},
            {"duplicated_keys", 0},
            {"surplus_rows", 0},
            {"largest_group", {}},
            {"group_sizes", Fact::List{}},
            {"null_key_rows", {}},
            {"null_policy", to_string(facts.nulls)},
            {"compared", "nothing"},
            {"guaranteed_by", facts.guarantor},
            {"key_is", to_string(facts.origin)},
            {"groups", Fact::List{}},
            {"unique", facts.unique}};
}

CheckResult guaranteed(const DuplicateFacts& facts, const SurplusLimit& max_surplus) {
    CheckResult result = make_result("duplicates.surplus", facts.table, facts.key);
    result.observed = {std::int64_t{0}, "rows"};
    note_limit(max_surplus, result);
    result.rows_failed = 0;
    result.message = fmt::format("no key occurs twice: guaranteed by {}, nothing was read",
                                 guarantor_words(facts.guarantor));
    result.status = Status::pass;
    result.evidence = guaranteed_evidence(facts);
    return result;
}

/// Which rows to delete depends on whether they say the same; a key is declared where it can be.
std::string remedy_of(const DuplicateFacts& facts) {
    const bool may_conflict =
        !facts.key.empty() &&
        (!facts.cause || std::any_of(facts.cause->groups.begin(), facts.cause->groups.end(),
                                     [](const GroupCause& group) {
                                         return group.cause == DuplicateCause::versions ||
                                                group.cause == DuplicateCause::unknown;
                                     }));
    const Fact* ddl = find_fact(facts.unique, "ddl");
    const bool can_be_unique = ddl != nullptr && !ddl->is_null();
    return fmt::format("{}{}.",
                       may_conflict
                           ? "Decide which of the rows of a key is right, delete the others"
                           : "Delete the surplus rows",
                       can_be_unique ? ", then declare the key UNIQUE" : "");
}

/// What only looks like a key is judged with care.
void doubt(const DuplicateFacts& facts, CheckResult& result) {
    if (facts.origin != KeyOrigin::guessed) {
        return;
    }
    result.severity = Severity::warning;
    if (facts.counts.surplus_rows > facts.counts.distinct_keys) {
        result.status = Status::skipped;
        result.message = fmt::format("it has the name of a key, but is none: {} in {}",
                                     count_of(facts.counts.distinct_keys, "value"),
                                     count_of(facts.counts.rows, "row"));
        result.remedy.clear();
    } else if (result.status == Status::fail) {
        result.message += "; that this is the key was guessed, --key names another one";
    }
}

} // namespace

std::string_view to_string(KeyOrigin origin) noexcept {
    switch (origin) {
    case KeyOrigin::named: return "named";
    case KeyOrigin::declared: return "declared";
    case KeyOrigin::guessed: return "guessed";
    case KeyOrigin::whole_rows: return "whole rows";
    }
    return "named";
}

std::string guarantor_words(std::string_view name) {
    return name == unnamed_primary_key ? std::string(name) : "index " + display_identifier(name);
}

CheckResult check_duplicates(const DuplicateFacts& facts, const SurplusLimit& max_surplus) {
    if (!facts.guarantor.empty()) {
        return guaranteed(facts, max_surplus);
    }
    const DuplicateCounts& counts = facts.counts;
    CheckResult result = make_result("duplicates.surplus", facts.table, facts.key);
    result.observed = {counts.surplus_rows, "rows"};
    note_limit(max_surplus, result);
    result.rows_examined = all_rows(facts);
    result.rows_failed = counts.surplus_rows;
    result.message = sentence(facts);
    result.status =
        allows(max_surplus, counts.surplus_rows, counts.rows) ? Status::pass : Status::fail;
    result.evidence = {{"rows", all_rows(facts)},
                       {"compared_rows", counts.rows},
                       {"distinct_keys", counts.distinct_keys},
                       {"duplicated_keys", counts.duplicated_keys},
                       {"surplus_rows", counts.surplus_rows},
                       {"largest_group", counts.largest_group},
                       {"group_sizes", sizes_of_groups(counts.sizes)},
                       {"null_key_rows", counts.null_key_rows},
                       {"null_policy", to_string(facts.nulls)},
                       {"compared", facts.key.empty() ? "whole rows" : "key"},
                       {"key_is", to_string(facts.origin)},
                       {"verified_groups", facts.verified_groups},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"groups", facts.groups}};
    if (!facts.index.empty()) {
        result.evidence.emplace_back("counted_in", facts.index);
    }
    if (facts.cause && !facts.cause->groups.empty()) {
        result.evidence.emplace_back("why", cause_words(*facts.cause));
        result.evidence.emplace_back("cause", cause_evidence(*facts.cause));
    }
    if (!facts.unique.empty()) {
        result.evidence.emplace_back("unique", facts.unique);
    }
    result.remedy = remedy_of(facts);
    doubt(facts, result);
    return result;
}

} // namespace assay
