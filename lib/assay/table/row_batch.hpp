// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How one cell of a batch is held. SQLite may mix kinds within a column; Postgres only mixes
/// null with the one kind of the column's type.
enum class CellKind : std::uint8_t { null, integer, real, text, blob };

/// One column of a batch: a kind and a 64-bit word per row, bytes of texts in one arena.
///
/// What an integer means follows from type(): boolean 0/1; date days since 1970-01-01; time
/// microseconds since midnight; timestamp and timestamptz microseconds since 1970-01-01 UTC, where
/// INT64_MIN and INT64_MAX are -infinity and infinity (for date too). decimal is text such as
/// "-1.10" or "NaN", uuid is lower-case text, interval, json and other are the server's text form.
class Column {
public:
    explicit Column(ColumnType type) : m_type(type) {}

    ColumnType type() const noexcept { return m_type; }
    std::size_t size() const noexcept { return m_kinds.size(); }
    std::span<const CellKind> kinds() const noexcept { return m_kinds; }
    CellKind kind(std::size_t row) const noexcept { return m_kinds[row]; }
    /// Only for kind integer.
    std::int64_t integer(std::size_t row) const noexcept {
        return std::bit_cast<std::int64_t>(m_words[row]);
    }
    /// Only for kind real.
    double real(std::size_t row) const noexcept { return std::bit_cast<double>(m_words[row]); }
    /// Only for kinds text and blob. Valid until the column changes. Not always valid UTF-8.
    std::string_view bytes(std::size_t row) const noexcept {
        const std::uint64_t word = m_words[row];
        return {m_arena.data() + (word >> length_bits), word & length_mask};
    }
    /// Bytes held for texts and blobs, to know when a batch is full.
    std::size_t arena_size() const noexcept { return m_arena.size(); }

    void append_null() { append(CellKind::null, 0); }
    void append_integer(std::int64_t value) {
        append(CellKind::integer, std::bit_cast<std::uint64_t>(value));
    }
    void append_real(double value) { append(CellKind::real, std::bit_cast<std::uint64_t>(value)); }
    void append_text(std::string_view value) { append_bytes(CellKind::text, value); }
    void append_blob(std::string_view value) { append_bytes(CellKind::blob, value); }
    /// Forget the rows, keep the memory.
    void clear() noexcept {
        m_kinds.clear();
        m_words.clear();
        m_arena.clear();
    }

private:
    // A text's word is its offset (upper 32 bits) and its length (lower 32): readers cut a batch
    // long before an arena has 4 GiB, and no store hands out a value of more than 2 GiB.
    static constexpr unsigned length_bits = 32;
    static constexpr std::uint64_t length_mask = 0xffff'ffff;

    void append(CellKind kind, std::uint64_t word) {
        m_kinds.push_back(kind);
        m_words.push_back(word);
    }
    void append_bytes(CellKind kind, std::string_view value) {
        append(kind, (std::uint64_t{m_arena.size()} << length_bits) | value.size());
        m_arena.append(value);
    }

    ColumnType m_type;
    std::vector<CellKind> m_kinds;
    std::vector<std::uint64_t> m_words;
    std::string m_arena;
};

/// Some rows of some columns of one table, column by column.
struct RowBatch {
    std::vector<Column> columns;
    std::size_t row_count = 0;

    void clear() noexcept {
        for (auto& column : columns) {
            column.clear();
        }
        row_count = 0;
    }
};

/// Receives the rows of a scan, batch by batch. The batch is only valid during the call.
class BatchSink {
public:
    virtual ~BatchSink() = default;
    virtual void consume(const RowBatch& batch) = 0;
};

} // namespace assay
