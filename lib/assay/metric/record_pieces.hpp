// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/large_block.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace assay {

/// Memory for records in pieces of the same size, which are used again but not given back.
template <typename Record>
class RecordPieces {
public:
    static_assert(std::is_trivially_copyable_v<Record>);

    /// @param records in a piece
    /// @param most pieces
    RecordPieces(std::size_t records, std::size_t most) : m_records(records), m_most(most) {}

    /// @return nullptr if all are taken
    Record* take() {
        if (m_unused.empty() && m_made < m_most) {
            make();
        }
        if (m_unused.empty()) {
            return nullptr;
        }
        Record* const piece = m_unused.back();
        m_unused.pop_back();
        return piece;
    }
    void give_back(Record* piece) { m_unused.push_back(piece); }

private:
    /// As many as a block holds that the system may back with a page of its own.
    void make() {
        const std::size_t piece_bytes = m_records * sizeof(Record);
        const std::size_t pieces =
            std::clamp<std::size_t>(LargeBlock::page_bytes / piece_bytes, 1, m_most - m_made);
        m_blocks.emplace_back(pieces * piece_bytes);
        auto* const first = reinterpret_cast<Record*>(m_blocks.back().data());
        for (std::size_t i = pieces; i > 0; --i) {
            m_unused.push_back(first + (i - 1) * m_records);
        }
        m_made += pieces;
    }

    std::size_t m_records;
    std::size_t m_most;
    std::size_t m_made = 0;
    std::vector<LargeBlock> m_blocks;
    std::vector<Record*> m_unused;
};

} // namespace assay
