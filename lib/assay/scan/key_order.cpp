// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_order.hpp"

#include "assay/scan/key_segments.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <string_view>

namespace assay {
namespace {

/// An eighth of the keys is much to read by an index, unless their rows lie together.
constexpr std::int64_t parts = 8;

/// Statistics hold values and are not asked for; the planner has seen them.
bool is_planned_by_index(Session& session, const TableSchema& table, std::size_t ordinal,
                         const KeyRange& keys) {
    ScanRequest part;
    part.table = &table;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].readable) {
            part.columns.push_back(i);
        }
    }
    part.where = fmt::format("{} BETWEEN {} AND {}", quote_identifier(table.columns[ordinal].name),
                             keys.first, keys.first / parts * (parts - 1) + keys.last / parts);
    const auto plan = session.query_row(
        {"EXPLAIN (FORMAT JSON) " + scan_sql(StoreKind::postgresql, part), {ColumnType::json}});
    constexpr std::string_view by_index = R"("Node Type": "Index Scan")";
    return std::string_view(plan.at(0).bytes).find(by_index) != std::string_view::npos;
}

} // namespace

bool lies_in_order(Session& session, const TableSchema& table, std::size_t ordinal) {
    if (session.source().kind == StoreKind::sqlite) {
        return table.primary_key &&
               table.primary_key->columns == std::vector{table.columns[ordinal].name};
    }
    const auto keys = key_range(session, table, ordinal);
    return keys && is_planned_by_index(session, table, ordinal, *keys);
}

} // namespace assay
