// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/row_place.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// One row of a table of SQLite beside its entry in an index, in bytes of their values.
struct SampledRow {
    std::int64_t row_bytes = 0;
    std::int64_t entry_bytes = 0;
    bool is_indexed = true; ///< false: the index, which is to hold all rows, misses it
};

/// What is known of an index of SQLite without reading it.
struct IndexSample {
    std::int64_t page_bytes = 0;
    std::int64_t rows = 0; ///< counted until they are enough
    std::vector<SampledRow> sampled;
};

/// Is the table to be read, and not its index? The index is read by one session.
/// @param jobs sessions that would share the table
/// @return why, in words with the bytes of both; empty: the index is to be read
std::string reason_to_read_table(const IndexSample& sample, unsigned jobs);

/// "a row of the table takes about 1,530 bytes, an entry of the index 12"
std::string words_of_sample(const IndexSample& sample);

/// The bytes of a row that lie beside others in a page, as SQLite cuts it: of a longer one the rest
/// is in pages of its own, which a scan of the columns at its beginning leaves unread.
std::int64_t local_bytes(std::int64_t row_bytes, std::int64_t page_bytes) noexcept;

/// Look up at most 128 rows, spread over the rowids, the last one among them, and the entries of
/// the index for them; fewer where they are long. Their bytes are those of the columns that are
/// stored.
/// @param rowid as SQL names it
Query sample_query(const TableSchema& table, const Index& index, const std::string& rowid);

IndexSample read_index_sample(Session& session, const TableSchema& table, const Index& index,
                              const std::string& rowid);

/// Are these rows there, each with the entry that the index should have for it? An index that is
/// damaged may name others.
bool has_entries(Session& session, const PlacedTable& table, const Index& index,
                 std::span<const RowPlace> places);

} // namespace assay
