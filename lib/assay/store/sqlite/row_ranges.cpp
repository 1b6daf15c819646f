// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/row_ranges.hpp"

#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/store/row_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <queue>
#include <string_view>
#include <utility>

namespace assay {
namespace {

/// Places of a table that a sample looks at: each is worth one row where neighbours are alike, and
/// costs a step down the tree.
constexpr std::uint64_t most_clusters = 1000;
/// Steps to find large gaps, each two searches in the tree: what is left has a width of about a
/// hundredth of all, and a gap as wide as that is found.
constexpr int gap_steps = 256;
/// Rowids between which nobody looks for a gap.
constexpr std::uint64_t narrow = 1024;
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

// Unsigned, because the distance between two rowids can have 64 bits.
std::uint64_t distance_of(const RowRange& range) noexcept {
    return static_cast<std::uint64_t>(range.last) - static_cast<std::uint64_t>(range.first);
}

std::uint64_t places_of(const std::vector<RowRange>& stretches) noexcept {
    std::uint64_t places = 0;
    for (const RowRange& stretch : stretches) {
        places += distance_of(stretch) + 1;
    }
    // All 64-bit numbers are one more than fit.
    return places == 0 ? std::numeric_limits<std::uint64_t>::max() : places;
}

std::uint64_t clusters_of(std::uint64_t places, std::uint64_t step) noexcept {
    return std::clamp<std::uint64_t>(places / step, 1, most_clusters);
}

/// Cuts some places into slots that differ by one place at most.
class Slots {
public:
    Slots(std::uint64_t places, std::uint64_t count) noexcept
        : m_width(places / count), m_wider(places % count) {}
    /// The first place of a slot, from 0; that of the slot after the last is the end.
    std::uint64_t begin(std::uint64_t slot) const noexcept {
        return slot * m_width + std::min(slot, m_wider);
    }

private:
    std::uint64_t m_width;
    std::uint64_t m_wider; ///< slots with one place more
};

/// Turns places, counted along all stretches, into rowids.
class StretchWalk {
public:
    explicit StretchWalk(const std::vector<RowRange>& stretches) : m_stretches(stretches) {}

    /// The rowids from one place to before another. Places are taken in their order.
    void take(std::uint64_t begin, std::uint64_t end, std::size_t part,
              std::vector<RowRange>& ranges) {
        while (begin < end) {
            const RowRange& stretch = m_stretches[m_index];
            const std::uint64_t last = distance_of(stretch);
            const std::uint64_t offset = begin - m_passed;
            if (offset > last) {
                m_passed += last + 1;
                ++m_index;
                continue;
            }
            const std::uint64_t until = std::min(last, end - 1 - m_passed);
            const auto first = static_cast<std::uint64_t>(stretch.first);
            ranges.push_back({static_cast<std::int64_t>(first + offset),
                              static_cast<std::int64_t>(first + until), part});
            begin = m_passed + until + 1;
        }
    }

private:
    const std::vector<RowRange>& m_stretches;
    std::size_t m_index = 0;
    std::uint64_t m_passed = 0; ///< places of the stretches before
};

struct IsNarrower {
    bool operator()(const RowRange& a, const RowRange& b) const noexcept {
        return distance_of(a) < distance_of(b);
    }
};

std::vector<RowRange>
in_order(std::priority_queue<RowRange, std::vector<RowRange>, IsNarrower> all) {
    std::vector<RowRange> stretches;
    for (; !all.empty(); all.pop()) {
        stretches.push_back(all.top());
    }
    std::sort(stretches.begin(), stretches.end(),
              [](const RowRange& a, const RowRange& b) { return a.first < b.first; });
    return stretches;
}

/// The places between two rowids without the large gaps among them. Halves the widest stretch again
/// and again: between the last row before its middle and the first one after it there is none.
std::vector<RowRange> read_stretches(SqliteConnection& connection, const TableSchema& table,
                                     const std::string& rowid, const RowRange& bounds) {
    std::priority_queue<RowRange, std::vector<RowRange>, IsNarrower> stretches;
    stretches.push(bounds);
    const std::string sql = fmt::format("SELECT (SELECT max({0}) FROM {1} WHERE {0} < ?1), "
                                        "(SELECT min({0}) FROM {1} WHERE {0} >= ?1)",
                                        rowid, quote_table(table.ref));
    connection.hold_still();
    connection.announce(sql);
    connection.guarded([&] {
        SQLite::Statement statement(connection.database(), sql);
        for (int i = 0; i < gap_steps && distance_of(stretches.top()) >= narrow; ++i) {
            const RowRange widest = stretches.top();
            stretches.pop();
            const auto middle = static_cast<std::int64_t>(static_cast<std::uint64_t>(widest.first) +
                                                          distance_of(widest) / 2 + 1);
            statement.reset();
            statement.bind(1, middle);
            statement.executeStep();
            stretches.push({widest.first, statement.getColumn(0).getInt64()});
            stretches.push({statement.getColumn(1).getInt64(), widest.last});
        }
    });
    return in_order(std::move(stretches));
}

} // namespace

std::string rowid_name(const TableSchema& table) {
    const std::string name = rowid_column(table);
    return name.empty() ? name : quote_identifier(name);
}

std::uint64_t rows_per_drawn(double fraction) noexcept {
    constexpr double most = 1e15;
    return static_cast<std::uint64_t>(std::clamp(std::round(1 / fraction), 2.0, most));
}

std::vector<RowRange> sample_ranges(const std::vector<RowRange>& stretches, double fraction,
                                    std::uint64_t seed) {
    const std::uint64_t places = places_of(stretches);
    const std::uint64_t step = rows_per_drawn(fraction);
    const std::uint64_t clusters = clusters_of(places, step);
    const Slots slots(places, clusters * step);
    std::vector<RowRange> ranges;
    StretchWalk walk(stretches);
    for (std::uint64_t i = 0; i < clusters; ++i) {
        const std::uint64_t slot = i * step + hash64_word(0, seed + i) % step;
        walk.take(slots.begin(slot), slots.begin(slot + 1), static_cast<std::size_t>(i), ranges);
    }
    return ranges;
}

std::int64_t count_clusters(SqliteConnection& connection, const TableSchema& table, Sample sample) {
    const auto bounds = read_bounds(connection, table, rowid_name(table));
    return bounds ? static_cast<std::int64_t>(
                        clusters_of(places_of({*bounds}), rows_per_drawn(sample.fraction)))
                  : 0;
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
    const auto first = static_cast<std::uint64_t>(bounds->first);
    const std::uint64_t distance = distance_of(*bounds);
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
        plan.ranges.push_back({part.first, part.last, part.index});
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
        plan.ranges = sample_ranges(read_stretches(connection, table, rowid, *bounds),
                                    sample.fraction, sample_seed(table.ref, sample.fraction));
        plan.where = fmt::format(" WHERE {} BETWEEN ?1 AND ?2", rowid);
    }
    return plan;
}

} // namespace assay
