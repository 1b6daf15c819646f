// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_context;
struct sqlite3_value;

namespace assay {

/// How a database stores its texts.
enum class TextEncoding : std::uint8_t { utf8, utf16 };

/// Takes the rows of a scan out of SQLite: an aggregate function whose steps append their arguments
/// to a batch. It costs about half as much as stepping a statement and asking for its columns.
class RowReader {
public:
    /// Register the function on a connection, which must not outlive this object.
    explicit RowReader(sqlite3* connection);
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;

    /// The list of calls that hands all of these expressions to the reader. A function takes 127
    /// arguments, so wide rows come in several calls.
    static std::string call_list(std::span<const std::string> expressions);

    /// Expect rows of these types, and push them to `sink` in batches.
    /// @param on_batch is called after each batch.
    void start(std::span<const ColumnType> types, std::size_t batch_rows, TextEncoding encoding,
               BatchSink& sink, std::function<void()> on_batch);
    /// Push the last rows.
    void finish();
    /// Throw what the sink threw, if it did; SQLite only knows that the function failed.
    void rethrow();

    std::int64_t rows() const noexcept { return m_rows; }
    std::int64_t bytes() const noexcept { return m_bytes; }

private:
    static void step(sqlite3_context* context, int count, sqlite3_value** values) noexcept;
    void add(std::span<sqlite3_value*> values);
    /// @return the bytes of the value
    std::size_t append(Column& column, sqlite3_value* value) const;
    void flush();

    RowBatch m_batch;
    BatchSink* m_sink = nullptr;
    std::function<void()> m_on_batch;
    std::exception_ptr m_error;
    std::size_t m_batch_rows = 0;
    TextEncoding m_encoding = TextEncoding::utf8;
    std::size_t m_calls_per_row = 1;
    std::size_t m_calls = 0;
    std::size_t m_batch_bytes = 0;
    std::int64_t m_rows = 0;  ///< of all scans
    std::int64_t m_bytes = 0; ///< of all scans
};

} // namespace assay
