// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/newest_rows.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/column_scan.hpp"
#include "assay/scan/newest_in_postgres.hpp"
#include "assay/scan/newest_in_sqlite.hpp"

#include <algorithm>

namespace assay {
namespace {

/// May one index hold all rows of a table of that kind? Not those of an inheritance parent.
bool may_have_index(const TableSchema& table) {
    switch (table.kind) {
    case TableKind::table:
    case TableKind::partition: return !table.has_children;
    case TableKind::partitioned:
    case TableKind::materialized_view: return true;
    case TableKind::view:
    case TableKind::foreign:
    case TableKind::virtual_table: break;
    }
    return false;
}

/// Texts have to be in the order of their bytes.
bool is_ordered(StoreKind kind, const Index& index) {
    return kind == StoreKind::postgresql || index.definition.starts_with("BINARY ");
}

} // namespace

const Index* newest_index(StoreKind kind, const TimeSource& source) {
    const TableSchema& table = *source.table;
    const ColumnSpec& column = table.columns.at(source.column);
    const bool is_usable = source.where.empty() && may_have_index(table) &&
                           (kind == StoreKind::sqlite || is_temporal(column.type)) &&
                           is_common_date(source.limit);
    if (!is_usable) {
        return nullptr;
    }
    const auto found =
        std::find_if(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
            return index.valid && !index.partial && index.method == "btree" &&
                   !index.columns.empty() && index.columns.front() == column.name &&
                   is_ordered(kind, index);
        });
    return found == table.indexes.end() ? nullptr : &*found;
}

std::vector<std::string> newest_sql(StoreKind kind, const TimeSource& source, const Index& index) {
    return kind == StoreKind::sqlite ? newest_sqlite_sql(source, index)
                                     : std::vector{newest_postgres_query(source).sql};
}

MeasuredTimes find_newest(Session& session, const TimeSource& source) {
    const StoreKind kind = session.source().kind;
    const Index* index = newest_index(kind, source);
    if (index == nullptr) {
        return read_all_times(session, source);
    }
    if (kind == StoreKind::postgresql) {
        return find_newest_in_postgres(session, source, *index);
    }
    try {
        return find_newest_in_sqlite(session, source, *index);
    } catch (const Error& error) {
        // An index that SQLite does not take by its name.
        if (error.kind() != ErrorKind::query) {
            throw;
        }
        return read_all_times(session, source);
    }
}

MeasuredTimes read_all_times(Session& session, const TimeSource& source) {
    MeasuredTimes measured;
    measured.times = scan_times(session, *source.table, source.column, source.limit, source.where);
    return measured;
}

} // namespace assay
