// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/unequal_ranges.hpp"

#include "assay/scan/both_sides.hpp"
#include "assay/scan/server_segments.hpp"

#include <fmt/format.h>

#include <numeric>
#include <string>
#include <utility>

namespace assay {
namespace {

/// What one statement reads again.
constexpr std::size_t most_ranges = 100;

/// Can the distance of two keys be told in SQL?
bool is_in_range(const KeyRange& keys) {
    std::int64_t span = 0;
    return !__builtin_sub_overflow(keys.last, keys.first, &span);
}

/// Neighbours become one range, as far as one statement reads them.
void add_unequal(std::vector<UnequalRange>& ranges, const UnequalRange& range) {
    if (!ranges.empty() && ranges.back().rows <= rows_at_once &&
        ranges.back().keys.last + 1 == range.keys.first) {
        ranges.back().keys.last = range.keys.last;
        ranges.back().rows += range.rows;
        return;
    }
    ranges.push_back(range);
}

ComparedSums compare(const SegmentedRows& a, const SegmentedRows& b, const KeySegments& segments) {
    ComparedSums compared;
    for (std::size_t i = 0; i < segments.count(); ++i) {
        const SegmentSums& in_a = a.segments[i];
        const SegmentSums& in_b = b.segments[i];
        if (in_a == in_b) {
            compared.equal_rows += in_a.rows;
        } else {
            add_unequal(compared.unequal, {segments.range(i, i), in_a.rows + in_b.rows});
        }
    }
    return compared;
}

/// The first of the ranges, as many as hold so many rows and one statement reads.
std::span<const UnequalRange> first_few(std::span<const UnequalRange> ranges, std::int64_t most) {
    std::size_t count = 0;
    for (std::int64_t rows = 0; count < ranges.size() && count < most_ranges && rows <= most;
         ++count) {
        rows += ranges[count].rows;
    }
    return ranges.first(count);
}

/// The condition of the user, and that the key is in one of the ranges.
std::string condition(const std::string& where, const std::string& key,
                      std::span<const UnequalRange> ranges) {
    std::string any;
    for (const auto& [keys, rows] : ranges) {
        any += fmt::format("{}{} BETWEEN {} AND {}", any.empty() ? "" : " OR ", key, keys.first,
                           keys.last);
    }
    return where.empty() ? any : fmt::format("({}\n) AND ({})", where, any);
}

void append(std::vector<RowChange>& rows, std::vector<RowChange>& more, std::size_t limit) {
    for (RowChange& row : more) {
        if (rows.size() < limit) {
            rows.push_back(std::move(row));
        }
    }
}

void add(RowDiff& all, RowDiff part, std::size_t limit) {
    all.extent = part.extent;
    all.changed_cells.resize(part.changed_cells.size(), 0);
    all.only_a += part.only_a;
    all.only_b += part.only_b;
    all.changed += part.changed;
    all.unchanged += part.unchanged;
    all.blanks_differ += part.blanks_differ;
    all.close += part.close;
    for (std::size_t i = 0; i < part.changed_cells.size(); ++i) {
        all.changed_cells[i] += part.changed_cells[i];
    }
    append(all.only_a_rows, part.only_a_rows, limit);
    append(all.only_b_rows, part.only_b_rows, limit);
    append(all.changed_rows, part.changed_rows, limit);
}

std::string quoted_key(const DiffSide& side, std::size_t ordinal) {
    return quote_identifier(side.table.columns[ordinal].name);
}

} // namespace

std::int64_t rows_of(const std::vector<UnequalRange>& ranges) noexcept {
    return std::accumulate(
        ranges.begin(), ranges.end(), std::int64_t{0},
        [](std::int64_t sum, const UnequalRange& range) { return sum + range.rows; });
}

std::optional<ComparedSums> compare_sums(const DiffSide& a, const DiffSide& b,
                                         const RowDiffRequest& request, const KeySegments& segments,
                                         const std::optional<ServerHash>& hash) {
    const bool by_server = hash && is_in_range(segments.keys());
    const auto read = [&](const DiffSide& side, RowLayout layout) {
        if (by_server && side.session.source().kind == StoreKind::postgresql) {
            return sum_in_server(side.session, side.table, layout, segments, *hash);
        }
        layout.like_server = by_server ? hash->kinds : std::vector<HashKind>();
        Workers alone(side.session, 1);
        return read_segments(side.workers == nullptr ? alone : *side.workers, side.table, layout,
                             segments);
    };
    SegmentedRows rows_a;
    SegmentedRows rows_b;
    on_both_sides([&] { rows_a = read(a, layout_of(Side::a, request)); },
                  [&] { rows_b = read(b, layout_of(Side::b, request)); });
    if (rows_a.odd_rows > 0 || rows_b.odd_rows > 0) {
        return std::nullopt;
    }
    return compare(rows_a, rows_b, segments);
}

std::size_t read_first_ranges(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                              std::span<const UnequalRange> ranges, std::int64_t most,
                              RowDiff& diff) {
    const std::string key_a = quoted_key(a, request.key.front().a);
    const std::string key_b = quoted_key(b, request.key.front().b);
    const auto few = first_few(ranges, most);
    RowDiffRequest narrow = request;
    narrow.access = RowAccess::index;
    narrow.where_a = condition(request.where_a, key_a, few);
    narrow.where_b = condition(request.where_b, key_b, few);
    if (!request.young_a.empty()) {
        narrow.young_a = condition(request.young_a, key_a, few);
        narrow.young_b = condition(request.young_b, key_b, few);
    }
    add(diff, diff_rows(a, b, narrow), request.limit);
    return few.size();
}

void set_totals(RowDiff& diff) noexcept {
    diff.rows_a = diff.unchanged + diff.changed + diff.only_a;
    diff.rows_b = diff.unchanged + diff.changed + diff.only_b;
}

RowDiff read_unequal(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                     const ComparedSums& compared) {
    RowDiff diff;
    diff.unchanged = compared.equal_rows;
    diff.changed_cells.assign(request.other.size(), 0);
    std::span<const UnequalRange> left = compared.unequal;
    while (!left.empty() && diff.extent != Extent::first) {
        left = left.subspan(read_first_ranges(a, b, request, left, rows_at_once, diff));
    }
    set_totals(diff);
    return diff;
}

} // namespace assay
