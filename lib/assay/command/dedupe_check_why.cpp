// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_why.hpp"

#include "assay/command/key_choice.hpp"
#include "assay/metric/time_accumulator.hpp"
#include "assay/scan/place_scan.hpp"

#include <algorithm>
#include <map>
#include <span>

namespace assay {
namespace {

/// Which columns are compared, and which are left aside.
struct Columns {
    std::vector<std::size_t> compared;
    std::vector<std::string> aside;
};

Columns columns_of(const PlacedTable& table, const WhyRequest& request) {
    Columns columns;
    const TableSchema& schema = table.schema();
    for (std::size_t i = 0; i + table.columns().size() < schema.columns.size(); ++i) {
        const ColumnSpec& column = schema.columns[i];
        if (!column.readable || std::count(request.key.begin(), request.key.end(), i) > 0) {
            continue;
        }
        if (i != request.time && numbers_rows(schema, column)) {
            columns.aside.push_back(column.name);
        } else {
            columns.compared.push_back(i);
        }
    }
    return columns;
}

/// The first cells of a group, and which columns hold others.
struct Comparison {
    std::size_t rows = 0;
    std::size_t times = 0;
    std::vector<Fingerprint> first;
    std::vector<std::size_t> differing; ///< sorted places among the compared columns
    std::pair<Micros, std::optional<Value>> earliest;
    std::pair<Micros, std::optional<Value>> latest;
};

class CompareSink final : public BatchSink {
public:
    CompareSink(const PlacedTable& table, std::size_t columns, std::optional<std::size_t> time,
                std::size_t groups)
        : m_table(table), m_columns(columns), m_time(time), m_groups(groups) {}

    void expect(const RowPlace& place, std::size_t group) { m_places.emplace(place, group); }

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const auto found = m_places.find(m_table.read(batch, row));
            if (found != m_places.end()) {
                compare(m_groups[found->second], batch, row);
            }
        }
    }

    const Comparison& group(std::size_t i) const { return m_groups[i]; }

private:
    void compare(Comparison& group, const RowBatch& batch, std::size_t row) {
        for (std::size_t i = 0; i < m_columns; ++i) {
            m_scratch.clear();
            append_canonical(batch.columns[i], row, m_scratch);
            const Fingerprint cell = fingerprint(m_scratch);
            if (group.rows == 0) {
                group.first.push_back(cell);
            } else if (cell != group.first[i]) {
                const auto place =
                    std::lower_bound(group.differing.begin(), group.differing.end(), i);
                if (place == group.differing.end() || *place != i) {
                    group.differing.insert(place, i);
                }
            }
        }
        ++group.rows;
        note_time(group, batch, row);
    }

    void note_time(Comparison& group, const RowBatch& batch, std::size_t row) const {
        const auto reading = m_time ? read_time(batch.columns[*m_time], row) : std::nullopt;
        if (!reading) {
            return;
        }
        if (group.times == 0 || reading->micros < group.earliest.first) {
            group.earliest = {reading->micros, time_value(batch.columns[*m_time], row)};
        }
        if (group.times == 0 || reading->micros > group.latest.first) {
            group.latest = {reading->micros, time_value(batch.columns[*m_time], row)};
        }
        ++group.times;
    }

    const PlacedTable& m_table;
    std::size_t m_columns;
    std::optional<std::size_t> m_time; ///< its place among the compared columns
    std::vector<Comparison> m_groups;
    std::map<RowPlace, std::size_t> m_places;
    std::string m_scratch;
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

void compare_groups(Session& session, const PlacedTable& table, const Columns& columns,
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

std::optional<std::size_t> place_of(const std::vector<std::size_t>& columns,
                                    std::optional<std::size_t> wanted) {
    const auto found = wanted ? std::find(columns.begin(), columns.end(), *wanted) : columns.end();
    return found == columns.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - columns.begin()));
}

/// Turn what was compared into the cause of a group.
void conclude(const Comparison& compared, const PlacedTable& table, const Columns& columns,
              const std::string& time_column, GroupWhy& group) {
    std::vector<std::string> names;
    for (const std::size_t i : compared.differing) {
        names.push_back(table.schema().columns[columns.compared[i]].name);
    }
    const auto rows = static_cast<std::size_t>(group.rows.rows);
    // Without other columns there is nothing that could differ, and nothing was read.
    const bool all = columns.compared.empty() || compared.rows == rows;
    group.cause = cause_of(std::move(names), time_column, all ? Compared::all : Compared::part);
    if (compared.times > 0 && compared.times == rows) {
        group.first = compared.earliest.second;
        group.last = compared.latest.second;
    }
}

} // namespace

std::optional<Value> time_value(const Column& column, std::size_t row) {
    const auto reading = read_time(column, row);
    if (!reading) {
        return std::nullopt;
    }
    if (reading->encoding == TimeEncoding::native) {
        return value_at(column, row);
    }
    const ColumnType type = reading->naive ? ColumnType::timestamp : ColumnType::timestamptz;
    return Value{type, CellKind::integer, reading->micros, 0, {}};
}

Why explain_groups(Workers& workers, const PlacedTable& table, const WhyRequest& request,
                   std::vector<DuplicateRows> found) {
    const Columns columns = columns_of(table, request);
    const bool is_all = columns.compared.empty() && columns.aside.empty();
    const std::size_t count = is_all ? 0 : groups_to_compare(found);
    const std::span<const DuplicateRows> compared(found.data(), count);
    const std::size_t readers = readers_of_places(workers, rows_of(compared));
    std::vector<CompareSink> sinks(readers,
                                   CompareSink(table, columns.compared.size(),
                                               place_of(columns.compared, request.time), count));
    if (!columns.compared.empty()) {
        workers.for_each(readers, [&](Session& session, std::size_t i) {
            compare_groups(session, table, columns, compared, {i, readers}, sinks[i]);
        });
    }
    Why why;
    why.facts.aside = columns.aside;
    if (request.time) {
        why.facts.time_column = table.schema().columns[*request.time].name;
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        GroupWhy& group = why.groups.emplace_back();
        group.rows = std::move(found[i]);
        if (i < count) {
            conclude(sinks[i % readers].group(i), table, columns, why.facts.time_column, group);
            why.facts.groups.push_back(*group.cause);
        }
    }
    return why;
}

} // namespace assay
