// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_why.hpp"

#include "assay/command/key_choice.hpp"
#include "assay/scan/place_scan.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <utility>

namespace assay {
namespace {

/// Among the columns of a list.
std::optional<std::size_t> number_of(const std::vector<std::size_t>& columns,
                                     std::optional<std::size_t> wanted) {
    const auto found = wanted ? std::find(columns.begin(), columns.end(), *wanted) : columns.end();
    return found == columns.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - columns.begin()));
}

class CompareSink final : public BatchSink {
public:
    CompareSink(const PlacedTable& table, const OtherColumns& columns, std::size_t groups)
        : m_table(table), m_compared{std::vector<std::size_t>(columns.compared.size()),
                                     number_of(columns.compared, columns.time)},
          m_groups(groups) {
        std::iota(m_compared.columns.begin(), m_compared.columns.end(), std::size_t{0});
    }

    void expect(const RowPlace& place, std::size_t group) { m_places.emplace(place, group); }

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const auto found = m_places.find(m_table.read(batch, row));
            if (found != m_places.end()) {
                m_groups[found->second].add(m_compared, batch, row);
            }
        }
    }

    const GroupComparison& group(std::size_t i) const { return m_groups[i]; }

private:
    const PlacedTable& m_table;
    ComparedColumns m_compared;
    std::vector<GroupComparison> m_groups;
    std::map<RowPlace, std::size_t> m_places;
};

/// How many of the groups can be compared without reading too much.
std::size_t groups_to_compare(const std::vector<DuplicateRows>& groups) {
    std::size_t rows = 0;
    std::size_t count = 0;
    for (const auto& group : groups) {
        rows += group.first.size();
        if (rows > DuplicatePlaces{}.rows) {
            break;
        }
        ++count;
    }
    return count;
}

/// Groups one of several readers compares: every so-many-th.
struct Share {
    std::size_t first = 0;
    std::size_t step = 1;
};

void compare_groups(Session& session, const PlacedTable& table, const OtherColumns& columns,
                    std::span<const DuplicateRows> groups, const Share& share, CompareSink& sink) {
    std::vector<RowPlace> places;
    for (std::size_t i = share.first; i < groups.size(); i += share.step) {
        for (const auto& row : groups[i].first) {
            sink.expect(row.place, i);
            places.push_back(row.place);
        }
    }
    ScanRequest scan;
    scan.table = &table.schema();
    scan.columns = columns.compared;
    scan.columns.insert(scan.columns.end(), table.columns().begin(), table.columns().end());
    scan_places(session, table, scan, std::move(places), sink);
}

std::size_t rows_of(std::span<const DuplicateRows> groups) noexcept {
    std::size_t rows = 0;
    for (const auto& group : groups) {
        rows += group.first.size();
    }
    return rows;
}

/// Turn what was compared into the cause of a group.
void conclude(const GroupComparison& compared, const TableSchema& table,
              const OtherColumns& columns, const std::string& time_column, GroupWhy& group) {
    std::vector<std::string> names;
    for (const std::size_t i : compared.differing()) {
        names.push_back(table.columns[columns.compared[i]].name);
    }
    // Without other columns there is nothing that could differ, and nothing was read.
    const auto rows = static_cast<std::size_t>(group.rows.rows);
    const bool is_all = columns.compared.empty() || compared.rows() == rows;
    group.cause = cause_of(std::move(names), time_column, is_all ? Compared::all : Compared::part);
    if (const auto times = compared.rows() == rows ? compared.times() : std::nullopt) {
        group.first = times->first;
        group.last = times->second;
    }
}

/// Read the rows of groups again, by their places.
/// @return one for each of the groups that could be compared without reading too much
std::vector<GroupComparison> compare_by_places(Workers& workers, const PlacedTable& table,
                                               const OtherColumns& columns,
                                               const std::vector<DuplicateRows>& groups) {
    const std::size_t count = groups_to_compare(groups);
    if (columns.compared.empty()) {
        return std::vector<GroupComparison>(count);
    }
    const std::span<const DuplicateRows> compared(groups.data(), count);
    const std::size_t readers = readers_of_places(workers, rows_of(compared));
    std::vector<CompareSink> sinks(readers, CompareSink(table, columns, count));
    workers.for_each(readers, [&](Session& session, std::size_t i) {
        compare_groups(session, table, columns, compared, {i, readers}, sinks[i]);
    });
    std::vector<GroupComparison> found;
    for (std::size_t i = 0; i < count; ++i) {
        found.push_back(sinks[i % readers].group(i));
    }
    return found;
}

std::vector<RowLocator> first_places(const std::vector<DuplicateRow>& rows) {
    std::vector<RowLocator> places;
    for (std::size_t i = 0; i < std::min(DuplicatePlaces{}.rows_shown, rows.size()); ++i) {
        places.push_back({rows[i].place});
    }
    return places;
}

bool have_places(const std::vector<DuplicateRows>& groups) {
    return std::any_of(groups.begin(), groups.end(),
                       [](const DuplicateRows& group) { return !group.first.empty(); });
}

} // namespace

OtherColumns other_columns(const TableSchema& table, const WhyRequest& request) {
    OtherColumns columns;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const ColumnSpec& column = table.columns[i];
        if (!column.readable || std::count(request.key.begin(), request.key.end(), i) > 0) {
            continue;
        }
        if (i != request.time && numbers_rows(table, column)) {
            columns.aside.push_back(column.name);
        } else {
            columns.compared.push_back(i);
        }
    }
    columns.time = number_of(columns.compared, request.time) ? request.time : std::nullopt;
    return columns;
}

Why explain_groups(Workers& workers, const TableSchema& table, const PlacedTable* placed,
                   const WhyRequest& request, const Duplicates& found) {
    const OtherColumns columns = other_columns(table, request);
    std::vector<GroupComparison> compared;
    if (!columns.are_none() && placed != nullptr && have_places(found.groups)) {
        compared = compare_by_places(workers, *placed, columns, found.groups);
    } else if (!columns.are_none()) {
        for (const GroupLook& look : found.looks) {
            compared.push_back(look.comparison);
        }
    }
    Why why;
    why.facts.aside = columns.aside;
    if (request.time) {
        why.facts.time_column = table.columns[*request.time].name;
    }
    for (std::size_t i = 0; i < found.groups.size(); ++i) {
        GroupWhy& group = why.groups.emplace_back();
        group.rows = found.groups[i];
        group.places =
            i < found.looks.size() ? found.looks[i].first : first_places(group.rows.first);
        if (i < compared.size()) {
            conclude(compared[i], table, columns, why.facts.time_column, group);
            why.facts.groups.push_back(*group.cause);
        }
    }
    return why;
}

} // namespace assay
