// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/comparable.hpp"
#include "assay/scan/hash_kind.hpp"
#include "assay/table/row_batch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// The way from cells to the hashes of rows: append_comparable(), XXH3-64 of each cell, and how the
/// cells of a row are folded. Files keep such hashes: whoever changes one of the three counts this
/// up.
inline constexpr int row_hash_version = 1;

/// Makes two independent hashes of 64 bits of each row of a batch, column by column: different rows
/// have equal ones with probability 2^-128, as far as the hashes of their cells differ.
class RowHasher {
public:
    /// @param columns how the columns of the batches are compared, in their order
    /// @param like_server how a server hashes them: as hash_like_server() then; empty: as above
    explicit RowHasher(std::vector<Comparison> columns, std::vector<HashKind> like_server = {});

    /// Hash the rows of a batch; the results stand until the next one.
    void hash(const RowBatch& batch);
    const std::vector<std::uint64_t>& first() const noexcept { return m_first; }
    const std::vector<std::uint64_t>& second() const noexcept { return m_second; }
    /// Of a hash that knows trailing blanks, where they do not count; else all 0.
    const std::vector<std::uint64_t>& exact() const noexcept { return m_exact; }

    /// A third hash, of the first columns of a batch alone: it names a row by its key.
    /// @param count at least 1
    const std::vector<std::uint64_t>& hash_keys(const RowBatch& batch, std::size_t count);

private:
    bool has_padding(const RowBatch& batch) const;
    void hash_exactly(const RowBatch& batch);
    void hash_as_server(const RowBatch& batch);

    std::vector<Comparison> m_columns;
    std::vector<HashKind> m_like_server;
    bool m_pads = false;
    std::vector<std::uint64_t> m_cells; ///< of the column at hand
    std::vector<std::uint64_t> m_first; ///< of the rows, as far as they were read
    std::vector<std::uint64_t> m_second;
    std::vector<std::uint64_t> m_exact;
    std::vector<std::uint64_t> m_keys;
    std::string m_scratch;
};

} // namespace assay
