// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates_folded.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

std::string sentence(const FoldedFacts& facts, std::int64_t missed) {
    const std::string folds = join_and(facts.folded);
    if (facts.rows == 0) {
        return "the table holds no row to compare";
    }
    if (missed == 0) {
        return fmt::format("without {} no further one of {} repeats another", folds,
                           count_of(facts.rows, "row"));
    }
    return fmt::format("{} of {} {} another one only without {}: {} of {} in all",
                       group_digits(missed), count_of(facts.rows, "row"),
                       missed == 1 ? "repeats" : "repeat", folds,
                       count_of(facts.groups_missed, "group"), count_of(facts.rows_in_them, "row"));
}

} // namespace

CheckResult check_folded_duplicates(const FoldedFacts& facts, const Tolerance& max_surplus) {
    const std::int64_t missed = facts.folded_surplus - facts.exact_surplus;
    CheckResult result = make_result("duplicates.folded", facts.table, facts.key);
    result.observed = {missed, "rows"};
    result.expected = display(max_surplus);
    result.rows_examined = facts.rows;
    result.rows_failed = missed;
    result.message = sentence(facts, missed);
    result.status = within(max_surplus, missed, facts.rows) ? Status::pass : Status::fail;
    Fact::List folded;
    for (const auto& fold : facts.folded) {
        folded.emplace_back(fold);
    }
    result.evidence = {{"rows", facts.rows},
                       {"folded", std::move(folded)},
                       {"exact_surplus_rows", facts.exact_surplus},
                       {"folded_surplus_rows", facts.folded_surplus},
                       {"missed_surplus_rows", missed},
                       {"missed_groups", facts.groups_missed},
                       {"rows_in_missed_groups", facts.rows_in_them},
                       {"compared", facts.key.empty() ? "whole rows" : "key"},
                       {"groups", facts.groups}};
    return result;
}

} // namespace assay
