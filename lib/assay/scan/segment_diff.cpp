// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/segment_diff.hpp"

#include "assay/scan/both_sides.hpp"
#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/key_segments.hpp"
#include "assay/scan/profiler.hpp"
#include "assay/scan/server_segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace assay {
namespace {

constexpr std::size_t most_segments = 65'536;
/// Keys of a segment, about: as few as pays for one with a difference, read again.
constexpr std::uint64_t keys_per_segment = 64;
/// With fewer of them than that, 40 bytes a row are not many.
constexpr std::uint64_t fewest_keys = 4'096;
/// What one statement reads again.
constexpr std::size_t most_ranges = 100;
constexpr std::int64_t most_rows = 20'000;

const std::string& key_name(const DiffSide& side, std::size_t ordinal) {
    return side.table.columns[ordinal].name;
}

/// How to cut the keys of both sides; nullopt where it is not worth it.
std::optional<KeySegments> cut(const DiffSide& a, const DiffSide& b,
                               const RowDiffRequest& request) {
    const auto keys_a = key_range(a.session, a.table, request.key.front().a);
    const auto keys_b = key_range(b.session, b.table, request.key.front().b);
    if (!keys_a || !keys_b) {
        return std::nullopt;
    }
    const KeyRange keys{std::min(keys_a->first, keys_b->first),
                        std::max(keys_a->last, keys_b->last)};
    const std::uint64_t span =
        static_cast<std::uint64_t>(keys.last) - static_cast<std::uint64_t>(keys.first);
    if (span < fewest_keys) {
        return std::nullopt;
    }
    return KeySegments(keys, static_cast<std::size_t>(
                                 std::min<std::uint64_t>(most_segments, span / keys_per_segment)));
}

/// Some ranges of keys whose rows differ, read with one statement.
struct Ranges {
    std::vector<KeyRange> keys;
    std::int64_t rows = 0;
};

struct Compared {
    RowDiff equal; ///< of the segments that are equal
    std::vector<Ranges> unequal;
    std::int64_t unequal_rows = 0;
};

Compared compare(const SegmentedRows& a, const SegmentedRows& b, const KeySegments& segments) {
    Compared compared;
    std::size_t last = segments.count(); // that was unequal
    for (std::size_t i = 0; i < segments.count(); ++i) {
        const SegmentSums& in_a = a.segments[i];
        const SegmentSums& in_b = b.segments[i];
        if (in_a == in_b) {
            compared.equal.unchanged += in_a.rows;
            continue;
        }
        const std::int64_t rows = in_a.rows + in_b.rows;
        compared.unequal_rows += rows;
        auto& all = compared.unequal;
        if (all.empty() || all.back().rows > most_rows || all.back().keys.size() >= most_ranges) {
            all.emplace_back();
            last = segments.count();
        }
        Ranges& ranges = all.back();
        ranges.rows += rows;
        if (last + 1 == i) {
            ranges.keys.back().last = segments.range(i, i).last;
        } else {
            ranges.keys.push_back(segments.range(i, i));
        }
        last = i;
    }
    return compared;
}

/// The condition of the user, and that the key is in one of the ranges.
std::string condition(const std::string& where, const std::string& key, const Ranges& ranges) {
    std::string any;
    for (const KeyRange& range : ranges.keys) {
        any += fmt::format("{}{} BETWEEN {} AND {}", any.empty() ? "" : " OR ", key, range.first,
                           range.last);
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

RowDiff read_unequal(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                     Compared compared) {
    RowDiff diff = std::move(compared.equal);
    diff.changed_cells.assign(request.other.size(), 0);
    RowDiffRequest narrow = request;
    narrow.access = RowAccess::index;
    const std::string key_a = quote_identifier(key_name(a, request.key.front().a));
    const std::string key_b = quote_identifier(key_name(b, request.key.front().b));
    for (const Ranges& ranges : compared.unequal) {
        narrow.where_a = condition(request.where_a, key_a, ranges);
        narrow.where_b = condition(request.where_b, key_b, ranges);
        if (!request.young_a.empty()) {
            narrow.young_a = condition(request.young_a, key_a, ranges);
            narrow.young_b = condition(request.young_b, key_b, ranges);
        }
        RowDiff part = diff_rows(a, b, narrow);
        diff.extent = part.extent;
        add(diff, std::move(part), request.limit);
        if (diff.extent == Extent::first) {
            break;
        }
    }
    return diff;
}

/// Can the distance of two keys be told in SQL?
bool is_in_range(const KeyRange& keys) {
    std::int64_t span = 0;
    return !__builtin_sub_overflow(keys.last, keys.first, &span);
}

/// @return nullopt if the rows have to be compared one by one
std::optional<RowDiff> diff_by_segments(const DiffSide& a, const DiffSide& b,
                                        const RowDiffRequest& request) {
    const auto segments = cut(a, b, request);
    if (!segments) {
        return std::nullopt;
    }
    const auto hash = is_in_range(segments->keys()) ? sum_hash(a, b, request) : std::nullopt;
    const auto read = [&](const DiffSide& side, const RowLayout& layout) {
        return hash ? sum_in_server(side.session, side.table, layout, *segments, *hash)
                    : read_segments(side.session, side.table, layout, *segments);
    };
    SegmentedRows rows_a;
    SegmentedRows rows_b;
    on_both_sides([&] { rows_a = read(a, layout_of(Side::a, request)); },
                  [&] { rows_b = read(b, layout_of(Side::b, request)); });
    if (rows_a.odd_rows > 0 || rows_b.odd_rows > 0) {
        return std::nullopt;
    }
    Compared compared = compare(rows_a, rows_b, *segments);
    // Many ranges are read faster in one go.
    if (compared.unequal_rows > compared.equal.unchanged) {
        return std::nullopt;
    }
    RowDiff diff = read_unequal(a, b, request, std::move(compared));
    diff.rows_a = diff.unchanged + diff.changed + diff.only_a;
    diff.rows_b = diff.unchanged + diff.changed + diff.only_b;
    return diff;
}

} // namespace

bool has_segments(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request) {
    if (request.key.size() != 1) {
        return false;
    }
    const auto is_unique_integer = [](const TableSchema& table, std::size_t ordinal) {
        return table.columns[ordinal].type == ColumnType::integer &&
               is_declared_unique(table, ordinal);
    };
    return is_unique_integer(a, request.key.front().a) &&
           is_unique_integer(b, request.key.front().b);
}

std::optional<ServerHash> sum_hash(const DiffSide& a, const DiffSide& b,
                                   const RowDiffRequest& request) {
    return has_segments(a.table, b.table, request) ? common_hash(a, b, request) : std::nullopt;
}

RowDiff diff_tables(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
    if (has_segments(a.table, b.table, request)) {
        if (auto diff = diff_by_segments(a, b, request)) {
            return std::move(*diff);
        }
    } else if (has_buckets(a.table, b.table, request)) {
        if (auto diff = diff_by_buckets(a, b, request)) {
            return std::move(*diff);
        }
    }
    return diff_rows(a, b, request);
}

} // namespace assay
