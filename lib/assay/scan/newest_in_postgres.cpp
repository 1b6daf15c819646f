// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/newest_in_postgres.hpp"

#include "assay/scan/sqlite_times.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// The limit as the server reads it into the type of the column.
std::string limit_text(ColumnType type, const TimeLimit& limit) {
    switch (type) {
    case ColumnType::date: return format_date(day_of(limit.naive));
    case ColumnType::timestamptz: return format_instant(limit.instant);
    default: return format_timestamp(limit.naive);
    }
}

/// Takes the one row of newest_postgres_query().
class NewestSink final : public BatchSink {
public:
    explicit NewestSink(const TimeLimit& limit) : m_times(limit) {}

    void consume(const RowBatch& batch) override {
        if (batch.columns[0].kind(0) != CellKind::null) {
            m_times.update(batch.columns[0]);
        }
        m_future = batch.columns[1].integer(0);
        m_infinite = batch.columns[2].integer(0);
        m_nulls = batch.columns[3].integer(0);
    }

    TimeProfile result(ColumnType type) const {
        TimeProfile times = m_times.result();
        const std::int64_t dated = m_future + m_infinite;
        times.rows += dated + m_nulls;
        times.future_rows += m_future;
        times.infinities += m_infinite;
        times.nulls += m_nulls;
        times.naive_rows += type == ColumnType::timestamptz ? 0 : dated;
        times.encodings.at(static_cast<std::size_t>(TimeEncoding::native)) += dated;
        return times;
    }

private:
    TimeAccumulator m_times;
    std::int64_t m_future = 0;
    std::int64_t m_infinite = 0;
    std::int64_t m_nulls = 0;
};

} // namespace

bool is_common_date(const TimeLimit& limit) noexcept {
    constexpr Micros year_2 = -62'104'060'800LL * micros_per_second;
    constexpr Micros year_9999 = 253'370'764'800LL * micros_per_second;
    const auto [least, most] = std::minmax(limit.instant, limit.naive);
    return least > year_2 && most < year_9999;
}

Query newest_postgres_query(const TimeSource& source) {
    const ColumnSpec& column = source.table->columns.at(source.column);
    const std::string type = fmt::format("pg_catalog.{}", to_string(column.type));
    const std::string name = quote_identifier(column.name);
    const std::string table = quote_table(source.table->ref);
    const std::string limit = "$1::" + type;
    const auto compare = [&](std::string_view operation, const std::string& value) {
        return fmt::format("{} OPERATOR(pg_catalog.{}) {}", name, operation, value);
    };
    const auto count = [&](const std::string& condition) {
        return fmt::format("(SELECT pg_catalog.count(*) FROM {} WHERE {})", table, condition);
    };
    const std::string infinite = "'infinity'::" + type;
    const std::string beginning = "'-infinity'::" + type;
    Query query;
    query.sql = fmt::format(
        "SELECT (SELECT pg_catalog.max({}) FROM {} WHERE {} AND {}), {}, {} OPERATOR(pg_catalog.+) "
        "{}, {}",
        name, table, compare("<=", limit), compare(">", beginning),
        count(compare(">", limit) + " AND " + compare("<", infinite)),
        count(compare("=", infinite)), count(compare("=", beginning)), count(name + " IS NULL"));
    query.result_types = {column.type, ColumnType::integer, ColumnType::integer,
                          ColumnType::integer};
    query.parameters = {text_parameter(limit_text(column.type, source.limit))};
    return query;
}

MeasuredTimes find_newest_in_postgres(Session& session, const TimeSource& source,
                                      const Index& index) {
    NewestSink sink(source.limit);
    session.query_rows(*source.table, newest_postgres_query(source), sink);
    MeasuredTimes measured;
    measured.times = sink.result(source.table->columns.at(source.column).type);
    measured.index = index.name;
    // Without a newest time every row is one of those that were counted.
    measured.rows_known = !measured.times.newest_instant && !measured.times.newest_naive;
    return measured;
}

} // namespace assay
