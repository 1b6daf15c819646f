// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicate_cause.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

namespace assay {
namespace {

using Conflict = std::pair<std::string, std::int64_t>;

/// Columns by the number of groups in which they conflict, the most first.
std::vector<Conflict> conflicts_of(const CauseFacts& facts) {
    std::map<std::string, std::int64_t> counted;
    for (const auto& group : facts.groups) {
        if (group.cause == DuplicateCause::versions) {
            for (const auto& column : group.conflicts) {
                ++counted[column];
            }
        }
    }
    std::vector<Conflict> conflicts(counted.begin(), counted.end());
    std::stable_sort(conflicts.begin(), conflicts.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    return conflicts;
}

std::int64_t count_of_cause(const CauseFacts& facts, DuplicateCause cause) {
    return std::count_if(facts.groups.begin(), facts.groups.end(),
                         [&](const auto& group) { return group.cause == cause; });
}

/// "price in 3, quantity in 1 and 2 more columns"
std::string conflict_words(const CauseFacts& facts) {
    constexpr std::size_t most = 3;
    const std::vector<Conflict> conflicts = conflicts_of(facts);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < std::min(most, conflicts.size()); ++i) {
        words.push_back(fmt::format("{} in {}", display_identifier(conflicts[i].first),
                                    group_digits(conflicts[i].second)));
    }
    const auto rest = static_cast<std::int64_t>(conflicts.size() - words.size());
    return fmt::format("{}{}", fmt::join(words, ", "),
                       rest == 0 ? "" : fmt::format(" and {}", count_of(rest, "more column")));
}

/// " (only id differs)"; empty: nothing does
std::string only_differs(std::vector<std::string> columns) {
    for (auto& column : columns) {
        column = display_identifier(column);
    }
    return columns.empty() ? ""
                           : fmt::format(" (only {} {})", join_and(columns),
                                         columns.size() == 1 ? "differs" : "differ");
}

} // namespace

std::string_view to_string(DuplicateCause cause) noexcept {
    switch (cause) {
    case DuplicateCause::reinsert: return "reinsert";
    case DuplicateCause::reload: return "reload";
    case DuplicateCause::versions: return "versions";
    case DuplicateCause::unknown: return "unknown";
    }
    return "unknown";
}

GroupCause cause_of(std::vector<std::string> differing, std::string_view time_column,
                    Compared compared) {
    const bool only_time = differing.size() == 1 && differing.front() == time_column;
    if (!differing.empty() && !only_time) {
        return {DuplicateCause::versions, std::move(differing)};
    }
    if (compared == Compared::part) {
        return {DuplicateCause::unknown, {}};
    }
    return {only_time ? DuplicateCause::reload : DuplicateCause::reinsert, std::move(differing)};
}

std::string cause_words(const CauseFacts& facts) {
    std::vector<std::string> parts;
    const auto add = [&](DuplicateCause cause, std::string_view singular, std::string_view plural,
                         const std::string& detail) {
        if (const std::int64_t count = count_of_cause(facts, cause); count > 0) {
            parts.push_back(fmt::format("{} {}{}", group_digits(count),
                                        count == 1 ? singular : plural, detail));
        }
    };
    add(DuplicateCause::reinsert, "exact re-insert", "exact re-inserts", only_differs(facts.aside));
    std::vector<std::string> other = facts.aside;
    other.insert(other.begin(), facts.time_column);
    add(DuplicateCause::reload, "loaded again", "loaded again", only_differs(std::move(other)));
    add(DuplicateCause::versions, "with conflicting versions", "with conflicting versions",
        fmt::format(" ({})", conflict_words(facts)));
    add(DuplicateCause::unknown, "too large to tell", "too large to tell", "");
    const auto examined = static_cast<std::int64_t>(facts.groups.size());
    return fmt::format("{}{}",
                       examined < facts.duplicated_keys
                           ? fmt::format("of the {} largest groups ", group_digits(examined))
                           : "",
                       fmt::join(parts, ", "));
}

Facts cause_evidence(const CauseFacts& facts) {
    Facts conflicts;
    for (const auto& [column, groups] : conflicts_of(facts)) {
        conflicts.emplace_back(column, groups);
    }
    Fact::List aside(facts.aside.begin(), facts.aside.end());
    return {{"groups", static_cast<std::int64_t>(facts.groups.size())},
            {"reinsert", count_of_cause(facts, DuplicateCause::reinsert)},
            {"reload", count_of_cause(facts, DuplicateCause::reload)},
            {"versions", count_of_cause(facts, DuplicateCause::versions)},
            {"unknown", count_of_cause(facts, DuplicateCause::unknown)},
            {"conflicts", std::move(conflicts)},
            {"aside", std::move(aside)},
            {"time_column", facts.time_column.empty() ? Fact() : Fact(facts.time_column)}};
}

} // namespace assay
