// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/retention.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

CheckResult check_retention(const RetentionFacts& facts, Micros limit) {
    CheckResult result = make_result("freshness.retention", facts.table, {facts.column});
    result.expected = fmt::format("<= {} s", limit / micros_per_second);
    Micros keep_from = 0;
    if (__builtin_sub_overflow(facts.now, limit, &keep_from)) {
        keep_from = INT64_MIN;
    }
    result.evidence = {{"oldest", facts.oldest ? Fact(format_instant(*facts.oldest)) : Fact()},
                       {"keep_from", format_instant(keep_from)},
                       {"expired_rows", facts.expired}};
    if (!facts.index.empty()) {
        result.evidence.emplace_back("index", facts.index);
    }
    if (!facts.oldest) {
        result.status = Status::skipped;
        result.message = "no row has a time";
        return result;
    }
    const Micros age = std::max<Micros>(facts.now - *facts.oldest, 0);
    result.observed = {age / micros_per_second, "s"};
    result.rows_failed = facts.expired;
    result.message = fmt::format("oldest row is {} old, rows are kept for {}", format_duration(age),
                                 format_duration(limit));
    if (facts.expired > 0) {
        result.status = Status::fail;
        result.message +=
            fmt::format("; {} longer", count_of(facts.expired, "row is there", "rows are there"));
    }
    return result;
}

} // namespace assay
