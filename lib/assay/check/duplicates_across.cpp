// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates_across.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

std::int64_t compared_rows(const AcrossFacts& facts) noexcept {
    return rows_to_compare(facts.nulls, facts.rows, facts.null_key_rows);
}

std::string compared_words(const AcrossFacts& facts) {
    const std::int64_t rows = compared_rows(facts);
    return count_of(rows, rows < facts.rows ? "compared row" : "row");
}

std::string sentence(const AcrossFacts& facts) {
    const std::string other = display_identifier(facts.against.name);
    if (compared_rows(facts) == 0 || facts.rows_against == 0) {
        return compared_rows(facts) == 0 ? "the table holds no row to compare"
                                         : fmt::format("the other table, {}, holds no row", other);
    }
    if (facts.shared_keys == 0) {
        return fmt::format("no key of {} stands in {} as well", compared_words(facts), other);
    }
    return fmt::format("{} of {} {} a key that stands in {} as well: {}, in {} there",
                       group_digits(facts.shared_rows), compared_words(facts),
                       facts.shared_rows == 1 ? "has" : "have", other,
                       count_of(facts.shared_keys, "key"),
                       count_of(facts.shared_rows_against, "row"));
}

} // namespace

CheckResult check_across(const AcrossFacts& facts, const SurplusLimit& max_surplus) {
    CheckResult result = make_result("duplicates.across", facts.table, facts.key);
    result.observed = {facts.shared_rows, "rows"};
    note_limit(max_surplus, result);
    result.rows_examined = facts.rows;
    result.rows_failed = facts.shared_rows;
    result.message = sentence(facts);
    result.status =
        allows(max_surplus, facts.shared_rows, compared_rows(facts)) ? Status::pass : Status::fail;
    result.evidence = {{"rows", facts.rows},
                       {"compared_rows", compared_rows(facts)},
                       {"rows_against", facts.rows_against},
                       {"shared_keys", facts.shared_keys},
                       {"shared_rows", facts.shared_rows},
                       {"shared_rows_against", facts.shared_rows_against},
                       {"null_key_rows", facts.null_key_rows},
                       {"null_key_rows_against", facts.null_key_rows_against},
                       {"null_policy", to_string(facts.nulls)},
                       {"against", qualified_name(facts.against)},
                       {"compared_columns", facts.compared},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"groups", facts.groups}};
    return result;
}

} // namespace assay
