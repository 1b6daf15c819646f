// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/write_marks.hpp"

#include "assay/metric/time_accumulator.hpp"
#include "assay/scan/sqlite_times.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

/// Takes the one moment of commit_query().
class MomentSink final : public BatchSink {
public:
    void consume(const RowBatch& batch) override {
        const auto reading = read_time(batch.columns.front(), 0);
        if (reading) {
            m_moment = reading->micros;
        }
    }
    const std::optional<Micros>& moment() const noexcept { return m_moment; }

private:
    std::optional<Micros> m_moment;
};

bool has_transactions(const TableSchema& table) noexcept {
    return table.kind == TableKind::table || table.kind == TableKind::partitioned ||
           table.kind == TableKind::partition || table.kind == TableKind::materialized_view;
}

/// Rows that the server was set up with belong to transactions 1 and 2, of which it keeps nothing
/// and would rather fail.
Query commit_query(const TableSchema& table, const std::string& where) {
    return {fmt::format("SELECT pg_catalog.max(CASE WHEN xmin::pg_catalog.text "
                        "OPERATOR(pg_catalog.=) ANY ('{{1,2}}'::pg_catalog.text[]) THEN NULL ELSE "
                        "pg_catalog.pg_xact_commit_timestamp(xmin) END) FROM {}{}",
                        quote_table(table.ref), condition_sql("WHERE", where)),
            {ColumnType::timestamptz}};
}

bool is_asked_for_commits(Session& session, const TableSchema& table) {
    return has_transactions(table) && keeps_commit_times(session);
}

} // namespace

std::string_view to_string(WriteMark mark) noexcept {
    switch (mark) {
    case WriteMark::commits: return "commit_timestamps";
    case WriteMark::row_counter: return "row_counter";
    case WriteMark::file_counter: return "file_counter";
    }
    return "row_counter";
}

bool keeps_commit_times(Session& session) {
    if (session.source().kind != StoreKind::postgresql) {
        return false;
    }
    const auto row = session.query_row(
        {"SELECT pg_catalog.current_setting('track_commit_timestamp')", {ColumnType::text}});
    return row.at(0).bytes == "on";
}

Query write_counter_query(StoreKind kind, const TableSchema& table) {
    if (kind == StoreKind::sqlite) {
        return {"SELECT assay_change_counter()", {ColumnType::integer}};
    }
    Query query{"SELECT pg_catalog.pg_stat_get_tuples_inserted($1::pg_catalog.oid) "
                "OPERATOR(pg_catalog.+) "
                "pg_catalog.pg_stat_get_tuples_updated($1::pg_catalog.oid) "
                "OPERATOR(pg_catalog.+) "
                "pg_catalog.pg_stat_get_tuples_deleted($1::pg_catalog.oid)",
                {ColumnType::integer}};
    query.parameters = {text_parameter(std::to_string(table.store_id))};
    return query;
}

WriteMarks read_write_marks(Session& session, const TableSchema& table, const std::string& where) {
    WriteMarks marks;
    const StoreKind kind = session.source().kind;
    if (is_asked_for_commits(session, table)) {
        MomentSink sink;
        session.query_rows(table, commit_query(table, where), sink);
        marks.mark = WriteMark::commits;
        marks.committed = sink.moment();
        return marks;
    }
    marks.mark = kind == StoreKind::sqlite ? WriteMark::file_counter : WriteMark::row_counter;
    // Of a partitioned table its partitions are counted, each for itself.
    const bool is_counted =
        kind == StoreKind::sqlite || (has_transactions(table) && !table.has_children);
    if (is_counted && where.empty()) {
        const auto row = session.query_row(write_counter_query(kind, table));
        if (row.at(0).kind == CellKind::integer) {
            marks.counter = row.at(0).integer;
        }
    }
    return marks;
}

std::string write_marks_sql(Session& session, const TableSchema& table, const std::string& where) {
    return is_asked_for_commits(session, table)
               ? commit_query(table, where).sql
               : write_counter_query(session.source().kind, table).sql;
}

} // namespace assay
