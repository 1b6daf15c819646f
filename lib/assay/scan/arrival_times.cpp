// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/arrival_times.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/arrivals_in_sqlite.hpp"
#include "assay/scan/newest_in_postgres.hpp"
#include "assay/scan/sqlite_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace assay {
namespace {

constexpr Micros minute = 60 * micros_per_second;

/// Rounded down, before 1970 too.
std::int64_t minute_of(Micros at) noexcept {
    const std::int64_t minutes = at / minute;
    return at % minute < 0 ? minutes - 1 : minutes;
}

/// Keeps the first and the last arrival of every minute, and the last one before the window.
class ArrivalSink final : public BatchSink {
public:
    explicit ArrivalSink(const ArrivalRequest& request) : m_request(request) {}

    /// Rows of one time each, or of the first and the last time of a group and its size.
    void consume(const RowBatch& batch) override {
        const bool is_grouped = batch.columns.size() == 3;
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            Minute* const found = add(batch.columns.front(), row);
            if (is_grouped) {
                add(batch.columns[1], row);
            }
            if (found != nullptr) {
                found->rows += is_grouped ? batch.columns[2].integer(row) : 1;
            }
        }
    }

    Arrivals take() {
        if (m_before) {
            m_arrivals.instants.push_back(*m_before);
        }
        for (const auto& [index, ends] : m_minutes) {
            m_arrivals.instants.push_back(ends.first);
            if (ends.last != ends.first) {
                m_arrivals.instants.push_back(ends.last);
            }
            m_arrivals.minutes.emplace_back(index * minute, ends.rows);
        }
        return std::move(m_arrivals);
    }

private:
    /// The first and the last arrival of a minute.
    struct Minute {
        Micros first;
        Micros last;
        std::int64_t rows;
    };

    /// @return its minute; nullptr if it does not lie in the window.
    Minute* add(const Column& column, std::size_t row) {
        const auto reading = read_time(column, row);
        if (!reading || reading->micros == INT64_MAX || reading->micros == INT64_MIN) {
            return nullptr;
        }
        ++m_arrivals.forms.encodings.at(static_cast<std::size_t>(reading->encoding));
        m_arrivals.forms.naive += reading->naive ? 1 : 0;
        const Micros at =
            reading->naive && !m_request.assume_tz.empty()
                ? local_to_utc(reading->micros, m_request.assume_tz).value_or(reading->micros)
                : reading->micros;
        if (at > m_request.until) {
            return nullptr;
        }
        if (at < m_request.from) {
            m_before = std::max(m_before.value_or(at), at);
            return nullptr;
        }
        const auto [found, is_new] = m_minutes.try_emplace(minute_of(at), Minute{at, at, 0});
        found->second.first = std::min(found->second.first, at);
        found->second.last = std::max(found->second.last, at);
        return &found->second;
    }

    const ArrivalRequest& m_request;
    std::map<std::int64_t, Minute> m_minutes;
    std::optional<Micros> m_before;
    Arrivals m_arrivals;
};

/// First time, last time and number of rows of each minute, and the last time before them. A day
/// more on both sides covers every zone.
Query postgres_query(const ArrivalRequest& request) {
    const ColumnSpec& column = request.source.table->columns.at(request.source.column);
    const std::string name = quote_identifier(column.name);
    const std::string table = quote_table(request.source.table->ref);
    const std::string type = fmt::format("pg_catalog.{}", to_string(column.type));
    const bool is_date = column.type == ColumnType::date;
    const std::string from = "$1::pg_catalog.timestamptz::" + type;
    const std::string until = "$2::pg_catalog.timestamptz::" + type;
    const std::string extra = condition_sql("AND", request.source.where);
    Query query;
    query.sql = fmt::format(
        "SELECT pg_catalog.min({0}), pg_catalog.max({0}), pg_catalog.count(*) FROM {1} WHERE {0} "
        "OPERATOR(pg_catalog.>=) {2} AND {0} OPERATOR(pg_catalog.<=) {3}{4} GROUP BY {5} UNION ALL "
        "SELECT pg_catalog.max({0}), pg_catalog.max({0}), 0 FROM {1} WHERE {0} "
        "OPERATOR(pg_catalog.<) {2} AND {0} OPERATOR(pg_catalog.>) '-infinity'::{6}{4}",
        name, table, from, until, extra,
        is_date ? name : fmt::format("pg_catalog.date_trunc('minute', {})", name), type);
    query.result_types = {column.type, column.type, ColumnType::integer};
    query.parameters = {text_parameter(format_instant(request.from - micros_per_day)),
                        text_parameter(format_instant(request.until + micros_per_day))};
    return query;
}

/// Can the arrivals at some moments be had from an index, one look each?
bool is_probed(StoreKind kind, const ArrivalRequest& request) {
    const bool is_naive =
        request.source.table->columns.at(request.source.column).type != ColumnType::timestamptz;
    // Where clocks go back, the last time of a clock is not that of the moment.
    return !request.moments.empty() && (!is_naive || request.assume_tz.empty()) &&
           newest_index(kind, request.source) != nullptr;
}

/// The last time up to each moment, and the first from `from` on, in rows of two times and 0.
Query postgres_probe(const ArrivalRequest& request) {
    const ColumnSpec& column = request.source.table->columns.at(request.source.column);
    std::vector<std::string> moments;
    for (const Micros moment : request.moments) {
        moments.push_back(format_instant(moment));
    }
    Query query;
    query.sql = fmt::format(
        "SELECT l.at, l.at, 0 FROM pg_catalog.unnest($1::pg_catalog.timestamptz[]) AS m(moment), "
        "LATERAL (SELECT pg_catalog.max({0}) FROM {1} WHERE {0} OPERATOR(pg_catalog.<=) "
        "m.moment::pg_catalog.{2}) AS l(at) UNION ALL SELECT pg_catalog.min({0}), "
        "pg_catalog.min({0}), 0 FROM {1} WHERE {0} OPERATOR(pg_catalog.>=) "
        "$2::pg_catalog.timestamptz::pg_catalog.{2}",
        quote_identifier(column.name), quote_table(request.source.table->ref),
        to_string(column.type));
    query.result_types = {column.type, column.type, ColumnType::integer};
    query.parameters = {text_parameter(fmt::format("{{{}}}", fmt::join(moments, ","))),
                        text_parameter(format_instant(request.from))};
    return query;
}

bool is_grouped_in_postgres(const ArrivalRequest& request) {
    const TimeLimit ends{request.from, request.until};
    return is_temporal(request.source.table->columns.at(request.source.column).type) &&
           is_common_date(ends);
}

Arrivals scan_arrivals(Session& session, const ArrivalRequest& request) {
    ScanRequest scan;
    scan.table = request.source.table;
    scan.columns = {request.source.column};
    scan.where = request.source.where;
    ArrivalSink sink(request);
    session.scan(scan, sink);
    return sink.take();
}

/// The statement that finds the arrivals at the moments of the request, if an index can tell.
std::optional<Query> probe_query(StoreKind kind, const ArrivalRequest& request) {
    if (!is_probed(kind, request)) {
        return std::nullopt;
    }
    if (kind == StoreKind::postgresql) {
        return is_grouped_in_postgres(request) ? std::optional(postgres_probe(request))
                                               : std::nullopt;
    }
    auto moments = request.moments;
    moments.push_back(request.from); // and so the first from there on
    return sqlite_probe_query(*request.source.table, request.source.column,
                              *newest_index(kind, request.source), moments);
}

std::optional<Query> grouped_query(StoreKind kind, const ArrivalRequest& request) {
    if (kind == StoreKind::postgresql) {
        return is_grouped_in_postgres(request) ? std::optional(postgres_query(request))
                                               : std::nullopt;
    }
    const Index* index = newest_index(kind, request.source);
    return index == nullptr
               ? std::nullopt
               : std::optional(sqlite_arrivals_query(*request.source.table, request.source.column,
                                                     *index, request.from, request.until));
}

/// Passes on what it gets, and sees how its times are written.
class FormSink final : public BatchSink {
public:
    explicit FormSink(BatchSink& next) : m_next(next) {}
    void consume(const RowBatch& batch) override {
        m_form.add(batch.columns.front());
        m_next.consume(batch);
    }
    bool is_one_form() const noexcept { return m_form.holds(); }

private:
    BatchSink& m_next;
    OneForm m_form;
};

/// @return nullopt if the order of the index does not tell.
std::optional<Arrivals> probe_arrivals(Session& session, const ArrivalRequest& request,
                                       const Query& query) {
    ArrivalSink arrivals(request);
    FormSink forms(arrivals);
    session.query_rows(*request.source.table, query, forms);
    const bool is_ordered = session.source().kind == StoreKind::postgresql || forms.is_one_form();
    return is_ordered ? std::optional(arrivals.take()) : std::nullopt;
}

Arrivals group_arrivals(Session& session, const ArrivalRequest& request) {
    const auto query = grouped_query(session.source().kind, request);
    if (!query) {
        return scan_arrivals(session, request);
    }
    ArrivalSink sink(request);
    session.query_rows(*request.source.table, *query, sink);
    return sink.take();
}

} // namespace

std::string arrivals_sql(StoreKind kind, const ArrivalRequest& request) {
    auto query = probe_query(kind, request);
    query = query ? query : grouped_query(kind, request);
    return query ? query->sql : "";
}

Arrivals read_arrivals(Session& session, const ArrivalRequest& request) {
    const StoreKind kind = session.source().kind;
    try {
        if (const auto query = probe_query(kind, request)) {
            if (auto found = probe_arrivals(session, request, *query)) {
                return std::move(*found);
            }
        }
        return group_arrivals(session, request);
    } catch (const Error& error) {
        // An index that SQLite does not take by its name.
        if (kind != StoreKind::sqlite || error.kind() != ErrorKind::query) {
            throw;
        }
        return scan_arrivals(session, request);
    }
}

} // namespace assay
