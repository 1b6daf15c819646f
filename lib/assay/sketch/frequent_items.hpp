// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Between how many and how many times an item occurred.
struct FrequencyBounds {
    std::int64_t lower = 0;
    std::int64_t upper = 0;
    friend bool operator==(const FrequencyBounds&, const FrequencyBounds&) = default;
};

/// An item that is tracked.
struct FrequentItem {
    std::uint8_t tag = 0;
    std::string_view bytes; ///< lives as long as the FrequentItems is not changed
    FrequencyBounds count;
};

/// The most frequent items of a stream: Misra-Gries counters, where a full table takes the median
/// counter off all of them at once and drops those that reach zero ("reverse purge", Anderson et
/// al., "A High-Performance Algorithm for Identifying Frequent Items in Data Streams", arXiv
/// 1705.07001). While there are no more items than counters, all counts are exact, whatever the
/// order and the partition.
class FrequentItems {
public:
    static constexpr std::size_t default_slots = 4096;
    /// Longer items keep their first bytes; the hash still tells them apart.
    static constexpr std::size_t max_bytes = 256;

    /// @param slots rounded up to a power of two, at least 8; 3/4 of them become counters.
    explicit FrequentItems(std::size_t slots = default_slots);

    /// Count an item that is tracked already. @return false if it is not.
    bool increment(std::uint64_t hash, std::int64_t weight = 1) noexcept {
        Slot& slot = find(hash);
        if (slot.count == 0) {
            return false;
        }
        slot.count += weight;
        m_total += weight;
        return true;
    }
    /// Count an item.
    /// @param hash identifies it
    /// @param tag,bytes what to show of it; looked at only when the item is not tracked yet
    void add(std::uint64_t hash, std::uint8_t tag, std::string_view bytes,
             std::int64_t weight = 1) {
        if (!increment(hash, weight)) {
            insert(hash, tag, bytes, weight);
        }
    }
    /// Count an item that is not tracked yet, as increment() just said.
    void insert(std::uint64_t hash, std::uint8_t tag, std::string_view bytes,
                std::int64_t weight = 1);
    /// Add what another one saw.
    void merge(const FrequentItems& other);

    /// Items by lower bound, highest first; ties by tag and bytes.
    std::vector<FrequentItem> top(std::size_t most) const;
    FrequencyBounds bounds(std::uint64_t hash) const noexcept;
    /// By how much a count may be too low; an item that is not tracked occurred at most as often.
    std::int64_t offset() const noexcept { return m_offset; }
    bool is_exact() const noexcept { return m_offset == 0; }
    /// Sum of all weights.
    std::int64_t total() const noexcept { return m_total; }
    /// Items tracked; all there are when exact.
    std::size_t size() const noexcept { return m_size; }

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::int64_t count = 0; ///< 0: the slot is free
        std::uint32_t start = 0;
        std::uint16_t length = 0;
        std::uint8_t tag = 0;
    };

    Slot& find(std::uint64_t hash) noexcept {
        std::size_t index = hash & (m_slots.size() - 1);
        while (m_slots[index].count != 0 && m_slots[index].hash != hash) {
            index = (index + 1) & (m_slots.size() - 1);
        }
        return m_slots[index];
    }
    std::string_view bytes_of(const Slot& slot) const noexcept {
        return std::string_view(m_arena).substr(slot.start, slot.length);
    }
    std::size_t counters(std::size_t slots) const noexcept { return slots / 4 * 3; }
    void rehash(std::size_t slots);
    void purge();
    std::int64_t sampled_median();

    std::size_t m_max_slots;
    std::size_t m_size = 0;
    std::int64_t m_offset = 0;
    std::int64_t m_total = 0;
    std::vector<Slot> m_slots;
    std::string m_arena; ///< the bytes of all items
    // Memory that purges reuse.
    std::vector<Slot> m_survivors;
    std::string m_survivor_bytes;
    std::vector<std::int64_t> m_sample;
};

} // namespace assay
