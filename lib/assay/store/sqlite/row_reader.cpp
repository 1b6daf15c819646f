// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/row_reader.hpp"

#include "assay/base/error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <new>
#include <utility>

namespace assay {
namespace {

constexpr const char* function_name = "assay_rows";
/// Below the limit of 127 arguments, one of which is the number of the call.
constexpr std::size_t columns_per_call = 120;
/// A batch is handed on when its texts take this much.
constexpr std::size_t full_batch_bytes = std::size_t{4} << 20;

std::string_view view_of(const void* data, int size) {
    if (data == nullptr) {
        if (size != 0) {
            throw std::bad_alloc();
        }
        return {};
    }
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

} // namespace

RowReader::RowReader(sqlite3* connection) {
    // Direct only: a view of a hostile database cannot call it.
    const int result = sqlite3_create_function_v2(
        connection, function_name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, this, nullptr,
        &RowReader::step, [](sqlite3_context* context) { sqlite3_result_null(context); }, nullptr);
    if (result != SQLITE_OK) {
        throw Error(ErrorKind::internal, fmt::format("SQLite refused a function: {}", result));
    }
}

std::string RowReader::call_list(std::span<const std::string> expressions) {
    std::string list;
    for (std::size_t first = 0; first < expressions.size(); first += columns_per_call) {
        const auto part =
            expressions.subspan(first, std::min(columns_per_call, expressions.size() - first));
        fmt::format_to(std::back_inserter(list), "{}{}({}, {})", first == 0 ? "" : ", ",
                       function_name, first, fmt::join(part, ", "));
    }
    return list;
}

void RowReader::start(std::span<const ColumnType> types, std::size_t batch_rows,
                      TextEncoding encoding, BatchSink& sink, std::function<void()> on_batch) {
    m_batch = RowBatch{};
    for (const ColumnType type : types) {
        m_batch.columns.emplace_back(type);
    }
    m_sink = &sink;
    m_on_batch = std::move(on_batch);
    m_error = nullptr;
    m_batch_rows = std::max<std::size_t>(batch_rows, 1);
    m_encoding = encoding;
    m_calls_per_row = (types.size() + columns_per_call - 1) / columns_per_call;
    m_calls = 0;
    m_batch_bytes = 0;
}

void RowReader::finish() {
    if (m_batch.row_count > 0) {
        flush();
    }
}

void RowReader::rethrow() {
    if (m_error) {
        std::rethrow_exception(std::exchange(m_error, nullptr));
    }
}

void RowReader::step(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
    auto& reader = *static_cast<RowReader*>(sqlite3_user_data(context));
    // An exception must not pass the frames of SQLite, which are C: it waits for rethrow().
    try {
        reader.add({values, static_cast<std::size_t>(count)});
    } catch (...) {
        reader.m_error = std::current_exception();
        sqlite3_result_error(context, "the reader of the rows failed", -1);
    }
}

void RowReader::add(std::span<sqlite3_value*> values) {
    const auto first = static_cast<std::size_t>(sqlite3_value_int(values[0]));
    Column* column = m_batch.columns.data() + first;
    std::size_t bytes = 0;
    for (sqlite3_value* value : values.subspan(1)) {
        bytes += append(*column++, value);
    }
    m_batch_bytes += bytes;
    if (++m_calls < m_calls_per_row) {
        return;
    }
    m_calls = 0;
    ++m_batch.row_count;
    if (m_batch.row_count >= m_batch_rows || m_batch_bytes >= full_batch_bytes) {
        flush();
    }
}

std::size_t RowReader::append(Column& column, sqlite3_value* value) const {
    constexpr std::size_t number_bytes = 8;
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: column.append_integer(sqlite3_value_int64(value)); return number_bytes;
    case SQLITE_FLOAT: column.append_real(sqlite3_value_double(value)); return number_bytes;
    case SQLITE_TEXT: {
        // A text as such would get a zero at its end, for which SQLite copies it. The text first:
        // asking for it may convert, which changes its size.
        const void* data = m_encoding == TextEncoding::utf8 ? sqlite3_value_blob(value)
                                                            : sqlite3_value_text(value);
        const auto text = view_of(data, sqlite3_value_bytes(value));
        column.append_text(text);
        return text.size();
    }
    case SQLITE_BLOB: {
        const void* data = sqlite3_value_blob(value);
        const auto blob = view_of(data, sqlite3_value_bytes(value));
        column.append_blob(blob);
        return blob.size();
    }
    default: column.append_null(); return 0;
    }
}

void RowReader::flush() {
    m_rows += static_cast<std::int64_t>(m_batch.row_count);
    m_bytes += static_cast<std::int64_t>(m_batch_bytes);
    m_batch_bytes = 0;
    m_sink->consume(m_batch);
    m_batch.clear();
    m_on_batch();
}

} // namespace assay
