// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/copy_decoder.hpp"

#include "assay/base/error.hpp"

#include <bit>

namespace assay::postgres {
namespace {

constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);
constexpr std::size_t count_size = 2;  // of the number of fields
constexpr std::size_t length_size = 4; // of the length of a field
constexpr std::size_t header_size = signature.size() + 2 * length_size;
constexpr std::int16_t end_marker = -1;
constexpr std::int32_t null_marker = -1;
constexpr std::size_t full_batch_bytes = std::size_t{4} << 20U;
// The server cannot make a larger row; a stream that says so is not to be believed.
constexpr std::size_t largest_row = std::size_t{1} << 30U;

[[noreturn]] void fail_stream(const char* what) {
    throw Error(ErrorKind::query, std::string("the server sent a malformed COPY stream: ") + what,
                "check that nothing between assay and the server alters the data");
}

std::int16_t read_count(std::string_view data) {
    return std::bit_cast<std::int16_t>(read_big_endian<std::uint16_t>(data));
}

std::int32_t read_length(std::string_view data) {
    return std::bit_cast<std::int32_t>(read_big_endian<std::uint32_t>(data));
}

} // namespace

CopyDecoder::CopyDecoder(std::vector<CopyColumn> columns, std::size_t batch_rows, BatchSink& sink)
    : m_columns(std::move(columns)), m_batch_rows(batch_rows), m_sink(sink),
      m_fields(m_columns.size()) {
    m_batch.columns.reserve(m_columns.size());
    for (const auto& column : m_columns) {
        m_batch.columns.emplace_back(column.type);
    }
}

void CopyDecoder::begin() {
    m_part = Part::header;
    m_pending.clear();
}

void CopyDecoder::feed(std::string_view piece) {
    if (m_pending.empty()) {
        m_pending.assign(piece.substr(take(piece)));
        return;
    }
    m_pending.append(piece);
    m_pending.erase(0, take(m_pending));
}

void CopyDecoder::finish() const {
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

/// Decode whatever is complete. @return the number of bytes used.
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
    if (read_length(data.substr(signature.size())) != 0) {
        fail_stream("unknown flags");
    }
    const std::int32_t extension = read_length(data.substr(signature.size() + length_size));
    if (extension != 0) {
        fail_stream("unknown header extension");
    }
    m_part = Part::rows;
    return header_size;
}

std::size_t CopyDecoder::take_row(std::string_view data) {
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
    if (!split_row(data)) {
        return 0;
    }
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Field field = m_fields[i];
        if (field.length == null_marker) {
            m_batch.columns[i].append_null();
        } else {
            m_columns[i].decode(data.substr(field.offset, static_cast<std::size_t>(field.length)),
                                m_scratch, m_batch.columns[i]);
        }
    }
    append_row(m_row_size);
    return m_row_size;
}

/// Find the fields of the row that begins here. @return false if the row is not complete yet.
bool CopyDecoder::split_row(std::string_view data) {
    std::size_t position = count_size;
    for (auto& field : m_fields) {
        if (data.size() - position < length_size) {
            return false;
        }
        field = {.offset = position + length_size, .length = read_length(data.substr(position))};
        if (field.length < null_marker) {
            fail_stream("negative length");
        }
        position = field.offset + static_cast<std::size_t>(field.length < 0 ? 0 : field.length);
        if (position > largest_row) {
            fail_stream("a row of more than 1 GiB");
        }
        if (position > data.size()) {
            return false;
        }
    }
    m_row_size = position;
    return true;
}

void CopyDecoder::append_row(std::size_t row_bytes) {
    ++m_rows;
    ++m_batch.row_count;
    m_batch_bytes += row_bytes;
    if (m_batch.row_count >= m_batch_rows || m_batch_bytes >= full_batch_bytes) {
        flush();
    }
}

} // namespace assay::postgres
