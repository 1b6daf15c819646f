// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/slice_diff.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/both_sides.hpp"
#include "assay/scan/key_order.hpp"
#include "assay/scan/segment_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t fewest_rows = 8'192;
constexpr std::int64_t fewest_rows_of_ranges = 500;
constexpr std::int64_t most_rows = std::int64_t{1} << 22U;
/// Ranges to keep unread: some MB.
constexpr std::size_t most_unequal = 65'536;

std::string key_of(const DiffSide& side, std::size_t ordinal) {
    return quote_identifier(side.table.columns[ordinal].name);
}

std::string keys_sql(const std::string& key, const KeyRange& keys) {
    return fmt::format("{} BETWEEN {} AND {}", key, keys.first, keys.last);
}

/// The keys of a side that come next.
struct NextKeys {
    std::optional<std::int64_t> first; ///< nullopt: there are none
    std::optional<std::int64_t> last;  ///< of so many rows; nullopt: there are fewer
    std::int64_t end = 0;              ///< the last one of all
};

std::optional<std::int64_t> integer_of(const Value& value) {
    if (value.kind == CellKind::null) {
        return std::nullopt;
    }
    if (value.kind != CellKind::integer) {
        throw Error(ErrorKind::internal, "a key of integers holds something else");
    }
    return value.integer;
}

/// @param after the last key before; nullopt: there is none
NextKeys next_keys(const DiffSide& side, std::size_t ordinal,
                   const std::optional<std::int64_t>& after, std::int64_t rows) {
    const std::string key = key_of(side, ordinal);
    const std::string table = quote_table(side.table.ref);
    const std::string behind = after ? fmt::format(" WHERE {} > {}", key, *after) : "";
    const auto nth = [&](std::string_view order, std::int64_t offset) {
        return fmt::format("(SELECT {0} FROM {1}{2} ORDER BY {0} {3} LIMIT 1 OFFSET {4})", key,
                           table, behind, order, offset);
    };
    const Query query{
        fmt::format("SELECT {}, {}, {}", nth("ASC", 0), nth("ASC", rows - 1), nth("DESC", 0)),
        {ColumnType::integer, ColumnType::integer, ColumnType::integer}};
    const auto found = side.session.query_row_of({&side.table}, query);
    return {integer_of(found.at(0)), integer_of(found.at(1)), integer_of(found.at(2)).value_or(0)};
}

/// The keys of the next slice, in which no side has more than so many rows; nullopt: all have been
/// looked at.
std::optional<KeyRange> next_slice(const DiffSide& a, const DiffSide& b, const ColumnPair& key,
                                   const std::optional<std::int64_t>& after, std::int64_t rows) {
    NextKeys in_a;
    NextKeys in_b;
    on_both_sides([&] { in_a = next_keys(a, key.a, after, rows); },
                  [&] { in_b = next_keys(b, key.b, after, rows); });
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    if (!in_a.first && !in_b.first) {
        return std::nullopt;
    }
    const std::int64_t first = std::min(in_a.first.value_or(most), in_b.first.value_or(most));
    if (in_a.last || in_b.last) {
        return KeyRange{first, std::min(in_a.last.value_or(most), in_b.last.value_or(most))};
    }
    return KeyRange{first, std::max(in_a.first ? in_a.end : least, in_b.first ? in_b.end : least)};
}

std::string both(const std::string& where, const std::string& condition) {
    return where.empty() ? condition : fmt::format("({}\n) AND {}", where, condition);
}

ComparedSums compare_slice(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                           const KeyRange& keys, const std::optional<ServerHash>& hash) {
    const ColumnPair& key = request.key.front();
    RowDiffRequest slice = request;
    slice.access = RowAccess::index;
    slice.where_a = both(request.where_a, keys_sql(key_of(a, key.a), keys));
    slice.where_b = both(request.where_b, keys_sql(key_of(b, key.b), keys));
    const std::uint64_t span =
        static_cast<std::uint64_t>(keys.last) - static_cast<std::uint64_t>(keys.first);
    const std::uint64_t most = std::clamp<std::uint64_t>(span / keys_per_segment, 2, most_segments);
    auto sums = compare_sums(a, b, slice, KeySegments(keys, static_cast<std::size_t>(most)), hash);
    if (!sums) {
        throw Error(ErrorKind::internal, "a key of integers holds something else");
    }
    return std::move(*sums);
}

/// How many rows to read at a time: as many as take about a second.
std::int64_t adapted(std::int64_t rows, Clock::duration elapsed) noexcept {
    constexpr std::chrono::milliseconds slow{1'400};
    constexpr std::chrono::milliseconds fast{700};
    return elapsed > slow   ? std::max(fewest_rows, rows / 2)
           : elapsed < fast ? std::min(most_rows, rows * 2)
                            : rows;
}

bool holds_integers_alone(const ColumnSpec& column) noexcept {
    return column.enforced && !column.nullable;
}

/// Where keys lie close together but for a few far away, one range may hold most rows of a slice:
/// read it in several steps.
void cut_first(const DiffSide& a, const DiffSide& b, const ColumnPair& key,
               std::vector<UnequalRange>& ranges) {
    UnequalRange& whole = ranges.front();
    if (whole.rows <= 2 * rows_at_once) {
        return;
    }
    std::optional<std::int64_t> before;
    if (whole.keys.first > std::numeric_limits<std::int64_t>::min()) {
        before = whole.keys.first - 1;
    }
    const auto keys = next_slice(a, b, key, before, rows_at_once / 2);
    if (!keys || keys->last >= whole.keys.last) {
        return;
    }
    const UnequalRange head{{whole.keys.first, keys->last}, rows_at_once};
    whole = {{keys->last + 1, whole.keys.last}, whole.rows - head.rows};
    ranges.insert(ranges.begin(), head);
}

/// Read the ranges that differ, a few at first, so that the shortest run reads some. After each
/// statement `progress` tells what was found.
void read_ranges(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                 SliceProgress& progress) {
    auto& left = progress.sums.unequal;
    for (std::int64_t rows = fewest_rows_of_ranges;
         !left.empty() && progress.found.extent != Extent::first;
         rows = std::min(rows * 2, rows_at_once)) {
        cut_first(a, b, request.key.front(), left);
        const std::size_t count = read_first_ranges(a, b, request, left, rows, progress.found);
        left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count));
        progress.ranges_read += static_cast<std::int64_t>(count);
    }
}

RowDiff whole_of(const SliceProgress& progress, const RowDiffRequest& request) {
    RowDiff diff = progress.found;
    diff.unchanged += progress.sums.equal_rows;
    diff.changed_cells.resize(request.other.size(), 0);
    set_totals(diff);
    return diff;
}

} // namespace

bool has_slices(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request) {
    return has_segments(a, b, request) && holds_integers_alone(a.columns[request.key.front().a]) &&
           holds_integers_alone(b.columns[request.key.front().b]);
}

bool ends_at_first_slice(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
    return request.extent == Extent::first && has_slices(a.table, b.table, request) &&
           lies_in_order(a.session, a.table, request.key.front().a) &&
           lies_in_order(b.session, b.table, request.key.front().b);
}

RowDiff diff_by_slices(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                       SliceProgress& progress) {
    const auto hash = sum_hash(a, b, request);
    auto start = Clock::now();
    while (const auto keys =
               next_slice(a, b, request.key.front(), progress.last, progress.next_rows)) {
        const ComparedSums sums = compare_slice(a, b, request, *keys, hash);
        progress.sums.equal_rows += sums.equal_rows;
        progress.sums.unequal.insert(progress.sums.unequal.end(), sums.unequal.begin(),
                                     sums.unequal.end());
        progress.last = keys->last;
        if (progress.sums.unequal.size() > most_unequal ||
            (request.extent == Extent::first && !progress.sums.unequal.empty())) {
            read_ranges(a, b, request, progress);
            if (progress.found.extent == Extent::first) {
                break;
            }
            start = Clock::now();
            continue;
        }
        const auto end = Clock::now();
        progress.next_rows = adapted(progress.next_rows, end - std::exchange(start, end));
    }
    read_ranges(a, b, request, progress);
    return whole_of(progress, request);
}

} // namespace assay
