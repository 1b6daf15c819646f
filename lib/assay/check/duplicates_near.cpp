// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates_near.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

std::string what_was_found(const NearFacts& facts) {
    const std::string rows = count_of(facts.rows, "row");
    if (facts.against) {
        return fmt::format("{} of {} probably {} in {} too", group_digits(facts.surplus_rows), rows,
                           facts.surplus_rows == 1 ? "stands" : "stand",
                           display_identifier(facts.against->name));
    }
    return fmt::format("{} of {} probably {} another one: {}, the largest of {}",
                       group_digits(facts.surplus_rows), rows,
                       facts.surplus_rows == 1 ? "repeats" : "repeat",
                       count_of(facts.groups_found, "group"), count_of(facts.largest_group, "row"));
}

std::string sentence(const NearFacts& facts) {
    if (facts.rows == 0) {
        return "the table holds no row to compare";
    }
    if (facts.pairs == 0) {
        return !facts.against
                   ? fmt::format("none of {} seems to repeat another one",
                                 count_of(facts.rows, "row"))
                   : fmt::format("none of {} seems to stand in {} too", count_of(facts.rows, "row"),
                                 display_identifier(facts.against->name));
    }
    return fmt::format("{}; about {} of {} should be right", what_was_found(facts),
                       format_percent(*facts.predicted_precision), count_of(facts.pairs, "pair"));
}

} // namespace

CheckResult check_near_duplicates(const NearFacts& facts, const Tolerance& max_surplus) {
    CheckResult result = make_result("duplicates.near", facts.table, facts.columns);
    result.method = Method::estimate;
    result.expected = display(max_surplus);
    result.rows_examined = facts.rows + facts.rows_against;
    result.evidence = {{"rows", facts.rows},
                       {"near_groups", facts.groups_found},
                       {"near_surplus_rows", facts.surplus_rows},
                       {"largest_group", facts.largest_group},
                       {"pairs", facts.pairs},
                       {"predicted_precision",
                        facts.predicted_precision ? Fact(*facts.predicted_precision) : Fact()},
                       {"min_probability", facts.min_probability},
                       {"candidate_pairs", facts.candidates},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"compared_columns", facts.compared},
                       {"left_out", facts.left_out},
                       {"blocks", facts.blocks},
                       {"groups", facts.groups}};
    if (facts.against) {
        result.evidence.emplace_back("against", qualified_name(*facts.against));
        result.evidence.emplace_back("rows_against", facts.rows_against);
    }
    if (facts.compared.empty() && facts.rows > 0) {
        result.status = Status::skipped;
        result.message = "no column tells rows apart, so there is nothing to compare; without "
                         "--near, rows that are equal are counted";
        return result;
    }
    result.observed = {facts.surplus_rows, "rows"};
    result.rows_failed = facts.surplus_rows;
    result.message = sentence(facts);
    result.status =
        within(max_surplus, facts.surplus_rows, facts.rows) ? Status::pass : Status::fail;
    return result;
}

} // namespace assay
