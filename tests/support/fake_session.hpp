// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/store/store.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace assay::test {

inline Value null_value(ColumnType type = ColumnType::other) {
    Value value;
    value.type = type;
    return value;
}
inline Value integer_value(std::int64_t number, ColumnType type = ColumnType::integer) {
    Value value;
    value.type = type;
    value.kind = CellKind::integer;
    value.integer = number;
    return value;
}
inline Value real_value(double number, ColumnType type = ColumnType::real) {
    Value value;
    value.type = type;
    value.kind = CellKind::real;
    value.real = number;
    return value;
}
inline Value text_value(std::string text, ColumnType type = ColumnType::text) {
    Value value;
    value.type = type;
    value.kind = CellKind::text;
    value.bytes = std::move(text);
    return value;
}
inline Value blob_value(std::string bytes, ColumnType type = ColumnType::bytes) {
    Value value;
    value.type = type;
    value.kind = CellKind::blob;
    value.bytes = std::move(bytes);
    return value;
}

/// A column for a fake table.
inline ColumnSpec column_spec(std::string name, ColumnType type) {
    ColumnSpec column;
    column.name = std::move(name);
    column.type = type;
    column.declared_type = to_string(type);
    return column;
}

/// A table for a fake session, without any row.
inline TableSchema table_schema(std::string name, std::vector<ColumnSpec> columns,
                                std::string schema = "public") {
    TableSchema table;
    table.ref = {std::move(schema), std::move(name)};
    table.columns = std::move(columns);
    return table;
}

/// What a FakeSession and its forks hold.
struct FakeStore {
    using Row = std::vector<Value>; ///< one value per column of the schema

    struct Table {
        TableSchema schema;
        std::vector<Row> rows;
    };
    struct Reply {
        std::string part; ///< of the SQL
        std::vector<Value> values;
    };

    SourceInfo source;
    std::vector<Table> tables;
    std::vector<Reply> replies;         ///< the first whose part occurs in the SQL answers
    std::map<TableRef, Error> failures; ///< thrown when that table is scanned
    std::vector<std::string> notes;
    std::size_t batch_rows = 2; ///< rows of a batch at most
    std::size_t part_rows = 0;  ///< rows of a part; 0: tables are read in one go
    bool can_fork = true;
    bool is_old = false; ///< is a snapshot always older than it may be?
    /// Called before a part is read, by the thread that reads it; may throw or wait.
    std::function<void(const ScanPart&)> before_part;

    std::mutex mutex;                    ///< guards what follows
    std::vector<TableRef> scanned;       ///< in order
    std::vector<std::string> statements; ///< given to query_row, in order
    int cancelled = 0;                   ///< calls of cancel(), of all sessions
    int renewed = 0;                     ///< calls of renew(), each a second after the one before
    std::condition_variable changed;     ///< after each of them
};

/// A store in memory, for tests of the layers above.
///
/// A sample takes the first rows; real stores take them from everywhere.
class FakeSession final : public Session {
public:
    explicit FakeSession(std::shared_ptr<FakeStore> store) : m_store(std::move(store)) {}

    const SourceInfo& source() const override { return m_store->source; }

    Catalog catalog() override {
        ++m_cost.queries;
        Catalog catalog;
        for (const auto& table : m_store->tables) {
            catalog.tables.push_back(table.schema);
        }
        std::sort(catalog.tables.begin(), catalog.tables.end(),
                  [](const TableSchema& a, const TableSchema& b) { return a.ref < b.ref; });
        catalog.notes = m_store->notes;
        return catalog;
    }

    /// Parts of `part_rows` rows, numbered from 0.
    std::vector<ScanPart> split(const ScanRequest& request) override {
        std::vector<ScanPart> parts;
        for (const auto& table : m_store->tables) {
            if (table.schema.ref != request.table->ref || m_store->part_rows == 0) {
                continue;
            }
            for (std::size_t first = 0; first < table.rows.size(); first += m_store->part_rows) {
                parts.push_back({parts.size(), static_cast<std::int64_t>(first),
                                 static_cast<std::int64_t>(first + m_store->part_rows - 1)});
            }
        }
        return parts;
    }

    void scan(const ScanRequest& request, BatchSink& sink) override {
        const TableRef& ref = request.table->ref;
        note_scan(ref);
        if (const auto failure = m_store->failures.find(ref); failure != m_store->failures.end()) {
            throw failure->second;
        }
        const auto table =
            std::find_if(m_store->tables.begin(), m_store->tables.end(),
                         [&ref](const FakeStore::Table& other) { return other.schema.ref == ref; });
        if (table == m_store->tables.end()) {
            throw Error(ErrorKind::query, "no such table: " + qualified_name(ref));
        }
        if (request.parts.empty()) {
            const auto wanted = static_cast<std::size_t>(static_cast<double>(table->rows.size()) *
                                                         std::min(1.0, request.sample.fraction));
            push(*table, request, 0, wanted, sink);
        }
        for (const ScanPart& part : request.parts) {
            if (m_store->before_part) {
                m_store->before_part(part);
            }
            sink.begin_part(part.index);
            push(*table, request, static_cast<std::size_t>(part.first),
                 std::min(table->rows.size(), static_cast<std::size_t>(part.last) + 1), sink);
        }
    }

    std::vector<Value> query_row(const Query& query) override {
        {
            const std::scoped_lock lock(m_store->mutex);
            m_store->statements.push_back(query.sql);
        }
        ++m_cost.queries;
        for (const auto& reply : m_store->replies) {
            if (query.sql.find(reply.part) != std::string::npos) {
                return reply.values;
            }
        }
        throw Error(ErrorKind::query, "no reply for: " + query.sql);
    }

    std::vector<Value> query_row_of(const std::vector<const TableSchema*>&,
                                    const Query& query) override {
        return query_row(query);
    }

    void query_rows(const TableSchema& table, const Query& query, BatchSink& sink) override {
        const auto row = query_row(query);
        note_scan(table.ref);
        RowBatch batch;
        for (std::size_t i = 0; i < query.result_types.size(); ++i) {
            batch.columns.emplace_back(query.result_types[i]);
            append_value(batch.columns.back(), row.at(i));
        }
        batch.row_count = 1;
        sink.consume(batch);
    }

    std::unique_ptr<Session> fork() override {
        return m_store->can_fork ? std::make_unique<FakeSession>(m_store) : nullptr;
    }

    bool is_old() const override { return m_store->is_old; }

    void renew() override {
        ++m_store->renewed;
        m_store->source.snapshot_at += micros_per_second;
    }

    void require_unaltered(const TableSchema&) const override {}
    void cancel() noexcept override {
        {
            const std::scoped_lock lock(m_store->mutex);
            ++m_store->cancelled;
        }
        m_store->changed.notify_all();
    }

    SessionCost cost() const override { return m_cost; }

private:
    void note_scan(const TableRef& ref) {
        ++m_cost.queries;
        const std::scoped_lock lock(m_store->mutex);
        m_store->scanned.push_back(ref);
    }

    void push(const FakeStore::Table& table, const ScanRequest& request, std::size_t first,
              std::size_t end, BatchSink& sink) {
        RowBatch batch;
        for (const std::size_t ordinal : request.columns) {
            batch.columns.emplace_back(table.schema.columns.at(ordinal).type);
        }
        const std::size_t most =
            std::max<std::size_t>(1, std::min(request.batch_rows, m_store->batch_rows));
        for (std::size_t row = first; row < end; ++row) {
            for (std::size_t i = 0; i < request.columns.size(); ++i) {
                append_value(batch.columns[i], table.rows[row].at(request.columns[i]));
            }
            ++m_cost.rows_read;
            if (++batch.row_count == most) {
                sink.consume(batch);
                batch.clear();
            }
        }
        if (batch.row_count > 0) {
            sink.consume(batch);
        }
    }

    std::shared_ptr<FakeStore> m_store;
    SessionCost m_cost;
};

} // namespace assay::test
