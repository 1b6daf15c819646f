// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// Numbers above 0 by key, in an open table of a fixed size. A key is a fingerprint, whose last
/// bits are its place.
class KeyTable {
public:
    struct Slot {
        Fingerprint key;
        std::int64_t number = 0; ///< 0: free
    };

    /// Keys that fit into a table of so many bytes; never less than a few.
    static std::size_t capacity(std::size_t bytes) noexcept {
        return filled(std::max(least_slots, std::bit_floor(bytes / sizeof(Slot))));
    }
    /// Forget everything and make room for so many keys.
    void reset(std::size_t keys) {
        const std::size_t slots = std::max(least_slots, std::bit_ceil((keys * 4 + 2) / 3));
        m_slots.assign(slots, Slot{});
        m_free = filled(slots);
    }

    /// The number of a key, 0 if it was not there.
    /// @return nullptr if it was not there and there is no room
    std::int64_t* find_or_add(const Fingerprint& key) noexcept {
        Slot* const slot = slot_for(key);
        return slot == nullptr ? nullptr : &slot->number;
    }
    /// The same, with the key.
    Slot* slot_for(const Fingerprint& key) noexcept {
        Slot& slot = m_slots.data()[place_of(key)];
        if (slot.number == 0) {
            if (m_free == 0) {
                return nullptr;
            }
            --m_free;
            slot.key = key;
        }
        return &slot;
    }
    /// The number of a key, 0 if it is not there.
    std::int64_t number_of(const Fingerprint& key) const noexcept {
        return m_slots.data()[place_of(key)].number;
    }
    /// Have the place of a key at hand when it is looked for.
    void prefetch(const Fingerprint& key) const noexcept {
        __builtin_prefetch(m_slots.data() + (key.low & (m_slots.size() - 1)));
    }
    /// Keys that were added.
    std::size_t size() const noexcept { return filled(m_slots.size()) - m_free; }
    /// Those with the number 0 are free.
    const std::vector<Slot>& slots() const noexcept { return m_slots; }

private:
    static constexpr std::size_t least_slots = 64;

    static std::size_t filled(std::size_t slots) noexcept { return slots / 4 * 3; }
    /// Where the key is, or would be: a table is never full.
    std::size_t place_of(const Fingerprint& key) const noexcept {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t place = key.low & mask;
        while (m_slots.data()[place].number != 0 && m_slots.data()[place].key != key) {
            place = (place + 1) & mask;
        }
        return place;
    }

    std::vector<Slot> m_slots = std::vector<Slot>(least_slots);
    std::size_t m_free = filled(least_slots);
};

} // namespace assay
