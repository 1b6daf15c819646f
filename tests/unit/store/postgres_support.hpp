// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/store/postgres/postgres.hpp"
#include "support/postgres_database.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace assay::test::pg {

/// Remembers what a session says and sends.
class RecordingObserver final : public Observer {
public:
    void note(std::string_view message) override {
        const std::scoped_lock lock(m_mutex);
        notes.emplace_back(message);
    }
    void sql(std::string_view, std::string_view statement) override {
        const std::scoped_lock lock(m_mutex);
        statements.emplace_back(statement);
    }

    std::vector<std::string> notes;
    std::vector<std::string> statements;

private:
    std::mutex m_mutex;
};

/// An open session with all that it needs.
struct PostgresFixture {
    explicit PostgresFixture(std::string conninfo,
                             const std::function<void(SessionOptions&)>& change = {}) {
        options.observer = &observer;
        options.cancellation = &cancellation;
        if (change) {
            change(options);
        }
        Location location;
        location.kind = StoreKind::postgresql;
        location.target = std::move(conninfo);
        session = open_postgres(location, options);
    }

    RecordingObserver observer;
    Cancellation cancellation;
    SessionOptions options;
    std::unique_ptr<Session> session;
};

/// How many notes hold a text?
inline std::ptrdiff_t count_notes(const PostgresFixture& fixture, std::string_view text) {
    const auto& notes = fixture.observer.notes;
    return std::count_if(notes.begin(), notes.end(), [text](const std::string& note) {
        return note.find(text) != std::string::npos;
    });
}

using Rows = std::vector<std::vector<Value>>;

/// Collects the rows of a scan, in the order in which they come.
class RowCollector final : public BatchSink {
public:
    void begin_part(std::size_t) override { ++parts; }
    void consume(const RowBatch& batch) override {
        ++batches;
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            std::vector<Value> values;
            for (const auto& column : batch.columns) {
                values.push_back(value_at(column, row));
            }
            rows.push_back(std::move(values));
        }
    }

    Rows rows;
    int batches = 0;
    std::size_t parts = 0;
};

/// Counts the rows of a scan.
class RowCounter final : public BatchSink {
public:
    void consume(const RowBatch& batch) override { rows += batch.row_count; }

    std::size_t rows = 0;
};

/// Counts rows, and makes others want to alter the table as soon as it has seen the first ones.
class AlteringSink final : public BatchSink {
public:
    AlteringSink(const PostgresDatabase& database, std::string sql)
        : m_database(database), m_sql(std::move(sql)) {}
    ~AlteringSink() override { m_other.join(); }

    void consume(const RowBatch& batch) override {
        rows += batch.row_count;
        if (!m_other.joinable()) {
            m_other = std::thread([this] { m_database.execute(m_sql); });
            while (m_database.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        }
    }

    std::size_t rows = 0;

private:
    const PostgresDatabase& m_database;
    std::string m_sql;
    std::thread m_other;
};

inline const TableSchema& table_named(const Catalog& catalog, const std::string& name) {
    const auto found = std::find_if(catalog.tables.begin(), catalog.tables.end(),
                                    [&](const auto& table) { return table.ref.name == name; });
    if (found == catalog.tables.end()) {
        throw std::runtime_error("the catalog has no table " + name);
    }
    return *found;
}

inline bool has_table(const Catalog& catalog, const std::string& name) {
    return std::any_of(catalog.tables.begin(), catalog.tables.end(),
                       [&](const auto& table) { return table.ref.name == name; });
}

/// A request for all columns of a table.
inline ScanRequest whole(const TableSchema& table) {
    ScanRequest request;
    request.table = &table;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        request.columns.push_back(i);
    }
    return request;
}

inline Rows rows_of(Session& session, const TableSchema& table) {
    RowCollector collector;
    session.scan(whole(table), collector);
    return std::move(collector.rows);
}

/// Run `work`. @return the Error that it throws, nullopt if it throws none.
inline std::optional<Error> error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

} // namespace assay::test::pg
