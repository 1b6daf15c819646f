// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates_near.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay {
namespace {

/// Are there two rows at all, of which one could repeat the other?
bool can_repeat(const NearFacts& facts) {
    return facts.against ? facts.rows > 0 && facts.rows_against > 0 : facts.rows > 1;
}

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
    if (!can_repeat(facts)) {
        return facts.against ? fmt::format("the other table, {}, holds no row",
                                           display_identifier(facts.against->name))
                             : "the table holds one row";
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

/// What could not be told; empty: nothing.
std::string unknown_words(const NearFacts& facts) {
    std::string words;
    if (facts.undecided_rows > 0) {
        words += fmt::format(
            "; {} {} another one in all compared columns, which tell too little to "
            "rule out chance: -k counts them",
            count_of(facts.undecided_rows, "row"), facts.undecided_rows == 1 ? "equals" : "equal");
    }
    if (facts.uncompared_rows > 0) {
        words += fmt::format("; {} {} only what more than {} rows share, and {} compared with none",
                             count_of(facts.uncompared_rows, "row"),
                             facts.uncompared_rows == 1 ? "shares" : "share", facts.most_in_block,
                             facts.uncompared_rows == 1 ? "was" : "were");
    }
    return words;
}

/// Rows that differ in nothing but such a column are told as equal.
std::string uncompared_words(const NearFacts& facts) {
    if (facts.row_numbers.empty() || facts.pairs + facts.undecided_rows == 0) {
        return "";
    }
    std::vector<std::string> names;
    std::transform(facts.row_numbers.begin(), facts.row_numbers.end(), std::back_inserter(names),
                   [](const std::string& name) { return display_identifier(name); });
    return fmt::format("; {} only {} the rows and {} not compared", join_and(names),
                       names.size() == 1 ? "numbers" : "number",
                       names.size() == 1 ? "was" : "were");
}

/// What could not be told never passes.
Status status_of(const NearFacts& facts, const SurplusLimit& max_surplus) {
    const std::int64_t unknown = facts.undecided_rows + facts.uncompared_rows;
    return !allows(max_surplus, facts.surplus_rows, facts.rows)             ? Status::fail
           : !allows(max_surplus, facts.surplus_rows + unknown, facts.rows) ? Status::skipped
                                                                            : Status::pass;
}

} // namespace

CheckResult check_near_duplicates(const NearFacts& facts, const SurplusLimit& max_surplus) {
    CheckResult result = make_result("duplicates.near", facts.table, facts.columns);
    result.method = Method::estimate;
    note_limit(max_surplus, result);
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
                       {"uncompared_rows", facts.uncompared_rows},
                       {"undecided_rows", facts.undecided_rows},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"compared_columns", facts.compared},
                       {"left_out", facts.left_out},
                       {"blocks", facts.blocks},
                       {"groups", facts.groups}};
    if (facts.against) {
        result.evidence.emplace_back("against", qualified_name(*facts.against));
        result.evidence.emplace_back("rows_against", facts.rows_against);
    }
    if (facts.compared.empty() && can_repeat(facts)) {
        result.status = Status::skipped;
        result.message = "no column tells rows apart, so there is nothing to compare; without "
                         "--near, rows that are equal are counted";
        return result;
    }
    result.observed = {facts.surplus_rows, "rows"};
    result.rows_failed = facts.surplus_rows;
    result.message = sentence(facts) + unknown_words(facts) + uncompared_words(facts);
    result.status = status_of(facts, max_surplus);
    return result;
}

} // namespace assay
