// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/value_decoder.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::postgres {

/// One column of a COPY: what it becomes and how.
struct CopyColumn {
    ColumnType type = ColumnType::other;
    ValueDecoder decode = nullptr; ///< required
};

/// Turns the stream of `COPY ... TO STDOUT (FORMAT binary)` into batches of rows.
///
/// Life cycle: construct once per scan; per COPY begin(), feed() every piece of it, finish();
/// flush() after the last one. Pieces may be cut anywhere. No length in the stream is trusted.
/// Format: chapter COPY of the server's manual.
class CopyDecoder {
public:
    /// @param sink must outlive the decoder.
    CopyDecoder(std::vector<CopyColumn> columns, std::size_t batch_rows, BatchSink& sink);

    /// Start with a new stream.
    void begin();
    /// Decode the next pieces and hand full batches to the sink.
    /// @throws Error of kind query if the stream is malformed.
    void feed(std::span<const std::string_view> pieces);
    /// The stream is over. @throws Error of kind query if it was cut short or malformed.
    void finish();
    /// Hand over the rows of the last, partly filled batch.
    void flush();

    std::int64_t rows() const noexcept { return m_rows; }

private:
    enum class Part : std::uint8_t { header, rows, end };

    void feed_rest(std::string_view piece);
    std::size_t take(std::string_view data);
    std::size_t take_header(std::string_view data);
    std::size_t take_row(std::string_view data);
    std::size_t find_fields(std::string_view data);
    void decode_found();

    std::vector<CopyColumn> m_columns;
    std::size_t m_batch_rows;
    BatchSink& m_sink;
    Part m_part = Part::header;
    RowBatch m_batch;
    std::size_t m_batch_bytes = 0;
    std::int64_t m_rows = 0;
    std::string m_pending; ///< the start of a row whose rest has not come yet
    // Rows are decoded some at a time, column by column.
    std::vector<Field> m_fields; ///< of the rows that were found, by column
    std::size_t m_found = 0;     ///< rows whose bytes were not decoded yet
};

} // namespace assay::postgres
