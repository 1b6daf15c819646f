// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/group_freshness.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t most_named = 5;
constexpr std::size_t most_listed = 100;

std::optional<std::int64_t> age_of(const GroupFacts& group, Micros now) noexcept {
    return group.newest
               ? std::optional(std::max<Micros>(now - *group.newest, 0) / micros_per_second)
               : std::nullopt;
}

bool is_late(const GroupFacts& group, Micros limit, Micros now) noexcept {
    const auto age = age_of(group, now);
    return !age || *age > limit / micros_per_second;
}

std::string name_of(const GroupFacts& group) {
    if (const auto* text = std::get_if<std::string>(&group.label.value)) {
        return *text;
    }
    if (const auto* number = std::get_if<std::int64_t>(&group.label.value)) {
        return std::to_string(*number);
    }
    if (const auto* real = std::get_if<double>(&group.label.value)) {
        return format_double(*real);
    }
    return group.label.is_null() ? "NULL" : "a value";
}

Fact evidence_of(const GroupFacts& group, Micros now) {
    const auto age = age_of(group, now);
    return Facts{{"group", group.label},
                 {"rows", group.rows},
                 {"newest", group.newest ? Fact(format_instant(*group.newest)) : Fact()},
                 {"age_s", age ? Fact(*age) : Fact()}};
}

/// "web (3 d), NULL (no date) and 2 more"
std::string named(const std::vector<GroupFacts>& late, Micros now) {
    std::string names;
    for (std::size_t i = 0; i < std::min(late.size(), most_named); ++i) {
        const auto age = age_of(late[i], now);
        names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", name_of(late[i]),
                             age ? format_duration(*age * micros_per_second) : "no date");
    }
    return late.size() > most_named ? fmt::format("{} and {} more", names, late.size() - most_named)
                                    : names;
}

} // namespace

CheckResult check_groups(const TableRef& table, const std::string& column, const std::string& by,
                         std::vector<GroupFacts> groups, const FreshnessLimits& limits,
                         Micros now) {
    CheckResult result = make_result("freshness.by_group", table, {column, by});
    const auto total = static_cast<std::int64_t>(groups.size());
    const auto limit = limits.max_age ? limits.max_age : limits.warn_age;
    // Those without a date first, then the oldest.
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
        return a.newest.value_or(INT64_MIN) < b.newest.value_or(INT64_MIN);
    });
    Fact::List listed;
    for (std::size_t i = 0; i < std::min(groups.size(), most_listed); ++i) {
        listed.push_back(evidence_of(groups[i], now));
    }
    result.evidence = {{"groups_total", total}, {"oldest_groups", std::move(listed)}};
    if (!limit || groups.empty()) {
        result.status = Status::skipped;
        result.message = groups.empty()
                             ? "the table is empty: it has no groups"
                             : fmt::format("{}; no limit was given", count_of(total, "group"));
        return result;
    }
    const auto end = std::find_if(groups.begin(), groups.end(),
                                  [&](const auto& group) { return !is_late(group, *limit, now); });
    const std::vector<GroupFacts> late(groups.begin(), end);
    result.observed = {static_cast<std::int64_t>(late.size()), "groups"};
    result.expected = "0 groups";
    if (late.empty()) {
        result.message = fmt::format("every one of {} has a row of the last {}",
                                     count_of(total, "group"), format_duration(*limit));
        return result;
    }
    result.status = Status::fail;
    result.severity = limits.max_age ? Severity::critical : Severity::warning;
    result.message =
        fmt::format("{} of {} fell silent for more than {}: {}",
                    group_digits(static_cast<std::int64_t>(late.size())), count_of(total, "group"),
                    format_duration(*limit), named(late, now));
    return result;
}

} // namespace assay
