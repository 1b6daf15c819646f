// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/snapshot_change.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// When the snapshot was taken, to the second.
std::string moment_of(const SnapshotChange& change) {
    return format_instant(change.taken - change.taken % micros_per_second);
}

std::string row_words(const SnapshotChange& change) {
    std::vector<std::string> parts;
    const auto add = [&](std::int64_t count, std::string_view what) {
        if (count > 0) {
            parts.push_back(fmt::format("{} {}", count_of(count, "row"), what));
        }
    };
    add(change.counts->only_b, "added");
    add(change.counts->only_a, "removed");
    add(change.counts->changed, "changed");
    return fmt::format("{} since {}, {} the same", join_and(parts), moment_of(change),
                       group_digits(change.unchanged));
}

std::string segment_words(const SnapshotChange& change) {
    const bool by_value = change.placed_by == "value";
    const std::int64_t then = change.rows_a - change.unchanged;
    const std::int64_t now = change.rows_b - change.unchanged;
    return fmt::format("{} of {} {} since {}, with {} then and {} now; {} the same",
                       group_digits(change.changed_segments),
                       count_of(change.segments, by_value ? "range of the key" : "group of keys",
                                by_value ? "ranges of the key" : "groups of keys"),
                       change.changed_segments == 1 ? "differs" : "differ", moment_of(change),
                       count_of(then, "row"), group_digits(now), group_digits(change.unchanged));
}

std::string sentence(const SnapshotChange& change) {
    if (change.most > 0) {
        return change.counts ? row_words(change) : segment_words(change);
    }
    const std::string taken = moment_of(change);
    return change.rows_b == 0 ? fmt::format("the table is empty, as it was at {}", taken)
           : change.rows_b == 1
               ? fmt::format("the only row is the same as at {}", taken)
               : fmt::format("all {} are the same as at {}", count_of(change.rows_b, "row"), taken);
}

Facts evidence_of(const SnapshotChange& change) {
    Facts facts{{"rows_a", change.rows_a}, {"rows_b", change.rows_b}};
    if (change.counts) {
        facts.emplace_back("only_a", change.counts->only_a);
        facts.emplace_back("only_b", change.counts->only_b);
        facts.emplace_back("changed", change.counts->changed);
    }
    facts.emplace_back("unchanged", change.unchanged);
    facts.emplace_back("taken_at", format_instant(change.taken));
    facts.emplace_back("grain", change.grain);
    facts.emplace_back("placed_by", change.placed_by);
    facts.emplace_back("growth", change.rows_b - change.rows_a);
    facts.emplace_back("differ_at_least", change.least);
    facts.emplace_back("differ_at_most", change.most);
    if (!change.counts) {
        facts.emplace_back("segments", change.segments);
        facts.emplace_back("segments_that_differ", change.changed_segments);
    }
    facts.emplace_back("samples", change.samples);
    return facts;
}

} // namespace

CheckResult check_snapshot(const SnapshotChange& change, const Tolerance& max_diff) {
    CheckResult result = make_result("volume.snapshot", change.table, change.key);
    const std::int64_t total = std::max(change.rows_a, change.rows_b);
    const bool may_be_good = within(max_diff, change.least, total);
    const bool is_good = within(max_diff, change.most, total);
    result.observed = {change.least, change.least == change.most ? "rows" : "rows at least"};
    result.expected = display(max_diff);
    result.rows_examined = change.rows_b;
    result.message = sentence(change);
    result.evidence = evidence_of(change);
    result.status = is_good ? Status::pass : may_be_good ? Status::error : Status::fail;
    if (change.least == change.most) {
        result.rows_failed = change.least;
    }
    if (result.status == Status::error) {
        result.error_kind = "query";
        result.message += fmt::format("; from {} to {} rows differ, which may be too many or not",
                                      group_digits(change.least), group_digits(change.most));
        result.remedy = "Save snapshots with --grain rows, which tell how many rows differ.";
    }
    return result;
}

} // namespace assay
