// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/write_age.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// "3 h ago", "between 2 h and 5 h ago", "at most 2 h ago", "at least 3 d ago"
std::string age_words(const WriteAge& age) {
    if (!age.at_most) {
        return fmt::format("at least {} ago", format_duration(age.at_least));
    }
    if (*age.at_most == age.at_least) {
        return format_duration(age.at_least) + " ago";
    }
    return age.at_least == 0 ? fmt::format("at most {} ago", format_duration(*age.at_most))
                             : fmt::format("between {} and {} ago", format_duration(age.at_least),
                                           format_duration(*age.at_most));
}

std::int64_t seconds(Micros time) noexcept { return time / micros_per_second; }

CheckResult age_result(std::string_view id, const WriteFacts& facts,
                       const std::optional<WriteAge>& age) {
    CheckResult result = make_result(id, facts.table, {});
    result.method = facts.committed ? Method::exact : Method::estimate;
    result.evidence = {
        {"method", facts.method},
        {"trust", facts.trust},
        {"written_at", facts.committed ? Fact(format_instant(*facts.committed)) : Fact()},
        {"age_at_least_s", age ? Fact(seconds(age->at_least)) : Fact()},
        {"age_at_most_s", age && age->at_most ? Fact(seconds(*age->at_most)) : Fact()}};
    if (age) {
        result.observed = {seconds(age->at_least), "s"};
        result.message = fmt::format("last written {}, by {}", age_words(*age), facts.trust);
    }
    return result;
}

CheckResult skipped(CheckResult result, std::string_view reason) {
    result.status = Status::skipped;
    result.message += reason;
    return result;
}

CheckResult judge(std::string_view id, const WriteFacts& facts, const WriteAge& age, Micros limit) {
    CheckResult result = age_result(id, facts, age);
    result.expected = fmt::format("<= {} s", seconds(limit));
    result.message += ", allowed is " + format_duration(limit);
    if (seconds(age.at_least) > seconds(limit)) {
        result.status = Status::fail;
    } else if (!age.at_most || seconds(*age.at_most) > seconds(limit)) {
        return skipped(std::move(result), "; learning: earlier runs do not tell it closer");
    }
    return result;
}

} // namespace

std::optional<WriteAge> write_age(const WriteFacts& facts) {
    if (facts.committed) {
        const Micros age = std::max<Micros>(facts.now - *facts.committed, 0);
        return WriteAge{age, age};
    }
    if (!facts.counter || facts.past.empty()) {
        return std::nullopt;
    }
    WriteAge age;
    auto seen = facts.past.rbegin();
    for (; seen != facts.past.rend() && seen->counter == *facts.counter; ++seen) {
        age.at_least = std::max<Micros>(facts.now - seen->at, 0);
    }
    if (seen != facts.past.rend() && seen->counter < *facts.counter) {
        age.at_most = std::max<Micros>(facts.now - seen->at, 0);
    }
    return age.at_least > 0 || age.at_most ? std::optional(age) : std::nullopt;
}

std::vector<CheckResult> check_write_age(const WriteFacts& facts, const FreshnessLimits& limits) {
    const auto age = write_age(facts);
    if (!age) {
        return {skipped(age_result(limits.max_age || !limits.warn_age ? "freshness.max_age"
                                                                      : "freshness.warn_age",
                                   facts, age),
                        "learning: no column looks like the time of a row, and no earlier run "
                        "tells of writes")};
    }
    std::vector<CheckResult> results;
    if (limits.max_age) {
        results.push_back(judge("freshness.max_age", facts, *age, *limits.max_age));
    }
    if (limits.warn_age) {
        results.push_back(judge("freshness.warn_age", facts, *age, *limits.warn_age));
    }
    if (results.empty()) {
        results.push_back(
            skipped(age_result("freshness.max_age", facts, age), "; no limit was given"));
    }
    return results;
}

} // namespace assay
