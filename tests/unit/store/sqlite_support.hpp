// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/store/sqlite/sqlite.hpp"
#include "assay/store/store.hpp"

#include "support/sqlite_file.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::test {

/// Keeps what the library tells.
class Recorder final : public Observer {
public:
    void note(std::string_view message) override { notes.emplace_back(message); }
    void sql(std::string_view connection, std::string_view statement) override {
        statements.push_back(std::string(connection) + ": " + std::string(statement));
    }

    std::vector<std::string> notes;
    std::vector<std::string> statements;
};

/// Keeps every row of a scan as values, and the sizes of the batches.
class Collector final : public BatchSink {
public:
    void begin_part(std::size_t index) override { parts.push_back(index); }
    void consume(const RowBatch& batch) override {
        batch_sizes.push_back(batch.row_count);
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            auto& values = rows.emplace_back();
            for (const Column& column : batch.columns) {
                values.push_back(value_at(column, row));
            }
        }
        if (on_batch) {
            on_batch();
        }
    }

    std::vector<std::vector<Value>> rows;
    std::vector<std::size_t> batch_sizes;
    std::vector<std::size_t> parts; ///< that were begun
    std::function<void()> on_batch;
};

/// A session on a file with all that it needs.
class OpenFile {
public:
    explicit OpenFile(const std::string& path,
                      std::chrono::milliseconds statement_timeout = std::chrono::seconds(30),
                      bool immutable = false, TableSizes sizes = TableSizes::read_if_small) {
        Location location;
        location.target = path;
        location.immutable = immutable;
        SessionOptions options;
        options.statement_timeout = statement_timeout;
        options.lock_timeout = std::chrono::milliseconds(50);
        options.sizes = sizes;
        options.observer = &recorder;
        options.cancellation = &cancellation;
        session = open_session(location, options);
    }

    TableSchema table(const std::string& name) {
        const Catalog catalog = session->catalog();
        const auto found =
            std::find_if(catalog.tables.begin(), catalog.tables.end(),
                         [&name](const TableSchema& table) { return table.ref.name == name; });
        if (found == catalog.tables.end()) {
            throw std::runtime_error("no such table in the catalog: " + name);
        }
        return *found;
    }

    /// Read all columns of a table.
    Collector read(const std::string& name, double fraction = 1, std::size_t batch_rows = 2048) {
        const TableSchema schema = table(name);
        Collector collector;
        session->scan(request_for(schema, fraction, batch_rows), collector);
        return collector;
    }

    static ScanRequest request_for(const TableSchema& schema, double fraction = 1,
                                   std::size_t batch_rows = 2048) {
        ScanRequest request;
        request.table = &schema;
        for (std::size_t i = 0; i < schema.columns.size(); ++i) {
            request.columns.push_back(i);
        }
        request.sample.fraction = fraction;
        request.batch_rows = batch_rows;
        return request;
    }

    Recorder recorder;
    Cancellation cancellation;
    std::unique_ptr<Session> session;
};

/// The Error that some work throws; the test ends if there is none.
inline Error error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    throw std::runtime_error("no Error was thrown");
}

inline std::vector<std::string> column_names(const TableSchema& table) {
    std::vector<std::string> names;
    for (const ColumnSpec& column : table.columns) {
        names.push_back(column.name);
    }
    return names;
}

} // namespace assay::test
