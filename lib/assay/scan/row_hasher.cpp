// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/row_hasher.hpp"

#include "assay/metric/comparable_hash.hpp"
#include "assay/scan/like_server.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace assay {
namespace {

/// Takes the hash of one more cell into that of a row: no two cells give the same.
struct Lane {
    std::uint64_t factor; ///< odd
    unsigned shift;

    std::uint64_t fold(std::uint64_t row, std::uint64_t cell) const noexcept {
        const std::uint64_t product = (row ^ cell) * factor;
        return product ^ product >> shift;
    }
    void fold(const std::vector<std::uint64_t>& cells,
              std::vector<std::uint64_t>& rows) const noexcept {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows.data()[i] = fold(rows.data()[i], cells.data()[i]);
        }
    }
};

constexpr Lane first_lane{0x9e37'79b9'7f4a'7c15, 32};
constexpr Lane second_lane{0xd6e8'feb8'6659'fd93, 29};
constexpr Lane key_lane{0xbf58'476d'1ce4'e5b9, 31};

/// Both lanes at once, which loads each cell once.
void fold_both(const std::vector<std::uint64_t>& cells, std::vector<std::uint64_t>& first,
               std::vector<std::uint64_t>& second) noexcept {
    const std::uint64_t* const cell = cells.data();
    std::uint64_t* const one = first.data();
    std::uint64_t* const two = second.data();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::uint64_t hash = cell[i];
        one[i] = first_lane.fold(one[i], hash);
        two[i] = second_lane.fold(two[i], hash);
    }
}

/// The comparison that knows trailing blanks.
Comparison exact_form(Comparison comparison) noexcept {
    return comparison == Comparison::padded_text ? Comparison::text : comparison;
}

} // namespace

RowHasher::RowHasher(std::vector<Comparison> columns, std::vector<HashKind> like_server)
    : m_columns(std::move(columns)), m_like_server(std::move(like_server)) {
    m_pads =
        std::find(m_columns.begin(), m_columns.end(), Comparison::padded_text) != m_columns.end();
}

void RowHasher::hash(const RowBatch& batch) {
    if (!m_like_server.empty()) {
        hash_as_server(batch);
        return;
    }
    m_cells.resize(batch.row_count);
    for (auto* hashes : {&m_first, &m_second, &m_exact}) {
        hashes->assign(batch.row_count, 0);
    }
    const bool is_padded = m_pads && has_padding(batch);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        comparable_hashes(is_padded ? m_columns[i] : exact_form(m_columns[i]), batch.columns[i],
                          m_cells, m_scratch);
        fold_both(m_cells, m_first, m_second);
    }
    if (is_padded) {
        hash_exactly(batch);
    } else if (m_pads) {
        m_exact = m_first;
    }
}

bool RowHasher::has_padding(const RowBatch& batch) const {
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i] == Comparison::padded_text && assay::has_padding(batch.columns[i])) {
            return true;
        }
    }
    return false;
}

void RowHasher::hash_exactly(const RowBatch& batch) {
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        comparable_hashes(exact_form(m_columns[i]), batch.columns[i], m_cells, m_scratch);
        first_lane.fold(m_cells, m_exact);
    }
}

void RowHasher::hash_as_server(const RowBatch& batch) {
    hash_like_server(m_like_server, m_columns, batch, m_first, m_scratch);
    m_second.resize(batch.row_count);
    std::transform(m_first.begin(), m_first.end(), m_second.begin(), second_half);
    m_exact.assign(batch.row_count, 0);
}

const std::vector<std::uint64_t>& RowHasher::hash_keys(const RowBatch& batch, std::size_t count) {
    if (!m_like_server.empty()) {
        hash_like_server(std::span(m_like_server).first(count), m_columns, batch, m_keys,
                         m_scratch);
        std::transform(m_keys.begin(), m_keys.end(), m_keys.begin(), second_half);
        return m_keys;
    }
    m_cells.resize(batch.row_count);
    m_keys.assign(batch.row_count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        comparable_hashes(m_columns[i], batch.columns[i], m_cells, m_scratch);
        key_lane.fold(m_cells, m_keys);
    }
    return m_keys;
}

} // namespace assay
