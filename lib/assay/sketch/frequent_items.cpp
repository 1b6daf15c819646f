// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/frequent_items.hpp"

#include <algorithm>
#include <bit>

namespace assay {

namespace {

constexpr std::size_t smallest_table = 8;
constexpr std::size_t first_table = 64;
/// Counters that the median is taken of. Slots are in hash order, so the first ones are a sample.
constexpr std::size_t sample_size = 1024;

} // namespace

FrequentItems::FrequentItems(std::size_t slots)
    : m_max_slots(std::max(smallest_table, std::bit_ceil(slots))),
      m_slots(std::min(first_table, m_max_slots)) {}

void FrequentItems::insert(std::uint64_t hash, std::uint8_t tag, std::string_view bytes,
                           std::int64_t weight) {
    const std::string_view kept = bytes.substr(0, max_bytes);
    Slot& slot = find(hash);
    slot = {hash, weight, static_cast<std::uint32_t>(m_arena.size()),
            static_cast<std::uint16_t>(kept.size()), tag};
    m_arena.append(kept);
    m_total += weight;
    ++m_size;
    if (m_size <= counters(m_slots.size())) {
        return;
    }
    if (m_slots.size() < m_max_slots) {
        rehash(m_slots.size() * 2);
    } else {
        purge();
    }
}

void FrequentItems::rehash(std::size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(m_slots);
    for (const Slot& slot : old) {
        if (slot.count != 0) {
            find(slot.hash) = slot;
        }
    }
}

std::int64_t FrequentItems::sampled_median() {
    m_sample.clear();
    for (const Slot& slot : m_slots) {
        if (slot.count != 0) {
            m_sample.push_back(slot.count);
        }
        if (m_sample.size() == sample_size) {
            break;
        }
    }
    const auto middle = m_sample.begin() + static_cast<std::ptrdiff_t>(m_sample.size() / 2);
    std::nth_element(m_sample.begin(), middle, m_sample.end());
    return *middle;
}

void FrequentItems::purge() {
    const std::int64_t median = sampled_median();
    m_survivors.clear();
    m_survivor_bytes.clear();
    for (Slot& slot : m_slots) {
        if (slot.count > median) {
            Slot survivor = slot;
            survivor.count -= median;
            survivor.start = static_cast<std::uint32_t>(m_survivor_bytes.size());
            m_survivor_bytes.append(bytes_of(slot));
            m_survivors.push_back(survivor);
        }
        slot.count = 0;
    }
    m_arena.swap(m_survivor_bytes);
    for (const Slot& slot : m_survivors) {
        find(slot.hash) = slot;
    }
    m_size = m_survivors.size();
    m_offset += median;
}

void FrequentItems::merge(const FrequentItems& other) {
    const std::int64_t total = m_total + other.m_total;
    for (const Slot& slot : other.m_slots) {
        if (slot.count != 0) {
            add(slot.hash, slot.tag, other.bytes_of(slot), slot.count);
        }
    }
    m_offset += other.m_offset;
    // The counters of the other one hold less than all it saw.
    m_total = total;
}

std::vector<FrequentItem> FrequentItems::top(std::size_t most) const {
    std::vector<FrequentItem> items;
    items.reserve(m_size);
    for (const Slot& slot : m_slots) {
        if (slot.count != 0) {
            items.push_back(
                {slot.tag, bytes_of(slot), {slot.count, std::min(slot.count + m_offset, m_total)}});
        }
    }
    const std::size_t kept = std::min(most, items.size());
    std::partial_sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(kept), items.end(),
                      [](const FrequentItem& left, const FrequentItem& right) {
                          if (left.count.lower != right.count.lower) {
                              return left.count.lower > right.count.lower;
                          }
                          return left.tag != right.tag ? left.tag < right.tag
                                                       : left.bytes < right.bytes;
                      });
    items.resize(kept);
    return items;
}

FrequencyBounds FrequentItems::bounds(std::uint64_t hash) const noexcept {
    std::size_t index = hash & (m_slots.size() - 1);
    while (m_slots[index].count != 0 && m_slots[index].hash != hash) {
        index = (index + 1) & (m_slots.size() - 1);
    }
    const std::int64_t lower = m_slots[index].count;
    return {lower, std::min(lower + m_offset, m_total)};
}

} // namespace assay
