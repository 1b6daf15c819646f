// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/endian.hpp"
#include "assay/base/word_bytes.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

class StateReader;
class StateWriter;

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
    std::uint64_t hash = 0;
};

/// What count() made of an item.
enum class Tracking : std::uint8_t {
    tracked,  ///< it has a counter, and had one before
    admitted, ///< it just got a counter: name() it
    filtered  ///< it is too rare for one, as far as is known
};

/// The most frequent items of a stream, with bounds that always hold: counters for the items that
/// are frequent, and behind them a filter, an array of counts that items share by their hash. An
/// item gets a counter when its count in the filter is more than twice the usual one (filtered
/// space saving, Homem and Carvalho, "Finding top-k elements in data streams", 2010). While there
/// are no more items than counters, each gets one at once and all counts are exact, whatever the
/// order and the partition.
///
/// Items are told apart by their 64-bit hash.
class FrequentItems {
public:
    static constexpr std::size_t default_slots = 4096;
    /// Longer items keep their first bytes; the hash still tells them apart.
    static constexpr std::size_t max_bytes = 256;

    /// @param slots rounded up to a power of two, at least 8; 3/4 of them become counters.
    explicit FrequentItems(std::size_t slots = default_slots);

    /// Count an item.
    Tracking count(std::uint64_t hash, std::int64_t weight = 1) {
        m_total += weight;
        // Often it is the one of the last call.
        if (m_tallies.data()[m_last_slot].key != hash || is_free(m_last_slot)) {
            m_last_slot = find(hash);
            if (is_free(m_last_slot)) {
                return miss(hash, weight);
            }
        }
        m_tallies.data()[m_last_slot].count += weight;
        return Tracking::tracked;
    }
    /// Count many items.
    /// @param visit called with the place of each in `hashes` and what count() made of it; it may
    /// name() an item that was admitted
    template <typename Visit>
    void count_each(std::span<const std::uint64_t> hashes, Visit visit) {
        constexpr std::size_t ahead = 24; // about as long as a look into a farther cache takes
        m_total += static_cast<std::int64_t>(hashes.size());
        Access access(*this);
        for (std::size_t i = 0; i < hashes.size(); ++i) {
            if (i + ahead < hashes.size()) {
                access.prefetch(hashes.data()[i + ahead]);
            }
            const std::uint64_t hash = hashes.data()[i];
            if (access.count(hash)) {
                visit(i, Tracking::tracked);
            } else if (access.filter(hash)) {
                visit(i, Tracking::filtered);
            } else {
                access.end();
                visit(i, miss(hash, 1));
                access = Access(*this);
            }
        }
        access.end();
    }
    /// Say what to show of an item; without effect if it has no counter.
    void name(std::uint64_t hash, std::uint8_t tag, std::string_view bytes);
    /// Count an item and name it where that is of use.
    void add(std::uint64_t hash, std::uint8_t tag, std::string_view bytes,
             std::int64_t weight = 1) {
        if (count(hash, weight) == Tracking::admitted) {
            name(hash, tag, bytes);
        }
    }
    /// Add what another one saw.
    void merge(const FrequentItems& other);

    /// The same in at most so many slots: the items that may be most frequent keep their counters,
    /// what the others counted widens the bounds of those without.
    /// @param fewest_to_name an item that is not known to have occurred as often loses what to show
    /// of it: tag 0 and no bytes.
    FrequentItems fold(std::size_t slots, std::int64_t fewest_to_name) const;

    /// Items with a counter by lower bound, highest first; ties by tag and bytes.
    std::vector<FrequentItem> top(std::size_t most) const;
    FrequencyBounds bounds(std::uint64_t hash) const noexcept;
    /// An item without a counter occurred at most as often.
    std::int64_t offset() const noexcept;
    bool is_exact() const noexcept { return m_filter.empty(); }
    /// Sum of all weights.
    std::int64_t total() const noexcept { return m_total; }
    /// Items with a counter; all there are when exact.
    std::size_t size() const noexcept { return m_size; }

    /// Equal counters write equal bytes, and what is read back goes on as they would.
    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state, or one of other hashes.
    static FrequentItems read(StateReader& reader);

private:
    /// What counting needs of an item, apart from the rest, so that four share a cache line.
    struct Tally {
        std::uint64_t key = 0;
        std::int64_t count = 0; ///< since it has a counter
    };
    struct Origin {
        std::int64_t before = 0; ///< at most as many came before it had a counter
        std::uint32_t start = 0; ///< of its bytes
        std::uint16_t length = 0;
        std::uint8_t tag = 0;
    };
    struct Item {
        Tally tally;
        Origin origin;
        std::int64_t upper() const noexcept { return tally.count + origin.before; }
    };

    using TagGroup = std::uint64_t; ///< tags that are looked at in one step

    /// Some bits of a key that the place in the table does not go by; never 0, the free slot.
    static unsigned char tag_of(std::uint64_t key) noexcept {
        return static_cast<unsigned char>(key >> 56U | 1U);
    }
    static std::size_t place(TagGroup bits) noexcept {
        return static_cast<std::size_t>(std::countr_zero(bits)) / 8;
    }

    /// The table as it is until an item is admitted.
    struct Slots {
        const char* tags;
        const Tally* tallies;
        std::size_t last;

        /// The slot of a key, or the free one where it belongs.
        std::size_t find(std::uint64_t key) const noexcept {
            const TagGroup wanted = repeat_byte(tag_of(key));
            for (std::size_t start = key & last;; start = (start + sizeof wanted) & last) {
                const auto group = load_little<TagGroup>(tags + start);
                const TagGroup ends = zero_bytes(group);
                // Up to the first free slot; all bits if there is none.
                TagGroup maybe = zero_bytes(group ^ wanted) & (ends - 1);
                for (; maybe != 0; maybe &= maybe - 1) {
                    const std::size_t slot = (start + place(maybe)) & last;
                    if (tallies[slot].key == key) {
                        return slot;
                    }
                }
                if (ends != 0) {
                    return (start + place(ends)) & last;
                }
            }
        }
    };
    /// Items whose signs are not set have no counter. Most that have none are known by that.
    static std::size_t sign_of(std::uint64_t key) noexcept { return key >> 40U; }

    Slots slots() const noexcept { return {m_tags.data(), m_tallies.data(), m_tallies.size() - 1}; }
    std::size_t find(std::uint64_t key) const noexcept { return slots().find(key); }

    /// Counts by what it holds apart from the members: for all the compiler knows, each write might
    /// change these.
    class Access {
    public:
        explicit Access(FrequentItems& items) noexcept
            : m_items(&items), m_slots(items.slots()), m_tallies(items.m_tallies.data()),
              m_signs(items.m_signs.data()), m_last_sign(items.m_signs.size() * sign_bits - 1),
              m_cells(items.m_filter.data()),
              m_last_cell(items.m_filter.empty() ? 0 : items.m_filter.size() - 1),
              m_threshold(items.m_filter.empty() ? 0 : items.m_threshold) {}
        /// Always inlined: gcc 12 takes a function that does nothing else for one without effect
        /// and drops the calls.
        [[gnu::always_inline]] void prefetch(std::uint64_t key) const noexcept {
            if (may_have(key)) {
                __builtin_prefetch(m_tallies + (key & m_slots.last));
            } else {
                __builtin_prefetch(m_cells + (key >> 32U & m_last_cell));
            }
        }
        /// @return false if it has no counter
        bool count(std::uint64_t key) noexcept {
            if (!may_have(key)) {
                return false;
            }
            const std::size_t slot = m_slots.find(key);
            const bool tracked = m_slots.tags[slot] != 0;
            if (tracked) {
                ++m_tallies[slot].count;
            }
            return tracked;
        }
        /// @return false if that takes more than counting on
        bool filter(std::uint64_t key) noexcept {
            // There is none before something is over the threshold.
            if (m_threshold == 0 || m_cells[key >> 32U & m_last_cell] >= m_threshold) {
                return false;
            }
            ++m_cells[key >> 32U & m_last_cell];
            ++m_filtered;
            return true;
        }
        /// The last call, also before the items are changed in another way.
        void end() const noexcept { m_items->m_filtered += m_filtered; }

    private:
        bool may_have(std::uint64_t key) const noexcept {
            const std::size_t sign = sign_of(key) & m_last_sign;
            return (m_signs[sign / sign_bits] >> sign % sign_bits & 1U) != 0;
        }

        FrequentItems* m_items;
        Slots m_slots;
        Tally* m_tallies;
        const std::uint64_t* m_signs;
        std::size_t m_last_sign;
        std::uint32_t* m_cells;
        std::size_t m_last_cell;
        std::int64_t m_threshold; ///< 0 without a filter
        std::int64_t m_filtered = 0;
    };
    bool is_free(std::size_t slot) const noexcept { return m_tags.data()[slot] == 0; }
    /// The filter goes by other bits than the table.
    std::uint32_t& cell(std::uint64_t key) noexcept {
        return m_filter.data()[(key >> 32U) & (m_filter.size() - 1)];
    }
    std::int64_t filtered(std::uint64_t key) const noexcept {
        return m_filter.empty() ? 0 : m_filter[(key >> 32U) & (m_filter.size() - 1)];
    }
    Tracking miss(std::uint64_t key, std::int64_t weight) {
        if (m_filter.empty()) {
            return admit({{key, weight}, {}});
        }
        std::uint32_t& shared = cell(key);
        if (shared + weight > m_threshold) {
            raise_threshold();
            if (shared + weight > m_threshold) {
                return admit({{key, weight}, {shared, 0, 0, 0}});
            }
        }
        shared += static_cast<std::uint32_t>(weight);
        m_filtered += weight;
        return Tracking::filtered;
    }
    Tracking admit(const Item& item);
    void raise_threshold() noexcept;
    std::string_view bytes_of(const Origin& origin) const noexcept {
        return std::string_view(m_arena).substr(origin.start, origin.length);
    }
    std::size_t counters() const noexcept { return m_tallies.size() / 4 * 3; }
    void occupy(const Item& item) noexcept;
    std::vector<Item> items() const;
    std::vector<Item> items_by_rank() const;
    void merge_filter(const FrequentItems& other);
    void give_back(const Item& item);
    void refill(const std::vector<Item>& items);
    void hold(const std::vector<Item>& items);
    void grow();
    void purge();
    void read_items(StateReader& reader);
    void read_filter(StateReader& reader);

    static constexpr std::size_t sign_bits = 64; ///< of a word
    static constexpr std::size_t signs_per_slot = 8;

    std::size_t m_max_slots;
    std::size_t m_size = 0;
    std::size_t m_last_slot = 0; ///< that of the last single count
    std::int64_t m_total = 0;
    std::int64_t m_threshold = 0; ///< counts of the filter up to it do not make a counter
    std::int64_t m_filtered = 0;  ///< sum of the filter
    // One entry per slot, apart because most searches only look at the tags.
    std::vector<char> m_tags; ///< the first ones once more behind the last, for groups
    std::vector<Tally> m_tallies;
    std::vector<Origin> m_origins;
    std::vector<std::uint64_t> m_signs; ///< bits
    // 32 bits are enough for streams of 2^30 * slots items.
    std::vector<std::uint32_t> m_filter; ///< empty while all counts are exact
    std::string m_arena;                 ///< the bytes of all items
};

} // namespace assay
