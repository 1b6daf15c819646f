// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/duplicates.hpp"

#include "assay/metric/largest_groups.hpp"
#include "assay/table/value.hpp"

#include <algorithm>
#include <utility>

namespace assay {
std::string_view to_string(NullPolicy policy) noexcept {
    switch (policy) {
    case NullPolicy::distinct: return "distinct";
    case NullPolicy::equal: return "equal";
    case NullPolicy::skip: return "skip";
    }
    return "distinct";
}

void GroupSizes::merge(const GroupSizes& other) noexcept {
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        m_groups[i] += other.m_groups[i];
    }
}

std::vector<GroupSizes::Range> GroupSizes::ranges() const {
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i] > 0) {
            const auto number = static_cast<std::int64_t>(i);
            const std::int64_t power = std::int64_t{1} << i;
            ranges.push_back(i < 2 ? Range{number + 2, number + 2, m_groups[i]}
                                   : Range{power, power + (power - 1), m_groups[i]});
        }
    }
    return ranges;
}

KeyColumns key_columns(const RowBatch& batch, const std::vector<std::size_t>& places) {
    KeyColumns columns;
    for (const std::size_t place : places) {
        columns.push_back(&batch.columns[place]);
    }
    return columns;
}

bool encode_key(const RowBatch& batch, std::size_t row, std::string& out) {
    bool has_null = false;
    for (const auto& column : batch.columns) {
        has_null = has_null || column.kind(row) == CellKind::null;
        append_canonical(column, row, out);
    }
    return has_null;
}

EncodedKey key_of(const KeyColumns& columns, std::size_t row, std::string& scratch) {
    if (columns.size() == 1) {
        const Column& column = *columns.front();
        const CellKind kind = column.kind(row);
        // The canonical bytes of a decimal are not those of its text.
        if ((kind == CellKind::text || kind == CellKind::blob) &&
            column.type() != ColumnType::decimal) {
            return {column.tagged_bytes(row), false};
        }
    }
    scratch.clear();
    bool has_null = false;
    for (const Column* column : columns) {
        has_null = has_null || column->kind(row) == CellKind::null;
        append_canonical(*column, row, scratch);
    }
    return {scratch, has_null};
}

void DuplicateAccumulator::update(const KeyColumns& columns, std::size_t rows) {
    for (std::size_t row = 0; row < rows; ++row) {
        const EncodedKey key = key_of(columns, row, m_scratch);
        m_null_key_rows += key.has_null ? 1 : 0;
        if (key.has_null && m_policy == NullPolicy::skip) {
            continue;
        }
        ++m_rows;
        if (!key.has_null || m_policy == NullPolicy::equal) {
            m_keys.front().add(fingerprint(key.bytes));
        }
    }
}

std::int64_t DuplicateAccumulator::spilled_bytes() const noexcept {
    std::int64_t bytes = 0;
    for (const auto& keys : m_keys) {
        bytes += keys.spilled_bytes();
    }
    return bytes;
}

void DuplicateAccumulator::merge(DuplicateAccumulator&& other) {
    std::move(other.m_keys.begin(), other.m_keys.end(), std::back_inserter(m_keys));
    m_rows += other.m_rows;
    m_null_key_rows += other.m_null_key_rows;
}

DuplicateResult DuplicateAccumulator::result(const std::vector<DuplicateResult>& counted,
                                             std::size_t most) const {
    DuplicateResult result;
    DuplicateCounts& counts = result.counts;
    std::int64_t rows_with_key = 0;
    for (const auto& part : counted) {
        rows_with_key += part.counts.rows;
        counts.distinct_keys += part.counts.distinct_keys;
        counts.duplicated_keys += part.counts.duplicated_keys;
        counts.surplus_rows += part.counts.surplus_rows;
        counts.largest_group = std::max(counts.largest_group, part.counts.largest_group);
        counts.sizes.merge(part.counts.sizes);
        for (const auto& group : part.largest) {
            offer(result.largest, group, most);
        }
    }
    counts.rows = m_rows;
    counts.null_key_rows = m_null_key_rows;
    // Under the policy distinct a row with NULL in its key is a group of its own.
    if (counts.largest_group == 0 && m_rows > rows_with_key) {
        counts.largest_group = 1;
    }
    std::sort(result.largest.begin(), result.largest.end(), is_larger);
    return result;
}

void PartitionCounter::count(std::size_t partition) {
    count_in_slices(keys_in(m_keys, partition), m_most_keys,
                    [&](const KeySlice& slice, std::size_t room) {
                        m_table.reset(room);
                        if (!fill_table(partition, slice)) {
                            return false;
                        }
                        add_groups();
                        return true;
                    });
}

bool PartitionCounter::fill_table(std::size_t partition, const KeySlice& slice) {
    bool fits = true;
    const auto add = [&](std::span<const Fingerprint> keys, std::size_t) {
        for (const auto& key : keys) {
            if (!slice.holds(key)) {
                continue;
            }
            std::int64_t* rows = m_table.find_or_add(key);
            if (rows == nullptr) {
                fits = false;
                return false;
            }
            ++*rows;
        }
        return true;
    };
    for (const auto& keys : m_keys) {
        if (fits) {
            keys.for_keys(partition, add);
        }
    }
    return fits;
}

void PartitionCounter::add_groups() {
    DuplicateCounts& counts = m_result.counts;
    for (const auto& slot : m_table.slots()) {
        if (slot.number == 0) {
            continue;
        }
        counts.rows += slot.number;
        ++counts.distinct_keys;
        counts.surplus_rows += slot.number - 1;
        counts.largest_group = std::max(counts.largest_group, slot.number);
        if (slot.number > 1) {
            ++counts.duplicated_keys;
            counts.sizes.add(slot.number);
            offer(m_result.largest, {slot.key, slot.number}, m_most);
        }
    }
}

} // namespace assay
