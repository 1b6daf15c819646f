// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates_retried.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

/// "another one of the same user_id within 30 s"
std::string what_is_repeated(const RetryFacts& facts) {
    const std::string actor =
        facts.actor.empty() ? "" : fmt::format(" of the same {}", display_identifier(facts.actor));
    return fmt::format("another one{} within {}", actor, format_duration(facts.within));
}

/// "; 2 rows without a time and 1 row without user_id are left out", or nothing.
std::string left_out(const RetryFacts& facts) {
    std::vector<std::string> parts;
    if (facts.undated_rows > 0) {
        parts.push_back(count_of(facts.undated_rows, "row") + " without a time");
    }
    if (facts.actorless_rows > 0) {
        parts.push_back(fmt::format("{} without {}", count_of(facts.actorless_rows, "row"),
                                    display_identifier(facts.actor)));
    }
    return parts.empty() ? "" : fmt::format("; left out: {}", join_and(parts));
}

std::int64_t compared_rows(const RetryFacts& facts) noexcept {
    return facts.rows - facts.undated_rows - facts.actorless_rows;
}

std::string sentence(const RetryFacts& facts) {
    const std::int64_t compared = compared_rows(facts);
    const std::string rows = count_of(compared, compared < facts.rows ? "compared row" : "row");
    if (facts.retries == 0) {
        return fmt::format("none of {} repeats {}", rows, what_is_repeated(facts)) +
               left_out(facts);
    }
    return fmt::format("{} of {} {} {}: {}, the largest of {}", group_digits(facts.retries), rows,
                       facts.retries == 1 ? "repeats" : "repeat", what_is_repeated(facts),
                       count_of(facts.bursts, "burst"), count_of(facts.largest_burst, "row")) +
           left_out(facts);
}

} // namespace

CheckResult check_retries(const RetryFacts& facts, const SurplusLimit& max_surplus) {
    CheckResult result = make_result("duplicates.retries", facts.table, facts.columns);
    result.observed = {facts.retries, "rows"};
    note_limit(max_surplus, result);
    result.rows_examined = facts.rows;
    result.rows_failed = facts.retries;
    result.evidence = {{"rows", facts.rows},
                       {"compared_rows", compared_rows(facts)},
                       {"retries", facts.retries},
                       {"bursts", facts.bursts},
                       {"largest_burst", facts.largest_burst},
                       {"undated_rows", facts.undated_rows},
                       {"actorless_rows", facts.actorless_rows},
                       {"within_s", static_cast<double>(facts.within) / micros_per_second},
                       {"actor", facts.actor.empty() ? Fact() : Fact(facts.actor)},
                       {"time_column", facts.time_column},
                       {"spilled_bytes", facts.spilled_bytes},
                       {"groups", facts.groups}};
    if (facts.rows == 0) {
        result.message = "the table holds no row to compare";
    } else if (compared_rows(facts) == 0) {
        result.status = Status::skipped;
        result.message = "no row says when it is from and by whom" + left_out(facts);
        return result;
    } else {
        result.message = sentence(facts);
    }
    result.status =
        allows(max_surplus, facts.retries, compared_rows(facts)) ? Status::pass : Status::fail;
    return result;
}

} // namespace assay
