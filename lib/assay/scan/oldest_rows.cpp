// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/oldest_rows.hpp"

#include "assay/scan/newest_in_postgres.hpp"
#include "assay/scan/sqlite_times.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// Keeps the oldest time and counts those before the cutoff: of rows, or of the one row that
/// postgres_query() gives, which counts them itself.
class OldestSink final : public BatchSink {
public:
    OldestSink(const TimeStart& cutoff, const std::string& assume_tz)
        : m_cutoff(cutoff), m_assume_tz(assume_tz) {}

    void consume(const RowBatch& batch) override {
        const bool is_counted = batch.columns.size() == 2;
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const bool is_before = add(batch.columns.front(), row);
            if (is_counted) {
                m_found.before = batch.columns[1].integer(row);
            } else {
                m_found.before += is_before ? 1 : 0;
            }
        }
    }

    OldestRows take() { return std::move(m_found); }

private:
    /// @return whether it is from before the cutoff.
    bool add(const Column& column, std::size_t row) {
        const auto reading = read_time(column, row);
        if (!reading || reading->micros == INT64_MAX || reading->micros == INT64_MIN) {
            return false;
        }
        const Micros at = reading->naive && !m_assume_tz.empty()
                              ? local_to_utc(reading->micros, m_assume_tz).value_or(reading->micros)
                              : reading->micros;
        m_found.oldest = std::min(m_found.oldest.value_or(at), at);
        return reading->micros < (reading->naive ? m_cutoff.naive : m_cutoff.instant);
    }

    TimeStart m_cutoff;
    const std::string& m_assume_tz;
    OldestRows m_found;
};

bool is_asked_of_server(StoreKind kind, const TimeSource& source, const TimeStart& cutoff) {
    return kind == StoreKind::postgresql &&
           is_temporal(source.table->columns.at(source.column).type) &&
           is_common_date({cutoff.instant, cutoff.naive});
}

/// Both ends of an index, or one pass over the rows.
Query postgres_query(const TimeSource& source, const TimeStart& cutoff) {
    const ColumnSpec& column = source.table->columns.at(source.column);
    const bool has_zone = column.type == ColumnType::timestamptz;
    const std::string name = quote_identifier(column.name);
    const std::string rows =
        fmt::format(" FROM {} WHERE {} OPERATOR(pg_catalog.>) '-infinity'::pg_catalog.{}{}",
                    quote_table(source.table->ref), name, to_string(column.type),
                    condition_sql("AND", source.where));
    const std::string oldest = fmt::format("pg_catalog.min({})", name);
    const std::string before = fmt::format("{} OPERATOR(pg_catalog.<) $1::pg_catalog.{}", name,
                                           has_zone ? "timestamptz" : "timestamp");
    Query query;
    query.sql = newest_index(StoreKind::postgresql, source) != nullptr
                    ? fmt::format("SELECT (SELECT {0}{1}), (SELECT pg_catalog.count(*){1} AND {2})",
                                  oldest, rows, before)
                    : fmt::format("SELECT {}, pg_catalog.count(*) FILTER (WHERE {}){}", oldest,
                                  before, rows);
    query.result_types = {column.type, ColumnType::integer};
    query.parameters = {
        text_parameter(has_zone ? format_instant(cutoff.instant) : format_timestamp(cutoff.naive))};
    return query;
}

} // namespace

std::string oldest_sql(StoreKind kind, const TimeSource& source, const TimeStart& cutoff) {
    return is_asked_of_server(kind, source, cutoff) ? postgres_query(source, cutoff).sql : "";
}

OldestRows read_oldest(Session& session, const TimeSource& source, const TimeStart& cutoff,
                       const std::string& assume_tz) {
    OldestSink sink(cutoff, assume_tz);
    if (!is_asked_of_server(session.source().kind, source, cutoff)) {
        ScanRequest scan;
        scan.table = source.table;
        scan.columns = {source.column};
        scan.where = source.where;
        session.scan(scan, sink);
        return sink.take();
    }
    session.query_rows(*source.table, postgres_query(source, cutoff), sink);
    OldestRows found = sink.take();
    if (const Index* index = newest_index(StoreKind::postgresql, source)) {
        found.index = index->name;
    }
    return found;
}

} // namespace assay
