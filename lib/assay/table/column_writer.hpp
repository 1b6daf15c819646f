// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/row_batch.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay {

/// Appends values to a column, as the members of the same name do, but many in a row. What they
/// change is kept apart until the writer goes: for all the compiler knows, each byte written to the
/// column might change a member of it.
class ColumnWriter {
public:
    /// @param column not to be used otherwise as long as the writer lives
    /// @param most values that will be appended
    ColumnWriter(Column& column, std::size_t most) : m_column(column) {
        while (column.m_kinds.size() - column.m_size < most) {
            column.grow();
        }
        m_kind = column.m_kinds.data() + column.m_size;
        m_word = column.m_words.data() + column.m_size;
        m_arena = column.m_arena.data();
        m_arena_used = column.m_arena_used;
    }
    ~ColumnWriter() {
        m_column.m_size = static_cast<std::size_t>(m_kind - m_column.m_kinds.data());
        m_column.m_arena_used = m_arena_used;
    }
    ColumnWriter(const ColumnWriter&) = delete;
    ColumnWriter& operator=(const ColumnWriter&) = delete;

    void append_null() noexcept { append(CellKind::null, 0); }
    void append_integer(std::int64_t value) noexcept {
        append(CellKind::integer, std::bit_cast<std::uint64_t>(value));
    }
    void append_real(double value) noexcept {
        append(CellKind::real, std::bit_cast<std::uint64_t>(value));
    }
    /// To be called before so many texts and blobs of together so many bytes are appended.
    void make_room(std::size_t values, std::size_t bytes) {
        const std::size_t least = m_arena_used + values * Column::tag_size + bytes;
        if (least > m_column.m_arena.size()) {
            m_column.grow_arena(least);
            m_arena = m_column.m_arena.data();
        }
    }
    // Always inlined, or what is kept apart would be in memory again.
    [[gnu::always_inline]] void append_text(std::string_view value) noexcept {
        Column::copy(value, begin_text());
        end_text(value.size());
    }
    [[gnu::always_inline]] void append_blob(std::string_view value) noexcept {
        Column::copy(value, begin_text());
        append_written(CellKind::blob, Column::blob_tag, value.size());
    }
    /// Where to write a text, for which there is room; then call end_text().
    char* begin_text() noexcept { return m_arena + m_arena_used + Column::tag_size; }
    /// @param size of what was written there, in bytes
    void end_text(std::size_t size) noexcept {
        append_written(CellKind::text, Column::text_tag, size);
    }

private:
    void append(CellKind kind, std::uint64_t word) noexcept {
        *m_kind++ = kind;
        *m_word++ = word;
    }
    void append_written(CellKind kind, char tag, std::size_t size) noexcept {
        const std::size_t start = m_arena_used + Column::tag_size;
        append(kind, Column::tag_written(m_arena, start, tag, size));
        m_arena_used = start + size;
    }

    Column& m_column;
    CellKind* m_kind;      ///< of the next value
    std::uint64_t* m_word; ///< of the next value
    char* m_arena;
    std::size_t m_arena_used;
};

} // namespace assay
