// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/row_ranges.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

namespace assay {
namespace {

/// Places of a table that a sample looks at.
constexpr double most_ranges = 100;

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
    if (table.kind != TableKind::table || table.without_rowid) {
        return {};
    }
    for (const std::string_view name : {"rowid", "_rowid_", "oid"}) {
        const bool hidden = std::any_of(
            table.columns.begin(), table.columns.end(),
            [name](const ColumnSpec& column) { return to_lower_ascii(column.name) == name; });
        if (!hidden) {
            return quote_identifier(name);
        }
    }
    return {};
}

std::vector<RowRange> sample_ranges(std::int64_t first, std::int64_t last, double fraction) {
    const double span = static_cast<double>(last) - static_cast<double>(first) + 1;
    const double wanted = std::max(1.0, std::round(span * fraction));
    const double count = std::min(most_ranges, wanted);
    const double stride = span / count;
    const double width = std::max(1.0, std::floor(wanted / count));
    std::vector<RowRange> ranges;
    for (double i = 0; i < count; ++i) {
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
