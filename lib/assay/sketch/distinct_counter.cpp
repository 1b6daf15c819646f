// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/distinct_counter.hpp"

#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace assay {

namespace {

constexpr StateTag tag("DSTC");
constexpr std::uint8_t version = 1;
constexpr std::size_t first_slots = 64;
constexpr std::size_t growth = 4; ///< of a table
/// Hashes that are inserted before one looks whether the limit is passed.
constexpr std::size_t at_a_time = 256;
/// Of a table for so many hashes, the quarter that stays free has room for those that pass a limit.
constexpr std::size_t least_limit = 4 * at_a_time;

std::size_t slots_for(std::size_t hashes) {
    return std::max(first_slots, std::bit_ceil(hashes + hashes / 3));
}

/// A count of at least `floor` that an int64 can hold.
std::int64_t to_count(double number, std::int64_t floor) {
    return std::max(floor, static_cast<std::int64_t>(std::min(number, 0x1p62)));
}

} // namespace

template <typename Function>
void DistinctCounter::for_each(Function function) const {
    if (m_has_zero) {
        function(std::uint64_t{0});
    }
    for (const std::uint64_t hash : m_slots) {
        if (hash != 0) {
            function(hash);
        }
    }
}

DistinctCounter::DistinctCounter(std::size_t limit, unsigned precision)
    : m_limit(limit), m_precision(precision) {}

void DistinctCounter::add(std::span<const std::uint64_t> hashes) {
    while (!m_sketch && !hashes.empty()) {
        const auto taken = hashes.first(std::min(hashes.size(), at_a_time));
        reserve(std::min(m_used + taken.size(), std::max(m_limit, least_limit)));
        insert(taken);
        hashes = hashes.subspan(taken.size());
        if (size() > m_limit) {
            keep_only_sketch();
        }
    }
    if (m_sketch) {
        m_sketch->add(hashes);
    }
}

void DistinctCounter::merge(const DistinctCounter& other) {
    m_limit = std::min(m_limit, other.m_limit);
    if (!m_sketch && (other.m_sketch || std::max(size(), other.size()) > m_limit)) {
        keep_only_sketch();
    }
    if (m_sketch) {
        m_sketch->merge(other.sketch());
        return;
    }
    // Now, because what comes in the order of a larger table crowds one that is still to grow.
    reserve(std::min(m_used + other.m_used, m_limit));
    add(other.hashes());
}

DistinctCount DistinctCounter::count() const {
    if (!m_sketch) {
        const auto exact = static_cast<std::int64_t>(size());
        return {exact, exact, exact, true};
    }
    const CardinalityEstimate estimate = m_sketch->estimate();
    // That there are more than the limit is a fact, whatever the sketch says.
    const auto floor = static_cast<std::int64_t>(m_limit) + 1;
    return {to_count(std::round(estimate.value), floor),
            to_count(std::floor(estimate.lower), floor), to_count(std::ceil(estimate.upper), floor),
            false};
}

HyperLogLog DistinctCounter::sketch() const {
    if (m_sketch) {
        return *m_sketch;
    }
    HyperLogLog sketch(m_precision);
    for_each([&sketch](std::uint64_t hash) { sketch.add(hash); });
    return sketch;
}

std::vector<std::uint64_t> DistinctCounter::hashes() const {
    std::vector<std::uint64_t> all;
    all.reserve(size());
    for_each([&all](std::uint64_t hash) { all.push_back(hash); });
    return all;
}

/// By Fibonacci hashing (Knuth, vol. 3, 6.4), so that hashes with equal bits at one end do not
/// meet.
std::size_t DistinctCounter::home(std::uint64_t hash) const noexcept {
    return hash * 0x9e37'79b9'7f4a'7c15U >>
           (64U - static_cast<unsigned>(std::countr_zero(m_slots.size())));
}

void DistinctCounter::reserve(std::size_t count) {
    if (slots_for(count) <= m_slots.size()) {
        return;
    }
    const std::size_t grown = std::min(growth * m_slots.size(), slots_for(m_limit));
    const std::vector<std::uint64_t> kept = hashes();
    m_slots.assign(std::max(slots_for(count), grown), 0);
    m_used = 0;
    insert(kept);
}

/// There is room for all of them.
void DistinctCounter::insert(std::span<const std::uint64_t> hashes) noexcept {
    constexpr std::size_t ahead = 16; // about as long as a look into a farther cache takes
    std::uint64_t* const slots = m_slots.data();
    const std::size_t last = m_slots.size() - 1;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (i + ahead < hashes.size()) {
            __builtin_prefetch(slots + home(hashes.data()[i + ahead]), 1);
        }
        const std::uint64_t hash = hashes.data()[i];
        std::size_t slot = home(hash);
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = (slot + 1) & last;
        }
        m_has_zero = m_has_zero || hash == 0;
        m_used += slots[slot] != hash ? 1 : 0;
        slots[slot] = hash;
    }
}

void DistinctCounter::keep_only_sketch() {
    m_sketch = sketch();
    m_slots = std::vector<std::uint64_t>(); // `{}` would keep the memory
    m_used = 0;
    m_has_zero = false;
}

void DistinctCounter::write(StateWriter& writer) const {
    writer.begin(tag, version);
    writer.hashes();
    if (m_sketch || size() > most_saved) {
        writer.varint(m_sketch ? m_limit : most_saved);
        writer.u8(1);
        sketch().write(writer);
        return;
    }
    writer.varint(m_limit);
    writer.u8(0);
    std::vector<std::uint64_t> ascending = hashes();
    std::sort(ascending.begin(), ascending.end());
    writer.varint(ascending.size());
    for (const std::uint64_t hash : ascending) {
        writer.u64(hash); // random ones do not get shorter
    }
}

DistinctCounter DistinctCounter::read(StateReader& reader) {
    reader.begin(tag, version);
    reader.hashes();
    DistinctCounter counter(static_cast<std::size_t>(reader.varint()));
    reader.expect(counter.m_limit < static_cast<std::uint64_t>(StateReader::max_tally),
                  "counts more distinct values than there can be");
    const std::uint8_t form = reader.u8();
    reader.expect(form <= 1, "counts distinct values in a form that is not known");
    if (form == 0) {
        counter.read_set(reader);
        return counter;
    }
    counter.m_sketch = HyperLogLog::read(reader);
    return counter;
}

void DistinctCounter::read_set(StateReader& reader) {
    const std::size_t count = reader.length(sizeof(std::uint64_t));
    reader.expect(count <= std::min(m_limit, most_saved),
                  "has more hashes of distinct values than it may");
    std::vector<std::uint64_t> ascending;
    ascending.reserve(count);
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t hash = reader.u64();
        reader.expect(i == 0 || hash > last, "has hashes of distinct values in disorder");
        ascending.push_back(hash);
        last = hash;
    }
    reserve(count);
    insert(ascending);
}

} // namespace assay
