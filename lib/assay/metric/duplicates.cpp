// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/duplicates.hpp"

#include "assay/metric/key_sorter.hpp"
#include "assay/metric/largest_groups.hpp"
#include "assay/table/value.hpp"

#include <algorithm>
#include <utility>

namespace assay {
namespace {

/// Is there one way only to write the key, beside cells of other kinds? Reals and decimals have
/// several, such as 1 and 1.0.
bool has_one_form(const KeyColumns& columns, std::size_t row) noexcept {
    return std::none_of(columns.begin(), columns.end(), [row](const Column* column) {
        const CellKind kind = column->kind(row);
        return kind == CellKind::real ||
               (kind == CellKind::text && column->type() == ColumnType::decimal);
    });
}

/// Keep the least ones, in no order.
void keep_first(std::vector<std::int64_t>& places, std::size_t most) {
    if (places.size() > most) {
        std::nth_element(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(most),
                         places.end());
        places.resize(most);
    }
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

std::int64_t rows_to_compare(NullPolicy policy, std::int64_t rows,
                             std::int64_t null_key_rows) noexcept {
    return policy == NullPolicy::skip ? rows - null_key_rows : rows;
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

EncodedKey encode_key(const KeyColumns& columns, std::size_t row, std::string& scratch) {
    scratch.clear();
    bool has_null = false;
    for (const Column* column : columns) {
        has_null = has_null || column->kind(row) == CellKind::null;
        append_canonical(*column, row, scratch);
    }
    return {scratch, has_null};
}

void DuplicateAccumulator::update(const KeyColumns& columns, const Column* places,
                                  std::size_t rows) {
    FrequentKeys& frequent = m_frequent.front();
    for (std::size_t row = 0; row < rows; ++row) {
        const EncodedKey key = key_of(columns, row, m_scratch);
        m_null_key_rows += key.has_null ? 1 : 0;
        if (key.has_null && m_policy == NullPolicy::skip) {
            continue;
        }
        ++m_rows;
        if (key.has_null && m_policy != NullPolicy::equal) {
            continue;
        }
        const PlacedKey record{fingerprint(key.bytes),
                               places != nullptr ? places->integer(row) : 0};
        const bool is_plain = (frequent.is_open() || has_no_collisions(key.bytes.size())) &&
                              has_one_form(columns, row);
        m_lengths.add(is_plain ? key.bytes.size() : KeyLengths::ambiguous);
        const bool is_counted =
            frequent.is_open() && is_plain && frequent.count(record.key, key.bytes, record.place);
        if (!is_counted) {
            m_keys.front().add(record);
        }
    }
}

void DuplicateAccumulator::merge(DuplicateAccumulator&& other) {
    std::move(other.m_keys.begin(), other.m_keys.end(), std::back_inserter(m_keys));
    std::move(other.m_frequent.begin(), other.m_frequent.end(), std::back_inserter(m_frequent));
    m_lengths.merge(other.m_lengths);
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
        result.spilled_bytes += part.spilled_bytes;
        for (const auto& group : part.largest) {
            offer(result.largest, group, most);
        }
    }
    for (const auto& keys : m_keys) {
        result.spilled_bytes += keys.spilled_bytes();
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
    m_table.reset(std::min(keys_in(m_keys, partition), KeyTable::capacity(m_table_bytes)));
    if (!fill_table(partition)) {
        count_sorted(partition);
        return;
    }
    add_unrecorded(partition);
    // Most keys are there once: they are counted without another look at them.
    const auto repeated = static_cast<std::int64_t>(m_repeated.size());
    const auto distinct = static_cast<std::int64_t>(m_table.size());
    add_single_rows(distinct - repeated);
    for (const KeyTable::Slot* slot : m_repeated) {
        add_group({slot->key, slot->number});
    }
}

bool PartitionCounter::fill_table(std::size_t partition) {
    m_repeated.clear();
    bool fits = true;
    const auto add = [&](std::span<const PlacedKey> some) {
        // Far enough ahead for memory to answer, near enough for the cache to keep it.
        constexpr std::size_t ahead = 8;
        for (std::size_t i = 0; i < some.size(); ++i) {
            m_table.prefetch(some[std::min(i + ahead, some.size() - 1)].key);
            KeyTable::Slot* const slot = m_table.slot_for(some[i].key);
            if (slot == nullptr) {
                fits = false;
                return false;
            }
            if (++slot->number == 2) {
                m_repeated.push_back(slot);
            }
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

void PartitionCounter::add_unrecorded(std::size_t partition) {
    for (const auto& compared : compared_in(partition)) {
        if (compared.unrecorded > 0) {
            KeyTable::Slot* const slot = m_table.slot_for(compared.key); // of its records
            if (slot->number == 1) {
                m_repeated.push_back(slot);
            }
            slot->number += compared.unrecorded;
        }
    }
}

std::span<const ComparedKey> PartitionCounter::compared_in(std::size_t partition) const {
    const PlacedKeys& keys = m_keys.front();
    const auto end_of = [&](std::size_t before) {
        return std::partition_point(
            m_compared.begin(), m_compared.end(),
            [&](const ComparedKey& key) { return keys.partition_of(key.key) < before; });
    };
    return {end_of(partition), end_of(partition + 1)};
}

void PartitionCounter::count_sorted(std::size_t partition) {
    m_table = {}; // its memory is for the keys
    m_repeated = {};
    KeySorter<Fingerprint> sorter(m_table_bytes, m_folder, m_cancellation);
    for (const auto& keys : m_keys) {
        keys.for_keys(partition, [&](std::span<const PlacedKey> some) {
            for (const auto& row : some) {
                sorter.add(row.key);
            }
            return true;
        });
    }
    std::span<const ComparedKey> compared = compared_in(partition); // in the order of the groups
    sorter.for_groups([&](const Fingerprint& key, std::int64_t rows) {
        const bool has_more = !compared.empty() && compared.front().key == key;
        add_group({key, rows + (has_more ? compared.front().unrecorded : 0)});
        compared = compared.subspan(has_more ? 1 : 0);
    });
    m_result.spilled_bytes += sorter.spilled_bytes();
}

void PartitionCounter::add_single_rows(std::int64_t rows) {
    DuplicateCounts& counts = m_result.counts;
    counts.rows += rows;
    counts.distinct_keys += rows;
    counts.largest_group = std::max(counts.largest_group, std::int64_t{rows > 0 ? 1 : 0});
}

void PartitionCounter::add_group(const DuplicateGroup& group) {
    DuplicateCounts& counts = m_result.counts;
    counts.rows += group.rows;
    ++counts.distinct_keys;
    counts.surplus_rows += group.rows - 1;
    counts.largest_group = std::max(counts.largest_group, group.rows);
    if (group.rows > 1) {
        ++counts.duplicated_keys;
        counts.sizes.add(group.rows);
        offer(m_result.largest, group, m_most);
    }
}

PlaceFinder::PlaceFinder(const std::vector<PlacedKeys>& keys, const KeyTable& groups,
                         const std::vector<std::size_t>& most)
    : m_keys(keys), m_groups(groups), m_most(most), m_places(most.size()) {
    for (const auto& slot : groups.slots()) {
        if (slot.number != 0) {
            m_bits.set(bit_of(slot.key));
        }
    }
}

void PlaceFinder::count(std::size_t partition) {
    for (const auto& keys : m_keys) {
        keys.for_keys(partition, [&](std::span<const PlacedKey> some) {
            for (const auto& row : some) {
                const std::int64_t number =
                    m_bits[bit_of(row.key)] ? m_groups.number_of(row.key) : 0;
                if (number != 0) {
                    add(static_cast<std::size_t>(number - 1), row.place);
                }
            }
            return true;
        });
    }
}

std::vector<std::vector<std::int64_t>> PlaceFinder::result() const {
    std::vector<std::vector<std::int64_t>> all = m_places;
    for (std::size_t group = 0; group < all.size(); ++group) {
        keep_first(all[group], m_most[group]);
    }
    return all;
}

void PlaceFinder::add(std::size_t group, std::int64_t place) {
    auto& places = m_places[group];
    places.push_back(place);
    if (places.size() >= 2 * m_most[group]) {
        keep_first(places, m_most[group]);
    }
}

} // namespace assay
