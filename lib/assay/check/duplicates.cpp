// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

std::string sentence(const DuplicateFacts& facts) {
    const DuplicateCounts& counts = facts.counts;
    const std::string_view what = facts.key.empty() ? "row" : "key";
    if (counts.rows == 0) {
        return "the table holds no row to compare";
    }
    if (counts.surplus_rows == 0) {
        return fmt::format("no {} occurs twice in {}", what, count_of(counts.rows, "row"));
    }
    return fmt::format(
        "{} of {} {} another one: {} {} more than once, the most frequent {} times",
        group_digits(counts.surplus_rows), count_of(counts.rows, "row"),
        counts.surplus_rows == 1 ? "repeats" : "repeat", count_of(counts.duplicated_keys, what),
        counts.duplicated_keys == 1 ? "occurs" : "occur", group_digits(counts.largest_group));
}

} // namespace

CheckResult check_duplicates(const DuplicateFacts& facts, const Tolerance& max_surplus) {
    const DuplicateCounts& counts = facts.counts;
    CheckResult result = make_result("duplicates.surplus", facts.table, facts.key);
    result.observed = {counts.surplus_rows, "rows"};
    result.expected = display(max_surplus);
    result.rows_examined =
        counts.rows + (facts.nulls == NullPolicy::skip ? counts.null_key_rows : 0);
    result.rows_failed = counts.surplus_rows;
    result.message = sentence(facts);
    result.status =
        within(max_surplus, counts.surplus_rows, counts.rows) ? Status::pass : Status::fail;
    result.evidence = {{"rows", counts.rows},
                       {"distinct_keys", counts.distinct_keys},
                       {"duplicated_keys", counts.duplicated_keys},
                       {"surplus_rows", counts.surplus_rows},
                       {"largest_group", counts.largest_group},
                       {"null_key_rows", counts.null_key_rows},
                       {"null_policy", to_string(facts.nulls)},
                       {"compared", facts.key.empty() ? "whole rows" : "key"},
                       {"verified_groups", facts.verified_groups},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"groups", facts.groups}};
    if (facts.cause && !facts.cause->groups.empty()) {
        result.evidence.emplace_back("why", cause_words(*facts.cause));
        result.evidence.emplace_back("cause", cause_evidence(*facts.cause));
    }
    if (!facts.unique.empty()) {
        result.evidence.emplace_back("unique", facts.unique);
    }
    return result;
}

} // namespace assay
