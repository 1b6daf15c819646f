// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/duplicates.hpp"

#include "assay/table/value.hpp"

#include <algorithm>

namespace assay {
namespace {

/// Largest first; equal sizes in the order of their fingerprints, so that runs agree.
bool larger(const DuplicateGroup& left, const DuplicateGroup& right) noexcept {
    return left.rows != right.rows ? left.rows > right.rows : left.key < right.key;
}

/// Keep the `most` largest groups in a heap whose top is the smallest of them.
void offer(std::vector<DuplicateGroup>& heap, const DuplicateGroup& group, std::size_t most) {
    if (most == 0 || (heap.size() == most && !larger(group, heap.front()))) {
        return;
    }
    if (heap.size() == most) {
        std::pop_heap(heap.begin(), heap.end(), larger);
        heap.pop_back();
    }
    heap.push_back(group);
    std::push_heap(heap.begin(), heap.end(), larger);
}

} // namespace

std::string_view to_string(NullPolicy policy) noexcept {
    switch (policy) {
    case NullPolicy::distinct: return "distinct";
    case NullPolicy::equal: return "equal";
    case NullPolicy::skip: return "skip";
    }
    return "distinct";
}

bool encode_key(const RowBatch& batch, std::size_t row, std::string& out) {
    bool has_null = false;
    for (const auto& column : batch.columns) {
        has_null = has_null || column.kind(row) == CellKind::null;
        append_canonical(column, row, out);
    }
    return has_null;
}

void DuplicateAccumulator::update(const RowBatch& batch) {
    for (std::size_t row = 0; row < batch.row_count; ++row) {
        m_scratch.clear();
        const bool has_null = encode_key(batch, row, m_scratch);
        m_null_key_rows += has_null ? 1 : 0;
        if (has_null && m_policy == NullPolicy::skip) {
            continue;
        }
        ++m_rows;
        if (!has_null || m_policy == NullPolicy::equal) {
            m_keys.push_back(fingerprint(m_scratch));
        }
    }
}

void DuplicateAccumulator::merge(const DuplicateAccumulator& other) {
    m_keys.insert(m_keys.end(), other.m_keys.begin(), other.m_keys.end());
    m_rows += other.m_rows;
    m_null_key_rows += other.m_null_key_rows;
}

DuplicateResult DuplicateAccumulator::result(std::size_t most) {
    std::sort(m_keys.begin(), m_keys.end());
    DuplicateResult result;
    DuplicateCounts& counts = result.counts;
    counts.rows = m_rows;
    counts.null_key_rows = m_null_key_rows;
    // Under the policy distinct a row with NULL in its key is a group of its own.
    const bool lone_rows = m_rows > static_cast<std::int64_t>(m_keys.size());
    counts.largest_group = lone_rows ? 1 : 0;
    for (auto first = m_keys.begin(); first != m_keys.end();) {
        const auto last =
            std::find_if(first, m_keys.end(), [&](const auto& key) { return key != *first; });
        const std::int64_t rows = last - first;
        ++counts.distinct_keys;
        counts.surplus_rows += rows - 1;
        counts.largest_group = std::max(counts.largest_group, rows);
        if (rows > 1) {
            ++counts.duplicated_keys;
            offer(result.largest, {*first, rows}, most);
        }
        first = last;
    }
    std::sort(result.largest.begin(), result.largest.end(), larger);
    return result;
}

} // namespace assay
