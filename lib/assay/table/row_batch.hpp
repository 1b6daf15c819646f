// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/endian.hpp"
#include "assay/table/table.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
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
    std::size_t size() const noexcept { return m_size; }
    std::span<const CellKind> kinds() const noexcept { return {m_kinds.data(), m_size}; }
    CellKind kind(std::size_t row) const noexcept { return m_kinds.data()[row]; }
    /// Only for kind integer.
    std::int64_t integer(std::size_t row) const noexcept {
        return std::bit_cast<std::int64_t>(m_words.data()[row]);
    }
    /// Only for kind real.
    double real(std::size_t row) const noexcept {
        return std::bit_cast<double>(m_words.data()[row]);
    }
    /// Only for kinds text and blob. Valid until the column changes. Not always valid UTF-8.
    std::string_view bytes(std::size_t row) const noexcept {
        const std::uint64_t word = m_words.data()[row];
        return {m_arena.data() + (word >> length_bits), word & length_mask};
    }
    /// Only for kinds text and blob: bytes(row) behind their tag and length, which are the
    /// canonical bytes of the cell (see value.hpp) unless it is a decimal.
    std::string_view tagged_bytes(std::size_t row) const noexcept {
        const std::string_view content = bytes(row);
        return {content.data() - tag_size, content.size() + tag_size};
    }
    /// The words of all rows: of a column of one kind, its numbers. Valid until the column changes.
    std::span<const std::uint64_t> words() const noexcept { return {m_words.data(), m_size}; }

    void append_null() { append(CellKind::null, 0); }
    void append_integer(std::int64_t value) {
        append(CellKind::integer, std::bit_cast<std::uint64_t>(value));
    }
    void append_real(double value) { append(CellKind::real, std::bit_cast<std::uint64_t>(value)); }
    void append_text(std::string_view value) { append_bytes(CellKind::text, text_tag, value); }
    void append_blob(std::string_view value) { append_bytes(CellKind::blob, blob_tag, value); }
    /// Forget the rows, keep the memory.
    void clear() noexcept {
        m_size = 0;
        m_arena_used = 0;
    }

    /// Tags of texts and blobs in canonical bytes: never change them.
    static constexpr char text_tag = 0x03;
    static constexpr char blob_tag = 0x04;

private:
    friend class ColumnWriter;

    // A text's word is its offset (upper 32 bits) and its length (lower 32): readers cut a batch
    // long before an arena has 4 GiB, and no store hands out a value of more than 2 GiB.
    static constexpr unsigned length_bits = 32;
    static constexpr std::uint64_t length_mask = 0xffff'ffff;
    /// A tag and a length of four bytes, lowest first.
    static constexpr std::size_t tag_size = 5;

    /// Copies of known sizes, which may overlap, are cheaper than a call for most texts.
    [[gnu::always_inline]] static void copy(std::string_view from, char* to) noexcept {
        constexpr std::size_t word = 8;
        const std::size_t size = from.size();
        if (size < word / 2) {
            for (std::size_t i = 0; i < size; ++i) {
                to[i] = from[i];
            }
        } else if (size < word) {
            std::memcpy(to, from.data(), word / 2);
            std::memcpy(to + size - word / 2, from.data() + size - word / 2, word / 2);
        } else if (size <= 2 * word) {
            std::memcpy(to, from.data(), word);
            std::memcpy(to + size - word, from.data() + size - word, word);
        } else if (size <= 4 * word) {
            std::memcpy(to, from.data(), 2 * word);
            std::memcpy(to + size - 2 * word, from.data() + size - 2 * word, 2 * word);
        } else if (size <= 8 * word) {
            std::memcpy(to, from.data(), 4 * word);
            std::memcpy(to + size - 4 * word, from.data() + size - 4 * word, 4 * word);
        } else {
            std::memcpy(to, from.data(), size);
        }
    }
    void append(CellKind kind, std::uint64_t word) {
        if (m_size == m_kinds.size()) {
            grow();
        }
        m_kinds.data()[m_size] = kind;
        m_words.data()[m_size] = word;
        ++m_size;
    }
    // Never inlined, unlike what calls it: it is needed a few times and append() for every value.
    [[gnu::noinline, gnu::cold]] void grow() {
        constexpr std::size_t least = 64;
        m_kinds.resize(std::max(least, 2 * m_kinds.size()));
        m_words.resize(m_kinds.size());
    }
    [[gnu::noinline, gnu::cold]] void grow_arena(std::size_t least) {
        m_arena.resize(std::max(least, 2 * m_arena.size()));
    }
    /// Put tag and length in front of a text. @return its word
    static std::uint64_t tag_written(char* arena, std::size_t start, char tag,
                                     std::size_t size) noexcept {
        char* const out = arena + start;
        out[-5] = tag;
        store_little(static_cast<std::uint32_t>(size), out - sizeof(std::uint32_t));
        return (std::uint64_t{start} << length_bits) | size;
    }
    // Always inlined: for most texts a call takes as long as the copy.
    [[gnu::always_inline]] void append_bytes(CellKind kind, char tag, std::string_view value) {
        const std::size_t start = m_arena_used + tag_size;
        if (start + value.size() > m_arena.size()) {
            grow_arena(start + value.size());
        }
        copy(value, m_arena.data() + start);
        m_arena_used = start + value.size();
        append(kind, tag_written(m_arena.data(), start, tag, value.size()));
    }

    ColumnType m_type;
    std::size_t m_size = 0;
    std::vector<CellKind> m_kinds;      ///< the first m_size are set, of m_words too
    std::vector<std::uint64_t> m_words; ///< always as many as m_kinds
    std::size_t m_arena_used = 0;
    std::vector<char> m_arena;
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
    /// The batches that follow are of this part of the table (see ScanRequest::parts).
    virtual void begin_part(std::size_t /*index*/) {}
    virtual void consume(const RowBatch& batch) = 0;
};

} // namespace assay
