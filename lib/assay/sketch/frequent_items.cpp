// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/frequent_items.hpp"

#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <tuple>

namespace assay {

namespace {

constexpr std::size_t smallest_table = 8;
constexpr std::size_t first_table = 64;
/// What a place of the filter can count to.
constexpr std::int64_t most_filtered = std::numeric_limits<std::uint32_t>::max();
/// Of a saved state: the names of all items stay within 32 bits.
constexpr std::uint64_t most_slots = std::uint64_t{1} << 24;
constexpr StateTag state_tag("FRQI");
constexpr std::uint8_t state_version = 1;

/// An item without a counter may have been in any of the cells that become one.
void fold_filter(std::vector<std::uint32_t>& filter, std::size_t size) {
    for (std::size_t i = size; i < filter.size(); ++i) {
        filter[i % size] = std::max(filter[i % size], filter[i]);
    }
    filter.resize(size);
}

template <typename Item>
void sort_by_key(std::vector<Item>& items) {
    std::sort(items.begin(), items.end(),
              [](const Item& left, const Item& right) { return left.tally.key < right.tally.key; });
}

} // namespace

FrequentItems::FrequentItems(std::size_t slots)
    : m_max_slots(std::max(smallest_table, std::bit_ceil(slots))),
      m_tags(std::min(first_table, m_max_slots) + sizeof(TagGroup)),
      m_tallies(std::min(first_table, m_max_slots)), m_origins(m_tallies.size()),
      m_signs(m_tallies.size() * signs_per_slot / sign_bits) {}

void FrequentItems::name(std::uint64_t hash, std::uint8_t tag, std::string_view bytes) {
    const std::size_t slot = find(hash);
    if (is_free(slot)) {
        return;
    }
    const std::string_view kept = bytes.substr(0, max_bytes);
    Origin& origin = m_origins[slot];
    origin.start = static_cast<std::uint32_t>(m_arena.size());
    origin.length = static_cast<std::uint16_t>(kept.size());
    origin.tag = tag;
    m_arena.append(kept);
}

Tracking FrequentItems::admit(const Item& item) {
    occupy(item);
    ++m_size;
    if (m_size > counters()) {
        if (m_tallies.size() < m_max_slots) {
            grow();
        } else {
            purge();
        }
    }
    return Tracking::admitted;
}

/// Rare items alone do not fill a place of the filter to twice the mean, or seldom.
void FrequentItems::raise_threshold() noexcept {
    const auto places = static_cast<std::int64_t>(m_filter.size());
    m_threshold = std::max(m_threshold, 2 * (m_filtered / places) + 2);
}

void FrequentItems::occupy(const Item& item) noexcept {
    const std::size_t slot = find(item.tally.key);
    const auto tag = static_cast<char>(tag_of(item.tally.key));
    m_tags[slot] = tag;
    if (slot < sizeof(TagGroup)) {
        m_tags[m_tallies.size() + slot] = tag;
    }
    m_tallies[slot] = item.tally;
    m_origins[slot] = item.origin;
    const std::size_t sign = sign_of(item.tally.key) % (m_signs.size() * sign_bits);
    m_signs[sign / sign_bits] |= std::uint64_t{1} << sign % sign_bits;
}

std::vector<FrequentItems::Item> FrequentItems::items() const {
    std::vector<Item> items;
    items.reserve(m_size);
    for (std::size_t i = 0; i < m_tallies.size(); ++i) {
        if (!is_free(i)) {
            items.push_back({m_tallies[i], m_origins[i]});
        }
    }
    return items;
}

void FrequentItems::refill(const std::vector<Item>& items) {
    std::fill(m_tags.begin(), m_tags.end(), 0);
    std::fill(m_signs.begin(), m_signs.end(), 0);
    for (const Item& item : items) {
        occupy(item);
    }
    m_size = items.size();
}

/// Of a new one: have these and no others.
void FrequentItems::hold(const std::vector<Item>& items) {
    while (counters() < items.size()) {
        grow();
    }
    refill(items);
}

void FrequentItems::grow() {
    const std::vector<Item> all = items();
    m_tallies.resize(m_tallies.size() * 2);
    m_origins.resize(m_tallies.size());
    m_tags.resize(m_tallies.size() + sizeof(TagGroup));
    m_signs.resize(m_tallies.size() * signs_per_slot / sign_bits);
    refill(all);
}

/// The filter answers for an item from now on.
void FrequentItems::give_back(const Item& item) {
    std::uint32_t& shared = cell(item.tally.key);
    const auto raised =
        std::max(shared, static_cast<std::uint32_t>(std::min(item.upper(), most_filtered)));
    m_filtered += raised - shared;
    shared = raised;
}

/// Give the counters of the rarest items back to the filter: a quarter of them or more.
void FrequentItems::purge() {
    if (m_filter.empty()) {
        m_filter.resize(m_max_slots);
    }
    std::vector<Item> all = items();
    std::vector<std::int64_t> uppers;
    uppers.reserve(all.size());
    for (const Item& item : all) {
        uppers.push_back(item.upper());
    }
    const auto quarter = uppers.begin() + static_cast<std::ptrdiff_t>(uppers.size() / 4);
    std::nth_element(uppers.begin(), quarter, uppers.end());
    m_threshold = std::max(m_threshold, *quarter);
    std::string kept_bytes;
    std::vector<Item> kept;
    for (Item& item : all) {
        if (item.upper() <= m_threshold) {
            give_back(item);
            continue;
        }
        const std::string_view bytes = bytes_of(item.origin);
        item.origin.start = static_cast<std::uint32_t>(kept_bytes.size());
        kept_bytes.append(bytes);
        kept.push_back(item);
    }
    m_arena.swap(kept_bytes);
    refill(kept);
}

void FrequentItems::merge(const FrequentItems& other) {
    m_total += other.m_total;
    const std::vector<Item> own = items();
    for (const Item& item : own) {
        const std::uint64_t key = item.tally.key;
        if (other.is_free(other.find(key))) {
            m_origins[find(key)].before += other.filtered(key);
        }
    }
    std::vector<Item> added;
    for (Item item : other.items()) {
        const std::size_t slot = find(item.tally.key);
        if (!is_free(slot)) {
            m_tallies[slot].count += item.tally.count;
            m_origins[slot].before += item.origin.before;
        } else {
            item.origin.before += filtered(item.tally.key);
            added.push_back(item);
        }
    }
    merge_filter(other);
    // A purge amid them goes by who came first: let that not depend on the places in the table.
    sort_by_key(added);
    for (Item item : added) {
        const std::string_view bytes = other.bytes_of(item.origin);
        // Its place is one in the other arena, and admit() may look for the bytes in this one.
        item.origin.start = 0;
        item.origin.length = 0;
        admit(item);
        name(item.tally.key, item.origin.tag, bytes);
    }
}

/// What an item without a counter had on either side adds up. Of filters of different size, the
/// finer one is folded.
void FrequentItems::merge_filter(const FrequentItems& other) {
    m_threshold += other.m_threshold;
    if (other.m_filter.empty()) {
        return;
    }
    std::vector<std::uint32_t> added = other.m_filter;
    m_filter.resize(m_filter.empty() ? added.size() : m_filter.size());
    const std::size_t size = std::min(m_filter.size(), added.size());
    fold_filter(m_filter, size);
    fold_filter(added, size);
    m_filtered = 0;
    for (std::size_t i = 0; i < size; ++i) {
        m_filter[i] += added[i];
        m_filtered += m_filter[i];
    }
}

/// The most frequent ones first, as far as that is known.
std::vector<FrequentItems::Item> FrequentItems::items_by_rank() const {
    std::vector<Item> ranked = items();
    const auto rank = [](const Item& item) { return std::tuple(-item.upper(), item.tally.key); };
    std::sort(ranked.begin(), ranked.end(),
              [&](const Item& left, const Item& right) { return rank(left) < rank(right); });
    return ranked;
}

FrequentItems FrequentItems::fold(std::size_t slots, std::int64_t fewest_to_name) const {
    FrequentItems folded(std::min(std::bit_ceil(slots), m_max_slots));
    folded.m_total = m_total;
    folded.m_threshold = m_threshold;
    std::vector<Item> kept = items_by_rank();
    const std::size_t most = folded.m_max_slots / 4 * 3;
    folded.m_filter = m_filter;
    if (folded.m_filter.size() > folded.m_max_slots) {
        fold_filter(folded.m_filter, folded.m_max_slots);
    } else if (folded.m_filter.empty() && kept.size() > most) {
        folded.m_filter.resize(folded.m_max_slots);
    }
    folded.m_filtered =
        std::accumulate(folded.m_filter.begin(), folded.m_filter.end(), std::int64_t{0});
    for (; kept.size() > most; kept.pop_back()) {
        const Item& rare = kept.back();
        folded.give_back(rare);
        folded.m_threshold = std::max(folded.m_threshold, folded.filtered(rare.tally.key));
    }
    for (Item& item : kept) {
        Origin& origin = item.origin;
        const bool is_named = item.tally.count >= fewest_to_name;
        const std::string_view bytes = is_named ? bytes_of(origin) : std::string_view();
        origin.start = static_cast<std::uint32_t>(folded.m_arena.size());
        origin.length = static_cast<std::uint16_t>(bytes.size());
        origin.tag = is_named ? origin.tag : 0;
        folded.m_arena.append(bytes);
    }
    folded.hold(kept);
    return folded;
}

std::vector<FrequentItem> FrequentItems::top(std::size_t most) const {
    std::vector<FrequentItem> found;
    for (const Item& item : items()) {
        found.push_back({item.origin.tag,
                         bytes_of(item.origin),
                         {item.tally.count, std::min(item.upper(), m_total)},
                         item.tally.key});
    }
    const auto before = [](const FrequentItem& left, const FrequentItem& right) {
        return std::tuple(-left.count.lower, left.tag, left.bytes) <
               std::tuple(-right.count.lower, right.tag, right.bytes);
    };
    const std::size_t kept = std::min(most, found.size());
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                      before);
    found.resize(kept);
    return found;
}

FrequencyBounds FrequentItems::bounds(std::uint64_t hash) const noexcept {
    const std::size_t slot = find(hash);
    if (is_free(slot)) {
        return {0, std::min(filtered(hash), m_total)};
    }
    const Item item{m_tallies[slot], m_origins[slot]};
    return {item.tally.count, std::min(item.upper(), m_total)};
}

std::int64_t FrequentItems::offset() const noexcept {
    return m_filter.empty() ? 0 : *std::max_element(m_filter.begin(), m_filter.end());
}

void FrequentItems::write(StateWriter& writer) const {
    writer.begin(state_tag, state_version);
    writer.hashes();
    writer.varint(m_max_slots);
    writer.varint(static_cast<std::uint64_t>(m_total));
    writer.varint(static_cast<std::uint64_t>(m_threshold));
    std::vector<Item> all = items();
    sort_by_key(all);
    writer.varint(all.size());
    for (const Item& item : all) {
        writer.u64(item.tally.key);
        writer.varint(static_cast<std::uint64_t>(item.tally.count));
        writer.varint(static_cast<std::uint64_t>(item.origin.before));
        writer.u8(item.origin.tag);
        writer.bytes(bytes_of(item.origin));
    }
    writer.varint(m_filter.size());
    for (const std::uint32_t shared : m_filter) {
        writer.varint(shared);
    }
}

FrequentItems FrequentItems::read(StateReader& reader) {
    reader.begin(state_tag, state_version);
    reader.hashes();
    const std::uint64_t slots = reader.varint();
    reader.expect(smallest_table <= slots && slots <= most_slots && std::has_single_bit(slots),
                  "has frequent items in an impossible number of slots");
    FrequentItems items(static_cast<std::size_t>(slots));
    items.m_total = reader.tally();
    items.m_threshold = reader.tally();
    reader.expect(items.m_threshold <= items.m_total,
                  "has frequent items with an impossible threshold");
    items.read_items(reader);
    items.read_filter(reader);
    return items;
}

void FrequentItems::read_items(StateReader& reader) {
    constexpr std::size_t least_size = sizeof(std::uint64_t) + 4;
    const std::size_t size = reader.length(least_size);
    reader.expect(size <= m_max_slots / 4 * 3, "has more frequent items than slots");
    std::vector<Item> all;
    std::int64_t counted = 0;
    for (std::size_t i = 0; i < size; ++i) {
        Item item{{reader.u64(), 0}, {}};
        reader.expect(i == 0 || item.tally.key > all.back().tally.key,
                      "has frequent items in disorder");
        item.tally.count = reader.tally_after(counted);
        counted += item.tally.count;
        item.origin.before = reader.tally();
        item.origin.tag = reader.u8();
        const std::string_view bytes = reader.bytes();
        reader.expect(counted <= m_total && item.origin.before <= m_total - item.tally.count,
                      "has items that are more frequent than all together");
        reader.expect(bytes.size() <= max_bytes, "has frequent items with too long names");
        item.origin.start = static_cast<std::uint32_t>(m_arena.size());
        item.origin.length = static_cast<std::uint16_t>(bytes.size());
        m_arena.append(bytes);
        all.push_back(item);
    }
    hold(all);
}

void FrequentItems::read_filter(StateReader& reader) {
    const std::size_t size = reader.length(1);
    if (size == 0) {
        std::int64_t counted = 0;
        for (const Item& item : items()) {
            counted += item.tally.count;
            reader.expect(item.origin.before == 0, "has exact items that came before");
        }
        reader.expect(counted == m_total && m_threshold == 0, "has exact items that do not add up");
        return;
    }
    reader.expect(smallest_table <= size && std::has_single_bit(size),
                  "has a filter of frequent items with an impossible size");
    for (std::size_t i = 0; i < size; ++i) {
        const std::int64_t shared = reader.tally_after(m_filtered);
        m_filtered += shared;
        reader.expect(shared <= std::min(m_threshold, most_filtered) && m_filtered <= m_total,
                      "has a filter of frequent items that counts too much");
        m_filter.push_back(static_cast<std::uint32_t>(shared));
    }
}

} // namespace assay
