// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates_folded.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

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

/// "without case and trim", where that is so in all columns.
std::string words_of(const std::vector<FoldedColumn>& columns) {
    const auto all = all_folded(columns);
    const bool is_one = !all.empty() && std::all_of(columns.begin(), columns.end(),
                                                    [&](const FoldedColumn& column) {
                                                        return column.folded == all;
                                                    });
    return is_one ? "without " + join_and(all) : "once folded";
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

std::string sentence(const FoldedFacts& facts, std::int64_t missed) {
    const std::string folded = words_of(facts.columns);
    if (facts.rows == 0) {
        return "the table holds no row to compare";
    }
    if (missed == 0) {
        return fmt::format("{} no further one of {} repeats another", folded,
                           count_of(facts.rows, "row"));
    }
    return fmt::format("{} of {} {} another one only {}: {} of {} in all", group_digits(missed),
                       count_of(facts.rows, "row"), missed == 1 ? "repeats" : "repeat", folded,
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
    result.evidence = {{"rows", facts.rows},
                       {"folded", list_of(all_folded(facts.columns))},
                       {"foldings", foldings(facts.columns)},
                       {"exact_surplus_rows", facts.exact_surplus},
                       {"folded_surplus_rows", facts.folded_surplus},
                       {"missed_surplus_rows", missed},
                       {"missed_groups", facts.groups_missed},
                       {"rows_in_missed_groups", facts.rows_in_them},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"compared", facts.key.empty() ? "whole rows" : "key"},
                       {"groups", facts.groups}};
    return result;
}

} // namespace assay
