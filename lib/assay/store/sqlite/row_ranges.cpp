// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/row_ranges.hpp"

#include "assay/base/text.hpp"
#include "assay/store/row_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

namespace assay {
namespace {

/// Places of a table that a sample looks at: each is worth one row where neighbours are alike, and
/// costs a step down the tree.
constexpr double most_ranges = 1000;
/// Parts of a table at most: where rowids are far apart, a part must not be empty each time.
constexpr std::uint64_t most_parts = 1024;
/// Rows of a part at least: opening a range costs less than reading one row in a hundred of it.
constexpr std::uint64_t part_rows = 65'536;

std::optional<RowRange> read_bounds(SqliteConnection& connection, const TableSchema& table,
                                    const std::string& rowid) {
    const std::string name = quote_table(table.ref);
    std::optional<RowRange> bounds;
    // Two subqueries: each is one step down the tree, while both at once would be a scan.
    connection.query(
        fmt::format("SELECT (SELECT min({0}) FROM {1}), (SELECT max({0}) FROM {1})", rowid, name),
        [&bounds](SQLite::Statement& row) {
            if (!row.getColumn(0).isNull()) {
                bounds = {row.getColumn(0).getInt64(), row.getColumn(1).getInt64()};
            }
        });
    return bounds;
}

} // namespace

std::string rowid_name(const TableSchema& table) {
    const std::string name = rowid_column(table);
    return name.empty() ? name : quote_identifier(name);
}

std::vector<RowRange> sample_ranges(std::int64_t first, std::int64_t last, double fraction) {
    const double span = static_cast<double>(last) - static_cast<double>(first) + 1;
    const double wanted = std::max(1.0, std::round(span * fraction));
    const double count = std::min(most_ranges, wanted);
    const double stride = span / count;
    const double width = std::max(1.0, std::floor(wanted / count));
    std::vector<RowRange> ranges;
    for (int i = 0; i < static_cast<int>(count); ++i) {
        // From the middle of each stride, so that neither end is always in.
        const double offset = std::floor(stride * i + (stride - width) / 2);
        // Unsigned, because the distance between two rowids can have 64 bits.
        const auto begin = static_cast<std::uint64_t>(first) + static_cast<std::uint64_t>(offset);
        const auto end = begin + static_cast<std::uint64_t>(width) - 1;
        ranges.push_back(
            {static_cast<std::int64_t>(begin), std::min(static_cast<std::int64_t>(end), last)});
    }
    return ranges;
}

std::vector<ScanPart> split_rowids(SqliteConnection& connection, const TableSchema& table) {
    const std::string rowid = rowid_name(table);
    // So many rows take more than a few bytes each.
    constexpr auto small_table = static_cast<std::int64_t>(part_rows * 4);
    if (rowid.empty() || table.stats.table_bytes.value_or(small_table) < small_table) {
        return {};
    }
    const auto bounds = read_bounds(connection, table, rowid);
    if (!bounds) {
        return {};
    }
    // Unsigned, because the distance between two rowids can have 64 bits.
    const auto first = static_cast<std::uint64_t>(bounds->first);
    const std::uint64_t distance = static_cast<std::uint64_t>(bounds->last) - first;
    const std::uint64_t width = std::max(part_rows, distance / most_parts + 1);
    std::vector<ScanPart> parts;
    for (std::uint64_t begin = 0; distance >= part_rows && begin <= distance; begin += width) {
        const std::uint64_t end = distance - begin < width ? distance : begin + width - 1;
        parts.push_back({parts.size(), static_cast<std::int64_t>(first + begin),
                         static_cast<std::int64_t>(first + end)});
        if (end == distance) {
            break; // the next one might not fit 64 bits
        }
    }
    return parts;
}

RowRanges ranges_of(const TableSchema& table, const std::vector<ScanPart>& parts) {
    RowRanges plan;
    plan.where = fmt::format(" WHERE {} BETWEEN ?1 AND ?2", rowid_name(table));
    for (const ScanPart& part : parts) {
        plan.ranges.push_back({part.first, part.last});
    }
    return plan;
}

RowRanges plan_ranges(SqliteConnection& connection, const TableSchema& table, Sample sample,
                      Observer& observer) {
    if (sample.fraction >= 1) {
        return {};
    }
    const std::string rowid = rowid_name(table);
    if (rowid.empty()) {
        observer.note(fmt::format("{} has no usable rowid and is read as a whole",
                                  qualified_name(table.ref)));
        return {};
    }
    RowRanges plan;
    if (const auto bounds = read_bounds(connection, table, rowid)) {
        plan.ranges = sample_ranges(bounds->first, bounds->last, sample.fraction);
        plan.where = fmt::format(" WHERE {} BETWEEN ?1 AND ?2", rowid);
    }
    return plan;
}

} // namespace assay
