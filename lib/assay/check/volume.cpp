// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/volume.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace assay {
namespace {

std::string row_count_sentence(const RowCounts& counts) {
    const bool is_exact = counts.a.method == Method::exact && counts.b.method == Method::exact;
    const char* const about = is_exact ? "" : "~";
    const std::int64_t difference = counts.b.value - counts.a.value;
    if (difference == 0) {
        return fmt::format("{}{} on both sides", about, count_of(counts.a.value, "row"));
    }
    const std::string share =
        counts.a.value == 0 ? ""
                            : fmt::format(" ({}{})", difference > 0 ? "+" : "-",
                                          format_percent(static_cast<double>(std::abs(difference)) /
                                                         static_cast<double>(counts.a.value)));
    return fmt::format("{0}{1} in A, {0}{2} in B: B has {0}{3}{4}", about,
                       group_digits(counts.a.value), group_digits(counts.b.value),
                       count_of(std::abs(difference), difference > 0 ? "more row" : "fewer row"),
                       share);
}

std::string row_sentence(const RowDifference& rows) {
    std::vector<std::string> parts;
    const auto add = [&](std::int64_t count, std::string_view what) {
        if (count > 0) {
            parts.push_back(fmt::format("{} {}", count_of(count, "row"), what));
        }
    };
    add(rows.only_a, "only in A");
    add(rows.only_b, "only in B");
    add(rows.changed, "changed");
    const std::string close = rows.within_tolerance == 0
                                  ? ""
                                  : fmt::format(", {} of them within the tolerances",
                                                group_digits(rows.within_tolerance));
    if (parts.empty()) {
        return rows.unchanged == 0 ? "both sides are empty"
               : rows.unchanged == 1
                   ? (rows.within_tolerance == 0 ? "the only row is the same"
                                                 : "the only row is within the tolerances")
                   : fmt::format("all {} are the same", count_of(rows.unchanged, "row")) + close;
    }
    return join_and(parts) + fmt::format(", {} the same", group_digits(rows.unchanged)) + close;
}

/// Of the groups that are not within the tolerance those that differ most, in their order.
std::vector<std::size_t> worst_of(const GroupDifference& difference, std::vector<std::size_t> bad,
                                  std::size_t limit) {
    const auto size = [&](std::size_t i) {
        return std::abs(difference.groups[i].b - difference.groups[i].a);
    };
    std::stable_sort(bad.begin(), bad.end(),
                     [&](std::size_t x, std::size_t y) { return size(x) > size(y); });
    bad.resize(std::min(bad.size(), limit));
    std::sort(bad.begin(), bad.end());
    return bad;
}

/// Groups may differ and be within the tolerance, which is not to say that they do not differ.
std::string good_groups_sentence(const GroupDifference& difference) {
    const auto all = static_cast<std::int64_t>(difference.groups.size());
    const std::int64_t others =
        std::count_if(difference.groups.begin(), difference.groups.end(),
                      [](const GroupRows& group) { return group.a != group.b; });
    if (others == 0) {
        return fmt::format("{} on both sides, with as many rows in each",
                           count_of(all, difference.unit));
    }
    return fmt::format("{} of {} {} another number of rows, within the tolerance",
                       group_digits(others), count_of(all, difference.unit),
                       others == 1 ? "has" : "have");
}

Fact::List group_samples(const GroupDifference& difference, const std::vector<std::size_t>& shown) {
    Fact::List samples;
    for (const std::size_t i : shown) {
        const GroupRows& group = difference.groups[i];
        const std::string_view change = group.b == 0 ? "-" : group.a == 0 ? "+" : "~";
        samples.push_back(
            Facts{{"change", change},
                  {"key", Facts{{difference.by, group.name}}},
                  {"columns", Facts{{"rows", Facts{{"a", group.a}, {"b", group.b}}}}}});
    }
    return samples;
}

CheckResult rows_result(const RowDifference& rows, const Tolerance& max_diff) {
    CheckResult result = make_result("volume.rows", rows.table, rows.key);
    const std::int64_t different = rows.only_a + rows.only_b + rows.changed;
    result.observed = {different, "rows"};
    result.expected = display(max_diff);
    result.rows_examined = rows.rows_a + rows.rows_b;
    result.rows_failed = different;
    return result;
}

} // namespace

CheckResult check_row_counts(const RowCounts& counts, const Tolerance& max_diff) {
    CheckResult result = make_result("volume.row_count", counts.table, {});
    const std::int64_t difference = std::abs(counts.b.value - counts.a.value);
    result.observed = {difference, "rows"};
    result.expected = display(max_diff);
    result.message = row_count_sentence(counts);
    const bool exact = counts.a.method == Method::exact && counts.b.method == Method::exact;
    result.method = exact ? Method::exact : Method::estimate;
    result.evidence = {{"rows_a", counts.a.value}, {"rows_b", counts.b.value}};
    const bool good = within(max_diff, difference, std::max(counts.a.value, counts.b.value));
    result.status = good ? Status::pass : Status::fail;
    return result;
}

CheckResult check_group_counts(const GroupDifference& difference, const Tolerance& max_diff,
                               std::size_t limit) {
    CheckResult result = make_result("volume.groups", difference.table, {difference.column});
    std::vector<std::size_t> bad;
    for (std::size_t i = 0; i < difference.groups.size(); ++i) {
        const GroupRows& group = difference.groups[i];
        result.rows_examined = result.rows_examined.value_or(0) + group.a + group.b;
        if (!within(max_diff, std::abs(group.b - group.a), std::max(group.a, group.b))) {
            bad.push_back(i);
        }
    }
    const auto count = static_cast<std::int64_t>(bad.size());
    const auto all = static_cast<std::int64_t>(difference.groups.size());
    result.observed = {count, difference.unit + "s"};
    result.expected = fmt::format("{} in each {}", display(max_diff), difference.unit);
    result.status = bad.empty() ? Status::pass : Status::fail;
    result.evidence = {{"by", difference.by},
                       {"time_zone", difference.zone.empty() ? Fact() : Fact(difference.zone)},
                       {"groups_compared", all},
                       {"groups_that_differ", count},
                       {"samples", group_samples(difference, worst_of(difference, bad, limit))}};
    result.message = bad.empty()
                         ? good_groups_sentence(difference)
                         : fmt::format("{} of {} {} another number of rows", group_digits(count),
                                       count_of(all, difference.unit), count == 1 ? "has" : "have");
    return result;
}

CheckResult table_on_both_sides(const TableRef& table) {
    CheckResult result = make_result("volume.missing_table", table, {});
    result.expected = "a table of that name on both sides";
    result.message = "the table is on both sides";
    return result;
}

CheckResult missing_table(const TableRef& table, std::string_view only_on) {
    CheckResult result = table_on_both_sides(table);
    result.status = Status::fail;
    result.message = fmt::format("the table is only in {}", only_on);
    result.evidence = {{"only_in", only_on}};
    return result;
}

CheckResult check_columns(const ColumnDifference& difference) {
    std::vector<std::string> columns = difference.only_a;
    columns.insert(columns.end(), difference.only_b.begin(), difference.only_b.end());
    // The columns are no part of the fingerprint: when they are mended, it is still the same check.
    CheckResult result = make_result("volume.columns", difference.table, {});
    result.columns = columns;
    result.observed = {std::int64_t(columns.size()), "columns"};
    result.expected = "0 columns on one side only";
    result.status = columns.empty() ? Status::pass : Status::fail;
    if (columns.empty()) {
        result.message = "both sides have the same columns";
        return result;
    }
    std::vector<std::string> parts;
    if (!difference.only_a.empty()) {
        parts.push_back(join_and(difference.only_a) + " only in A");
    }
    if (!difference.only_b.empty()) {
        parts.push_back(join_and(difference.only_b) + " only in B");
    }
    result.message = (columns.size() == 1 ? "column " : "columns ") + join_and(parts);
    return result;
}

CheckResult check_trailing_blanks(const TableRef& table, std::int64_t rows_compared,
                                  std::int64_t rows_that_differ) {
    CheckResult result = make_result("volume.trailing_blanks", table, {});
    result.observed = {rows_that_differ, "rows"};
    result.expected = "0 rows";
    result.rows_examined = rows_compared;
    result.rows_failed = rows_that_differ;
    result.status = rows_that_differ > 0 ? Status::fail : Status::pass;
    result.message = rows_that_differ > 0
                         ? fmt::format("{} only in the blanks at the end of a text",
                                       count_of(rows_that_differ, "row differs", "rows differ"))
                         : "rows that are the same have the same trailing blanks";
    return result;
}

CheckResult check_first_difference(const RowDifference& rows) {
    CheckResult result = rows_result(rows, {});
    result.message = fmt::format("at least {}; without -q every difference is told",
                                 count_of(*result.rows_failed, "row differs", "rows differ"));
    result.evidence = {{"rows_read_a", rows.rows_a},
                       {"rows_read_b", rows.rows_b},
                       {"differ_at_least", *result.rows_failed}};
    result.observed.unit = "rows at least";
    result.rows_failed.reset();
    result.status = Status::fail;
    return result;
}

CheckResult check_rows(const RowDifference& rows, const Tolerance& max_diff) {
    CheckResult result = rows_result(rows, max_diff);
    result.message = row_sentence(rows);
    result.evidence = {{"rows_a", rows.rows_a},
                       {"rows_b", rows.rows_b},
                       {"only_a", rows.only_a},
                       {"only_b", rows.only_b},
                       {"changed", rows.changed},
                       {"unchanged", rows.unchanged},
                       {"changed_cells", rows.changed_cells}};
    for (const auto& fact : rows.more_evidence) {
        result.evidence.push_back(fact);
    }
    const bool good = within(max_diff, *result.rows_failed, std::max(rows.rows_a, rows.rows_b));
    result.status = good ? Status::pass : Status::fail;
    return result;
}

} // namespace assay
