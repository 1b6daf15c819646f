// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/copy_decoder.hpp"

#include "assay/base/endian.hpp"
#include "assay/base/error.hpp"

#include <bit>
#include <span>

namespace assay::postgres {
namespace {

constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);
constexpr std::size_t count_size = 2;  // of the number of fields
constexpr std::size_t length_size = 4; // of the length of a field
constexpr std::size_t header_size = signature.size() + 2 * length_size;
constexpr std::int16_t end_marker = -1;
/// Rows that are decoded together stay in the nearest cache.
constexpr std::size_t rows_at_a_time = 64;
constexpr std::size_t full_batch_bytes = std::size_t{4} << 20U;
// The server cannot make a larger row; a stream that says so is not to be believed.
constexpr std::size_t largest_row = std::size_t{1} << 30U;

[[noreturn]] void fail_stream(const char* what) {
    throw Error(ErrorKind::query, std::string("the server sent a malformed COPY stream: ") + what,
                "check that nothing between assay and the server alters the data");
}

std::int16_t read_count(std::string_view data) {
    return std::bit_cast<std::int16_t>(load_big<std::uint16_t>(data.data()));
}

std::int32_t read_length(const char* data) {
    return std::bit_cast<std::int32_t>(load_big<std::uint32_t>(data));
}

} // namespace

CopyDecoder::CopyDecoder(std::vector<CopyColumn> columns, std::size_t batch_rows, BatchSink& sink)
    : m_columns(std::move(columns)), m_batch_rows(batch_rows), m_sink(sink),
      m_fields(m_columns.size() * rows_at_a_time) {
    m_batch.columns.reserve(m_columns.size());
    for (const auto& column : m_columns) {
        m_batch.columns.emplace_back(column.type);
    }
}

/// Note where the fields of the row that begins here are.
/// @return its size; 0 if it is not complete yet.
[[gnu::always_inline]] inline std::size_t CopyDecoder::find_fields(std::string_view data) {
    Field* field = m_fields.data() + m_found;
    const Field* const end = field + m_columns.size() * rows_at_a_time;
    std::size_t position = count_size;
    for (; field != end && position + length_size <= data.size(); field += rows_at_a_time) {
        const std::int32_t length = read_length(data.data() + position);
        position += length_size;
        *field = {data.data() + position, length};
        if (length >= 0) {
            position += static_cast<std::size_t>(length);
        } else if (length != Field::null_length) {
            fail_stream("negative length");
        }
    }
    if (position > largest_row) {
        fail_stream("a row of more than 1 GiB");
    }
    return field == end && position <= data.size() ? position : 0;
}

[[gnu::always_inline]] inline std::size_t CopyDecoder::take_row(std::string_view data) {
    if (data.size() < count_size) {
        return 0;
    }
    const std::int16_t count = read_count(data);
    if (count == end_marker) {
        m_part = Part::end;
        return count_size;
    }
    if (count < 0 || static_cast<std::size_t>(count) != m_columns.size()) {
        fail_stream("wrong number of columns");
    }
    const std::size_t size = find_fields(data);
    if (size == 0) {
        return 0;
    }
    m_batch_bytes += size;
    ++m_found;
    ++m_rows;
    const bool is_full =
        m_batch.row_count + m_found >= m_batch_rows || m_batch_bytes >= full_batch_bytes;
    if (is_full || m_found == rows_at_a_time) {
        decode_found();
    }
    if (is_full) {
        flush();
    }
    return size;
}

void CopyDecoder::begin() {
    m_part = Part::header;
    m_pending.clear();
}

void CopyDecoder::feed(std::span<const std::string_view> pieces) {
    for (const std::string_view piece : pieces) {
        const bool may_be_row = m_part == Part::rows && m_pending.empty();
        const std::size_t used = may_be_row ? take_row(piece) : 0;
        if (used < piece.size()) {
            feed_rest(piece.substr(used));
        }
    }
    decode_found(); // before the pieces go
}

/// Feed what is no row, or more than one.
void CopyDecoder::feed_rest(std::string_view piece) {
    if (!m_pending.empty()) {
        m_pending.append(piece);
        const std::size_t used = take(m_pending);
        decode_found(); // before its bytes move
        m_pending.erase(0, used);
    } else if (const std::size_t used = take(piece); used < piece.size()) {
        m_pending.assign(piece.substr(used));
    }
}

void CopyDecoder::finish() {
    if (m_part != Part::end || !m_pending.empty()) {
        fail_stream("it ends too early");
    }
}

void CopyDecoder::flush() {
    if (m_batch.row_count == 0) {
        return;
    }
    m_sink.consume(m_batch);
    m_batch.clear();
    m_batch_bytes = 0;
}

/// Find the rows that are complete. @return the number of bytes used.
std::size_t CopyDecoder::take(std::string_view data) {
    std::size_t used = 0;
    if (m_part == Part::header) {
        used = take_header(data);
    }
    while (m_part == Part::rows) {
        const std::size_t row = take_row(data.substr(used));
        if (row == 0) {
            return used;
        }
        used += row;
    }
    if (m_part == Part::end && used != data.size()) {
        fail_stream("data after its end");
    }
    return used;
}

std::size_t CopyDecoder::take_header(std::string_view data) {
    if (data.substr(0, signature.size()) != signature.substr(0, data.size())) {
        fail_stream("no COPY signature");
    }
    if (data.size() < header_size) {
        return 0;
    }
    if (read_length(data.data() + signature.size()) != 0) {
        fail_stream("unknown flags");
    }
    const std::int32_t extension = read_length(data.data() + signature.size() + length_size);
    if (extension != 0) {
        fail_stream("unknown header extension");
    }
    m_part = Part::rows;
    return header_size;
}

void CopyDecoder::decode_found() {
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        m_columns[i].decode(std::span(m_fields).subspan(i * rows_at_a_time, m_found),
                            m_batch.columns[i]);
    }
    m_batch.row_count += m_found;
    m_found = 0;
}

} // namespace assay::postgres
