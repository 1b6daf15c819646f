// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// What tells when a table was written that has no column of its own for it.
enum class WriteMark : std::uint8_t {
    commits,     ///< Postgres keeps when each transaction committed
    row_counter, ///< Postgres counts the rows that were written
    file_counter ///< SQLite counts the transactions that wrote to the file
};
/// "commit_timestamps", "row_counter", "file_counter", as in the JSON document.
std::string_view to_string(WriteMark mark) noexcept;

struct WriteMarks {
    WriteMark mark = WriteMark::row_counter;
    std::optional<Micros> committed; ///< of the youngest row that is there; nullopt: not known
    /// Grows with every write; nullopt: the store does not count.
    std::optional<std::int64_t> counter;
};

/// Does the server keep when transactions committed?
bool keeps_commit_times(Session& session);

/// Look for the marks of a table: commit times where they are kept (every row is read), else a
/// counter, which only tells something beside that of an earlier run.
/// @param where which rows count; empty: all. Only commit times can say it of some of them.
WriteMarks read_write_marks(Session& session, const TableSchema& table, const std::string& where);

/// What a store counts of the writes to a table, in one integer; NULL: it does not count.
Query write_counter_query(StoreKind kind, const TableSchema& table);

/// The statement of read_write_marks(), for --explain.
std::string write_marks_sql(Session& session, const TableSchema& table, const std::string& where);

} // namespace assay
