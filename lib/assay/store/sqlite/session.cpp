// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/base/wait.hpp"
#include "assay/store/observed_sink.hpp"
#include "assay/store/sqlite/catalog.hpp"
#include "assay/store/sqlite/cells.hpp"
#include "assay/store/sqlite/connection.hpp"
#include "assay/store/sqlite/file_copy.hpp"
#include "assay/store/sqlite/file_plan.hpp"
#include "assay/store/sqlite/row_ranges.hpp"
#include "assay/store/sqlite/row_reader.hpp"
#include "assay/store/sqlite/snapshot.hpp"
#include "assay/store/sqlite/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace assay {
namespace {

/// The type that a column of a batch has. A declared date or time says nothing about the numbers
/// that SQLite holds there (seconds, Julian days), so they stay plain numbers.
ColumnType batch_type(ColumnType declared) noexcept {
    return is_temporal(declared) || declared == ColumnType::time ? ColumnType::text : declared;
}

/// Runs the statement of a range, of that part of the table or cluster of the sample.
using RangeWork = std::function<void(SQLite::Statement&, std::size_t part)>;

/// What the ranges of a sample hold.
struct DrawnRows {
    double all = 0;
    ClusterCount wanted; ///< those of them that fulfil the condition
};

class SqliteSession final : public Session {
public:
    SqliteSession(std::shared_ptr<SqliteSnapshot> snapshot, const std::string& id)
        : m_snapshot(std::move(snapshot)), m_connection(m_snapshot->plan, m_snapshot->options, id),
          m_reader(m_connection.database().getHandle()) {
        m_connection.begin_snapshot();
        be_patient();
        require_unchanged(m_snapshot->plan);
    }

    const SourceInfo& source() const override { return m_snapshot->source; }
    Catalog catalog() override;
    std::vector<ScanPart> split(const ScanRequest& request) override;
    SampleDesign sample_design(const ScanRequest& request) override;
    SampleDesign draw_sample(const ScanRequest& request) override;
    void scan(const ScanRequest& request, BatchSink& sink) override;
    std::vector<Value> query_row(const Query& query) override;
    std::vector<Value> query_row_of(const std::vector<const TableSchema*>& tables,
                                    const Query& query) override;
    void hold(Hold hold) override;
    void query_rows(const TableSchema& table, const Query& query, BatchSink& sink) override;
    std::unique_ptr<Session> fork() override;
    bool is_old() const override;
    void renew() override;
    void require_unaltered(const TableSchema& table) const override;
    void cancel() noexcept override { m_connection.interrupt(); }
    SessionCost cost() const override;

    bool has_moved() noexcept { return m_connection.has_moved(); }

private:
    void let_write(std::chrono::steady_clock::duration longest) const;
    void take_patiently();
    void be_patient();
    void remember_definitions();
    void require_snapshot() const;
    void require_readable(const TableSchema& table) const;
    void run(const Query& query, const SqliteConnection::OnRow& on_row);
    TextEncoding encoding();
    void count_rows(const std::string& sql, const RowRanges& ranges, BatchSink& sink);
    void read_rows(const ScanRequest& request, const std::string& rest, const RowRanges& ranges,
                   BatchSink& sink);
    void for_each_range(const std::string& sql, const RowRanges& ranges, const RangeWork& work);
    DrawnRows count_drawn(const ScanRequest& request, const RowRanges& ranges);

    std::shared_ptr<SqliteSnapshot> m_snapshot;
    SqliteConnection m_connection;
    // Before the connection is closed nothing of a statement may be left, so the reader, whose
    // function is registered there, is not called any more.
    RowReader m_reader;
    std::int64_t m_counted = 0;
    std::optional<TextEncoding> m_encoding; ///< nullopt: not asked for yet
};

void SqliteSession::require_snapshot() const {
    if (!m_connection.has_snapshot()) {
        throw Error(
            ErrorKind::changed,
            fmt::format("the snapshot of '{}' was lost after an error", m_snapshot->plan.name),
            "run again");
    }
}

void SqliteSession::require_readable(const TableSchema& table) const {
    if (!table.unreadable_reason.empty()) {
        throw Error(ErrorKind::query, fmt::format("'{}' cannot be read: {}", table.ref.name,
                                                  table.unreadable_reason));
    }
    require_unaltered(table);
}

void SqliteSession::require_unaltered(const TableSchema& table) const {
    if (m_snapshot->altered.contains(table.ref.name)) {
        throw Error(ErrorKind::changed,
                    fmt::format("'{}' was altered since the run began", table.ref.name),
                    "run again");
    }
}

TextEncoding SqliteSession::encoding() {
    if (!m_encoding) {
        m_connection.query("PRAGMA encoding", [this](SQLite::Statement& row) {
            m_encoding = text_at(row, 0) == "UTF-8" ? TextEncoding::utf8 : TextEncoding::utf16;
        });
    }
    return m_encoding.value_or(TextEncoding::utf16);
}

Catalog SqliteSession::catalog() {
    require_snapshot();
    if (m_snapshot->plan.access == FileAccess::locked) {
        remember_definitions();
    }
    Catalog catalog = read_catalog(m_connection, m_snapshot->options.sizes);
    require_unchanged(m_snapshot->plan);
    const auto& notes = m_snapshot->plan.notes;
    catalog.notes.insert(catalog.notes.end(), notes.begin(), notes.end());
    return catalog;
}

std::vector<ScanPart> SqliteSession::split(const ScanRequest& request) {
    require_snapshot();
    const bool whole = request.sample.fraction >= 1 && request.table->unreadable_reason.empty();
    return whole ? split_rowids(m_connection, *request.table) : std::vector<ScanPart>();
}

SampleDesign SqliteSession::sample_design(const ScanRequest& request) {
    require_snapshot();
    if (request.sample.fraction >= 1 || rowid_name(*request.table).empty()) {
        return {};
    }
    return {SampleUnit::clusters, 1 / static_cast<double>(rows_per_drawn(request.sample.fraction)),
            count_clusters(m_connection, *request.table, request.sample)};
}

SampleDesign SqliteSession::draw_sample(const ScanRequest& request) {
    SampleDesign design = sample_design(request);
    const TableSchema& table = *request.table;
    require_readable(table);
    const RowRanges ranges =
        plan_ranges(m_connection, table, request.sample, *m_snapshot->options.observer);
    // Rows that the statistics know of and the sample does not find lie together somewhere else.
    constexpr double most_missed = 0.2;
    const double expected =
        static_cast<double>(table.stats.row_estimate.value_or(0)) * design.fraction;
    const DrawnRows drawn = count_drawn(request, ranges);
    if (drawn.all < expected * (1 - most_missed) || drawn.wanted.effective() < least_clusters) {
        m_snapshot->options.observer->note(
            fmt::format("{} is read whole: a sample of its rowids would tell too little of it",
                        qualified_name(table.ref)));
        return {};
    }
    design.clusters = drawn.wanted.clusters;
    design.squares = drawn.wanted.squares;
    return design;
}

DrawnRows SqliteSession::count_drawn(const ScanRequest& request, const RowRanges& ranges) {
    const std::string wanted =
        request.where.empty() ? "" : " FILTER (" + condition_sql("WHERE", request.where) + ")";
    DrawnRows drawn;
    std::vector<std::int64_t> rows;
    for_each_range("SELECT count(*), count(*)" + wanted + " FROM " +
                       quote_table(request.table->ref) + " NOT INDEXED" + ranges.where,
                   ranges, [&](SQLite::Statement& statement, std::size_t cluster) {
                       statement.executeStep();
                       drawn.all += static_cast<double>(statement.getColumn(0).getInt64());
                       rows.resize(std::max(rows.size(), cluster + 1));
                       rows[cluster] += statement.getColumn(1).getInt64();
                   });
    for (const std::int64_t each : rows) {
        drawn.wanted.add(each);
    }
    return drawn;
}

void SqliteSession::scan(const ScanRequest& request, BatchSink& sink) {
    require_snapshot();
    const TableSchema& table = *request.table;
    require_readable(table);
    const RowRanges ranges =
        request.parts.empty()
            ? plan_ranges(m_connection, table, request.sample, *m_snapshot->options.observer)
            : ranges_of(table, request.parts);
    // For the values of all rows the table itself is asked: an index may be damaged. A condition
    // may need one, and to count the rows a smaller one takes less.
    const bool is_whole =
        table.kind == TableKind::table && request.where.empty() && !request.columns.empty();
    const std::string index = index_sql(request);
    const std::string rest = " FROM " + quote_table(table.ref) +
                             (index.empty() && is_whole ? " NOT INDEXED" : index) + ranges.where +
                             condition_sql(ranges.where.empty() ? "WHERE" : "AND", request.where);
    ObservedSink observed(*m_snapshot->options.observer, request, sink);
    if (request.columns.empty()) {
        count_rows("SELECT count(*)" + rest, ranges, observed);
    } else {
        read_rows(request, rest, ranges, observed);
    }
    require_unchanged(m_snapshot->plan);
}

void SqliteSession::for_each_range(const std::string& sql, const RowRanges& ranges,
                                   const RangeWork& work) {
    m_connection.hold_still();
    m_connection.announce(sql);
    m_connection.guarded([&] {
        SQLite::Statement statement(m_connection.database(), sql);
        require_parameters(statement, ranges.where.empty() ? 0 : 2);
        if (ranges.where.empty()) {
            work(statement, 0);
            return;
        }
        for (const RowRange& range : ranges.ranges) {
            m_connection.renew_deadline();
            statement.reset();
            statement.bind(1, range.first);
            statement.bind(2, range.last);
            work(statement, range.part);
        }
    });
}

void SqliteSession::count_rows(const std::string& sql, const RowRanges& ranges, BatchSink& sink) {
    for_each_range(sql, ranges, [&](SQLite::Statement& statement, std::size_t) {
        statement.executeStep();
        RowBatch batch;
        batch.row_count = static_cast<std::size_t>(statement.getColumn(0).getInt64());
        m_counted += statement.getColumn(0).getInt64();
        if (batch.row_count > 0) {
            sink.consume(batch);
        }
    });
}

void SqliteSession::read_rows(const ScanRequest& request, const std::string& rest,
                              const RowRanges& ranges, BatchSink& sink) {
    const TableSchema& table = *request.table;
    std::vector<ColumnType> types;
    std::vector<std::string> names;
    for (const std::size_t ordinal : request.columns) {
        types.push_back(batch_type(table.columns.at(ordinal).type));
        names.push_back(quote_identifier(table.columns[ordinal].name));
    }
    // A table comes to an end, however large it is: only standing still counts against its time.
    // A view can produce rows for ever.
    const bool is_finite = table.kind == TableKind::table;
    m_reader.start(types, request.batch_rows, encoding(), sink, [this, is_finite] {
        if (is_finite) {
            m_connection.renew_deadline();
        }
        m_connection.rest();
        m_connection.hold_still();
    });
    std::optional<std::size_t> begun;
    try {
        for_each_range("SELECT " + RowReader::call_list(names) + rest, ranges,
                       [&](SQLite::Statement& statement, std::size_t part) {
                           if (!ranges.where.empty() && begun != part) {
                               m_reader.finish();
                               sink.begin_part(part);
                               begun = part;
                           }
                           statement.executeStep();
                       });
    } catch (const Error&) {
        m_reader.rethrow();
        throw;
    }
    m_reader.finish();
}

void SqliteSession::run(const Query& query, const SqliteConnection::OnRow& on_row) {
    m_connection.announce(query.sql);
    m_connection.guarded([&] {
        SQLite::Statement statement(m_connection.database(), query.sql);
        require_parameters(statement, static_cast<int>(query.parameters.size()));
        for (std::size_t i = 0; i < query.parameters.size(); ++i) {
            bind(statement, static_cast<int>(i) + 1, query.parameters[i]);
        }
        while (statement.executeStep()) {
            on_row(statement);
        }
    });
}

void SqliteSession::query_rows(const TableSchema& table, const Query& query, BatchSink& sink) {
    require_snapshot();
    require_readable(table);
    m_connection.hold_still();
    constexpr std::size_t batch_rows = 4096;
    RowBatch batch;
    for (const ColumnType type : query.result_types) {
        batch.columns.emplace_back(batch_type(type));
    }
    const auto flush = [&] {
        if (batch.row_count > 0) {
            m_counted += static_cast<std::int64_t>(batch.row_count);
            sink.consume(batch);
            batch.clear();
        }
    };
    run(query, [&](SQLite::Statement& row) {
        for (std::size_t i = 0; i < batch.columns.size(); ++i) {
            Column& column = batch.columns[i];
            append_value(column, value_at(row, static_cast<int>(i), column.type()));
        }
        if (++batch.row_count == batch_rows) {
            flush();
        }
    });
    flush();
    require_unchanged(m_snapshot->plan);
    m_connection.rest();
}

std::vector<Value> SqliteSession::query_row_of(const std::vector<const TableSchema*>& tables,
                                               const Query& query) {
    require_snapshot();
    for (const TableSchema* table : tables) {
        require_readable(*table);
    }
    m_connection.hold_still();
    return query_row(query);
}

std::vector<Value> SqliteSession::query_row(const Query& query) {
    require_snapshot();
    std::vector<Value> values;
    run(query, [&](SQLite::Statement& row) {
        for (int i = 0; values.size() < query.result_types.size(); ++i) {
            values.push_back(value_at(row, i, query.result_types[static_cast<std::size_t>(i)]));
        }
    });
    if (values.size() != query.result_types.size()) {
        throw Error(ErrorKind::internal, "a statement gave no row: " + query.sql);
    }
    require_unchanged(m_snapshot->plan);
    return values;
}

std::unique_ptr<Session> SqliteSession::fork() {
    SqliteSnapshot& shared = *m_snapshot;
    const std::scoped_lock lock(shared.mutex);
    if (shared.plan.access == FileAccess::locked && !shared.version) {
        return nullptr;
    }
    try {
        auto session = std::make_unique<SqliteSession>(
            m_snapshot, fmt::format("{}/{}", shared.options.id, ++shared.forks));
        // The same file, and nobody committed between the two snapshots.
        const bool is_same = !has_moved() && !session->has_moved() &&
                             (!shared.probe || shared.probe->data_version() == *shared.version);
        return is_same ? std::move(session) : nullptr;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::locked || error.kind() == ErrorKind::connection) {
            return nullptr;
        }
        throw;
    }
}

bool SqliteSession::is_old() const {
    constexpr std::chrono::milliseconds longest = std::chrono::seconds(5);
    constexpr std::chrono::milliseconds polite{250};
    const SqliteSnapshot& shared = *m_snapshot;
    if (shared.plan.access != FileAccess::locked) {
        return !m_connection.has_snapshot(); // SQLite ended it after an error
    }
    if (!shared.options.snapshot_age) {
        return false;
    }
    const auto age = shared.age();
    return shared.has_given_way || !m_connection.has_snapshot() ||
           age >= std::min(longest, *shared.options.snapshot_age) ||
           (age >= polite && !shared.plan.write_ahead && m_connection.is_being_written());
}

/// For as long as we kept others waiting at most: whoever waits looks every tenth of a second.
void SqliteSession::let_write(std::chrono::steady_clock::duration longest) const {
    constexpr std::chrono::milliseconds moment{10};
    const auto end = std::chrono::steady_clock::now() + longest;
    while (m_connection.is_being_written() && std::chrono::steady_clock::now() < end) {
        wait_for(moment, *m_snapshot->options.cancellation);
    }
}

/// A writer that commits just now is no reason to end the run: wait 1, 2, 4 seconds for it.
void SqliteSession::take_patiently() {
    const auto begun = std::chrono::steady_clock::now();
    for (std::chrono::seconds pause(1);; pause *= 2) {
        try {
            m_snapshot->take([this] { m_connection.begin_snapshot(); });
            return;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::locked) {
                throw;
            }
            if (pause > std::chrono::seconds(4)) {
                const std::chrono::duration<double> waited =
                    std::chrono::steady_clock::now() - begun;
                throw Error(ErrorKind::locked,
                            fmt::format("'{}' stayed locked by another program for {:.0f} s, and "
                                        "no new snapshot could be taken",
                                        m_snapshot->plan.name, waited.count()),
                            error.hint());
            }
            m_connection.end_snapshot();
            wait_for(pause, *m_snapshot->options.cancellation);
        }
    }
}

/// Those of the first snapshot, before it is given up.
void SqliteSession::remember_definitions() {
    const std::scoped_lock lock(m_snapshot->mutex);
    if (m_snapshot->definitions.empty()) {
        m_snapshot->definitions = read_definitions(m_connection);
    }
}

void SqliteSession::hold(Hold hold) {
    m_snapshot->hold = hold;
    be_patient();
}

void SqliteSession::be_patient() {
    m_connection.give_way_after(m_snapshot->patience(),
                                [this] { m_snapshot->has_given_way = true; });
}

void SqliteSession::renew() {
    SqliteSnapshot& shared = *m_snapshot;
    if (shared.plan.access != FileAccess::locked) {
        if (!m_connection.has_snapshot()) {
            m_connection.begin_snapshot(); // of the same state: nobody writes to it
        }
        return;
    }
    remember_definitions();
    const auto age = shared.age();
    m_connection.end_snapshot();
    if (!shared.plan.write_ahead) {
        let_write(age);
    }
    take_patiently();
    if (shared.has_given_way.exchange(false)) {
        ++shared.times_given_way;
    }
    be_patient();
    shared.altered = altered_since(shared.definitions, read_definitions(m_connection));
}

SessionCost SqliteSession::cost() const {
    return {m_connection.queries(), m_reader.rows() + m_counted, m_reader.bytes()};
}

/// Of all connections of this process together: that is how SQLite counts.
void limit_heap(std::size_t bytes) {
    if (bytes > 0) {
        sqlite3_hard_heap_limit64(static_cast<sqlite3_int64>(bytes));
    }
}

SourceInfo describe(const Location& location) {
    SourceInfo source;
    source.kind = StoreKind::sqlite;
    source.url = display_location(location);
    source.server_version = sqlite3_libversion();
    source.role = "file";
    source.read_only = true;
    return source;
}

} // namespace

std::unique_ptr<Session> open_sqlite(const Location& location, const SessionOptions& options) {
    limit_heap(options.heap_limit);
    auto snapshot = std::make_shared<SqliteSnapshot>();
    if (!options.copy_folder.empty()) {
        snapshot->copy = std::make_unique<FileCopy>(location, options);
    }
    snapshot->plan = snapshot->copy ? snapshot->copy->plan() : plan_file(location);
    snapshot->options = options;
    if (snapshot->plan.access == FileAccess::locked) {
        snapshot->probe = std::make_unique<SqliteConnection>(snapshot->plan, options, options.id);
    }
    snapshot->source = describe(location);
    std::unique_ptr<SqliteSession> session;
    snapshot->take([&] { session = std::make_unique<SqliteSession>(snapshot, options.id); });
    return session;
}

} // namespace assay
