// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates_folded.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay {
namespace {

/// What does not count in any of the columns, in the order in which it is met.
std::vector<std::string> all_folded(const std::vector<FoldedColumn>& columns) {
    std::vector<std::string> all;
    for (const auto& column : columns) {
        for (const auto& fold : column.folded) {
            if (std::find(all.begin(), all.end(), fold) == all.end()) {
                all.push_back(fold);
            }
        }
    }
    return all;
}

/// Does the same not count in all of the columns?
bool is_uniform(const std::vector<FoldedColumn>& columns) {
    return std::all_of(columns.begin(), columns.end(), [&](const FoldedColumn& column) {
        return !column.folded.empty() && column.folded == columns.front().folded;
    });
}

/// "without case and trim"; where columns differ, the evidence says how.
std::string words_of(const std::vector<FoldedColumn>& columns) {
    return is_uniform(columns) ? "without " + join_and(all_folded(columns)) : "once folded";
}

/// "without case and trim"; "once folded (a without case; b as it is)". Nobody looks at the
/// evidence of a check that passes.
std::string all_words_of(const std::vector<FoldedColumn>& columns) {
    if (is_uniform(columns)) {
        return words_of(columns);
    }
    std::vector<std::string> words;
    words.reserve(columns.size());
    for (const auto& column : columns) {
        words.push_back(
            display_identifier(column.name) +
            (column.folded.empty() ? " as it is" : " without " + join_and(column.folded)));
    }
    return fmt::format("once folded ({})", fmt::join(words, "; "));
}

Fact::List list_of(const std::vector<std::string>& words) {
    return Fact::List(words.begin(), words.end());
}

/// Every column with what does not count in it.
Fact::List foldings(const std::vector<FoldedColumn>& columns) {
    Fact::List list;
    for (const auto& column : columns) {
        list.push_back(Facts{{"column", column.name},
                             {"folded", list_of(column.folded)},
                             {"why", column.why.empty() ? Fact() : Fact(column.why)}});
    }
    return list;
}

std::int64_t compared_rows(const FoldedFacts& facts) noexcept {
    return rows_to_compare(facts.nulls, facts.rows, facts.null_key_rows);
}

std::string sentence(const FoldedFacts& facts, std::int64_t missed) {
    const std::int64_t compared = compared_rows(facts);
    const std::string rows = count_of(compared, compared < facts.rows ? "compared row" : "row");
    if (compared == 0) {
        return "the table holds no row to compare";
    }
    if (missed == 0) {
        return fmt::format("{} no further one of {} repeats another", all_words_of(facts.columns),
                           rows);
    }
    return fmt::format("{} of {} {} another one only {}: {} of {} in all", group_digits(missed),
                       rows, missed == 1 ? "repeats" : "repeat", words_of(facts.columns),
                       count_of(facts.groups_missed, "group"), count_of(facts.rows_in_them, "row"));
}

} // namespace

CheckResult check_folded_duplicates(const FoldedFacts& facts, const SurplusLimit& max_surplus) {
    const std::int64_t missed = facts.folded_surplus - facts.exact_surplus;
    CheckResult result = make_result("duplicates.folded", facts.table, facts.key);
    result.observed = {missed, "rows"};
    note_limit(max_surplus, result);
    result.rows_examined = facts.rows;
    result.rows_failed = missed;
    result.message = sentence(facts, missed);
    result.status = allows(max_surplus, missed, compared_rows(facts)) ? Status::pass : Status::fail;
    result.evidence = {{"rows", facts.rows},
                       {"compared_rows", compared_rows(facts)},
                       {"folded", list_of(all_folded(facts.columns))},
                       {"foldings", foldings(facts.columns)},
                       {"exact_surplus_rows", facts.exact_surplus},
                       {"folded_surplus_rows", facts.folded_surplus},
                       {"missed_surplus_rows", missed},
                       {"missed_groups", facts.groups_missed},
                       {"rows_in_missed_groups", facts.rows_in_them},
                       {"null_key_rows", facts.null_key_rows},
                       {"null_policy", to_string(facts.nulls)},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"compared", facts.key.empty() ? "whole rows" : "key"},
                       {"groups", facts.groups}};
    return result;
}

} // namespace assay
