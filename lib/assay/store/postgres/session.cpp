// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/session.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/observed_sink.hpp"
#include "assay/store/postgres/catalog.hpp"
#include "assay/store/postgres/cost_gate.hpp"
#include "assay/store/postgres/postgres.hpp"
#include "assay/store/postgres/server_notes.hpp"
#include "assay/store/postgres/table_guard.hpp"
#include "assay/store/postgres/table_scan.hpp"
#include "assay/store/postgres/transaction.hpp"
#include "assay/store/postgres/value_decoder.hpp"
#include "assay/table/definition.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <iterator>
#include <optional>
#include <utility>

namespace assay::postgres {
namespace {

/// "15.18" of "15.18 (Debian 15.18-0+deb12u1)".
std::string version_number(std::string_view version) {
    return std::string(version.substr(0, version.find(' ')));
}

/// sum(bigint) is numeric: a statement of ours that wants an integer gets one, or an error.
Value to_integer(const Value& decimal) {
    Value integer;
    integer.type = ColumnType::integer;
    integer.kind = CellKind::integer;
    const std::string& digits = decimal.bytes;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), integer.integer);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw Error(ErrorKind::query, "the server sent a number that is no 64-bit integer");
    }
    return integer;
}

void append_decoded(const Result& result, int row, int column, Column& cells) {
    if (result.is_null(row, column)) {
        cells.append_null();
        return;
    }
    const auto decode = value_decoder(result.type(column), cells.type());
    if (decode == nullptr) {
        throw Error(ErrorKind::internal, "a statement gave a value of an unexpected type");
    }
    const Field field(result.bytes(row, column));
    decode({&field, 1}, cells);
}

Value decode_value(const Result& result, int column, ColumnType type) {
    const Oid oid = result.type(column);
    const bool is_wide_integer = type == ColumnType::integer && oid == type_oid::numeric;
    Column cell(is_wide_integer ? ColumnType::decimal : type);
    append_decoded(result, 0, column, cell);
    const Value value = value_at(cell, 0);
    return is_wide_integer && value.kind != CellKind::null ? to_integer(value) : value;
}

/// A parameter as the server reads it.
std::string parameter_text(const Value& value) {
    return value.kind == CellKind::text ? value.bytes : display(value);
}

void append(std::vector<std::string> more, std::vector<std::string>& notes) {
    std::move(more.begin(), more.end(), std::back_inserter(notes));
}

/// The server's errors name no table.
Error about_table(const Error& error, const TableRef& table) {
    return {error.kind(),
            "cannot read " + display_identifier(table.schema) + "." +
                display_identifier(table.name) + ": " + error.what(),
            error.hint()};
}

} // namespace

PostgresSession::PostgresSession(std::string conninfo, const SessionOptions& options,
                                 const std::string& snapshot)
    : m_conninfo(std::move(conninfo)), m_options(options), m_connection(m_conninfo, m_options),
      m_server(begin_read_only(m_connection, m_options, snapshot)),
      m_watch(m_connection, m_server, m_conninfo, m_options),
      m_taken(std::chrono::steady_clock::now()), m_pulse(m_connection, m_options.idle_limit) {
    m_connection.notices().withhold_texts();
    constexpr int notices_lost_clients = 140'000; // client_connection_check_interval
    if (m_server.pooled && m_connection.server_version() >= notices_lost_clients) {
        m_connection.cancel_by_leaving();
    }
    m_source = {.kind = StoreKind::postgresql,
                .url = m_connection.url(),
                .server_version = version_number(m_connection.reported("server_version")),
                .role = m_server.in_recovery ? "standby" : "primary",
                .snapshot_at = m_server.clock,
                .replay_lag = m_server.replay_lag,
                .clock_skew = m_server.clock_skew};
    Protection protection = m_connection.protection();
    m_source.tls = std::move(protection.tls);
    m_source.tls_protocol = std::move(protection.protocol);
    m_source.route = m_connection.route();
    if (snapshot.empty() && !m_server.excess.empty()) {
        const std::string excess = "the role of this connection " + m_server.excess;
        if (m_options.refuse_excess) {
            throw Error(ErrorKind::permission, excess + ", which --refuse-superuser forbids",
                        "connect as a role that has only SELECT on the tables");
        }
        m_options.observer->note(excess + ": SELECT on the tables is all that assay needs");
    }
    m_connection.load().require_sight(m_connection);
}

PostgresSession::~PostgresSession() { m_connection.roll_back(); }

Catalog PostgresSession::catalog() {
    Catalog catalog = read_catalog(m_connection, m_server);
    m_tables = catalog.tables;
    m_altered.clear();
    append(server_notes(m_source, m_server, m_connection.server_version()), catalog.notes);
    append(collation_notes(m_connection), catalog.notes);
    return catalog;
}

std::vector<ScanPart> PostgresSession::split(const ScanRequest& request) {
    const bool whole = request.sample.fraction >= 1 && request.table->unreadable_reason.empty();
    return whole ? split_table(m_connection, m_server, *request.table) : std::vector<ScanPart>();
}

SampleDesign PostgresSession::sample_design(const ScanRequest& request) {
    return design_sample(m_connection, *request.table, request.sample);
}

SampleDesign PostgresSession::draw_sample(const ScanRequest& request) {
    SampleDesign design = sample_design(request);
    if (design.unit != SampleUnit::clusters) {
        return design;
    }
    const TableSchema& table = *request.table;
    const auto counts = query_row_of({&table}, block_count_query(request, design));
    const ClusterCount drawn{counts.at(0).integer, counts.at(1).real, counts.at(2).real};
    if (drawn.effective() < least_clusters) {
        m_options.observer->note(
            display_identifier(table.ref.schema) + "." + display_identifier(table.ref.name) +
            " is read whole: a sample of its pages would tell too little of it");
        return {};
    }
    design.clusters = drawn.clusters;
    design.squares = drawn.squares;
    return design;
}

void PostgresSession::require_unaltered(const TableSchema& table) const {
    if (m_altered.contains(table.ref)) {
        throw Error(ErrorKind::changed,
                    display_identifier(table.ref.schema) + "." +
                        display_identifier(table.ref.name) + " was altered since the run began",
                    "run again");
    }
}

void PostgresSession::scan(const ScanRequest& request, BatchSink& sink) {
    require_unaltered(*request.table);
    ScanCost cost;
    const auto add = [&] {
        m_cost.rows_read += cost.rows;
        count_bytes(cost.bytes);
    };
    ObservedSink observed(*m_options.observer, request, sink);
    try {
        scan_table(m_connection, m_server, request, m_watch, observed, *m_options.observer, cost);
    } catch (const Error& error) {
        add();
        if (m_options.cancellation->requested() || error.kind() == ErrorKind::connection) {
            throw; // not about this table
        }
        throw about_table(error, request.table->ref);
    }
    add();
}

std::vector<Value> PostgresSession::query_row(const Query& query) {
    const UnitOfWork unit(m_connection);
    return only_row(query);
}

std::vector<Value> PostgresSession::query_row_of(const std::vector<const TableSchema*>& tables,
                                                 const Query& query) {
    for (const TableSchema* table : tables) {
        require_unaltered(*table);
    }
    const TableSchema* looked_at = tables.front();
    try {
        const UnitOfWork unit(m_connection);
        m_connection.hold_still();
        std::deque<TableGuard> guards;
        for (const TableSchema* table : tables) {
            looked_at = table;
            guards.emplace_back(m_connection, *table).enter();
        }
        looked_at = tables.front();
        std::vector<Value> row = only_row(query);
        for (std::size_t i = 0; i < tables.size(); ++i) {
            looked_at = tables[i];
            guards[i].check(); // to lock one of several may have let go of another
        }
        return row;
    } catch (const Error& error) {
        if (m_options.cancellation->requested() || error.kind() == ErrorKind::connection) {
            throw; // not about this table
        }
        throw about_table(error, looked_at->ref);
    }
}

std::vector<Value> PostgresSession::only_row(const Query& query) {
    const Result result = execute(query);
    if (result.rows() != 1) {
        throw Error(ErrorKind::internal, "a statement gave another number of rows than one");
    }
    std::vector<Value> values;
    for (int column = 0; column < result.columns(); ++column) {
        count_bytes(static_cast<std::int64_t>(result.bytes(0, column).size()));
        values.push_back(
            decode_value(result, column, query.result_types[static_cast<std::size_t>(column)]));
    }
    return values;
}

Result PostgresSession::execute(const Query& query) {
    std::vector<std::string> parameters;
    for (const Value& value : query.parameters) {
        parameters.push_back(parameter_text(value));
    }
    require_affordable(m_connection, query.sql, parameters);
    std::optional<Result> result;
    m_watch.run(
        [&] { result.emplace(m_connection.execute(query.sql, ResultFormat::binary, parameters)); });
    if (result->columns() != static_cast<int>(query.result_types.size())) {
        throw Error(ErrorKind::internal, "a statement gave another shape of result than expected");
    }
    return std::move(*result);
}

void PostgresSession::push(const Result& result, const Query& query, BatchSink& sink) {
    RowBatch batch;
    for (int column = 0; column < result.columns(); ++column) {
        batch.columns.emplace_back(query.result_types[static_cast<std::size_t>(column)]);
        for (int row = 0; row < result.rows(); ++row) {
            count_bytes(static_cast<std::int64_t>(result.bytes(row, column).size()));
            append_decoded(result, row, column, batch.columns.back());
        }
    }
    batch.row_count = static_cast<std::size_t>(result.rows());
    m_cost.rows_read += result.rows();
    if (batch.row_count > 0) {
        sink.consume(batch);
    }
}

void PostgresSession::query_rows(const TableSchema& table, const Query& query, BatchSink& sink) {
    require_unaltered(table);
    try {
        auto start = std::chrono::steady_clock::now();
        {
            const UnitOfWork unit(m_connection);
            m_connection.hold_still();
            start = std::chrono::steady_clock::now();
            TableGuard guard(m_connection, table);
            guard.enter();
            push(execute(query), query, sink);
            guard.leave();
        }
        m_connection.rest_after(std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start));
    } catch (const Error& error) {
        if (m_options.cancellation->requested() || error.kind() == ErrorKind::connection) {
            throw; // not about this table
        }
        throw about_table(error, table.ref);
    }
}

bool PostgresSession::is_same_server(const PostgresSession& other) const noexcept {
    return m_server.started_at == other.m_server.started_at &&
           m_server.in_recovery == other.m_server.in_recovery;
}

std::unique_ptr<Session> PostgresSession::fork() {
    if (m_server.pooled) {
        // A second connection could starve the applications of a small pool.
        m_options.observer->note("a connection pooler is in between: reading with one connection");
        return nullptr;
    }
    const std::string snapshot = export_snapshot(m_connection);
    SessionOptions options = m_options;
    options.id += "/" + std::to_string(++m_forks);
    try {
        auto session = std::make_unique<PostgresSession>(m_conninfo, options, snapshot);
        if (is_same_server(*session)) {
            session->m_source = m_source;
            session->m_taken = m_taken;
            session->m_altered = m_altered;
            return session;
        }
        m_options.observer->note("another server answered: reading with one connection");
    } catch (const Error& error) {
        m_options.cancellation->check();
        m_options.observer->note(std::string("reading with one connection: ") + error.what());
    }
    return nullptr;
}

bool PostgresSession::is_old() const {
    return m_options.snapshot_age &&
           (m_connection.load().has_given_up() ||
            std::chrono::steady_clock::now() - m_taken >= *m_options.snapshot_age);
}

void PostgresSession::renew() {
    m_connection.execute("ROLLBACK");
    ServerFacts server = begin_read_only(m_connection, m_options, std::string());
    if (server.started_at != m_server.started_at || server.in_recovery != m_server.in_recovery) {
        throw Error(ErrorKind::changed,
                    "another server answers at " + escape_text(m_connection.url()) +
                        " than at the start of the run, or it was promoted",
                    "run again");
    }
    m_server = std::move(server);
    m_source.snapshot_at = m_server.clock;
    m_source.replay_lag = m_server.replay_lag;
    m_taken = std::chrono::steady_clock::now();
    m_connection.load().start_anew();
    m_altered.clear();
    const std::vector<TableSchema> now = read_catalog(m_connection, m_server).tables;
    for (const TableSchema& table : m_tables) {
        const auto found = std::find_if(now.begin(), now.end(), [&](const TableSchema& other) {
            return other.ref == table.ref;
        });
        if (found == now.end() || !have_same_definition(*found, table)) {
            m_altered.insert(table.ref);
        }
    }
}

SessionCost PostgresSession::cost() const {
    SessionCost cost = m_cost;
    cost.queries = m_connection.statements();
    return cost;
}

} // namespace assay::postgres

namespace assay {

std::unique_ptr<Session> open_postgres(const Location& location, const SessionOptions& options) {
    return std::make_unique<postgres::PostgresSession>(location.target, options, std::string());
}

} // namespace assay
