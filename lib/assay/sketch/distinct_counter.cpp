// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/distinct_counter.hpp"

#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <utility>

namespace assay {

namespace {

constexpr StateTag tag("DSTC");
constexpr std::uint8_t version = 1;
constexpr std::size_t smallest_table = 64;
/// How far ahead of the probe a slot is fetched: a few cache misses of ~100 ns in flight.
constexpr std::size_t prefetch_distance = 8;

/// Slots that hold `count` hashes at a load of at most 3/4.
std::size_t slots_for(std::size_t count) {
    return std::max(smallest_table, std::bit_ceil(count + count / 3 + 1));
}

/// A count of at least `floor` that an int64 can hold.
std::int64_t to_count(double number, std::int64_t floor) {
    return std::max(floor, static_cast<std::int64_t>(std::min(number, 0x1p62)));
}

} // namespace

DistinctCounter::DistinctCounter(std::size_t limit) : m_limit(limit), m_slots(smallest_table) {}

void DistinctCounter::add(std::uint64_t hash) {
    if (m_sketch) {
        m_sketch->add(hash);
        return;
    }
    insert(hash);
}

void DistinctCounter::add(std::span<const std::uint64_t> hashes) {
    std::size_t i = 0;
    for (; !m_sketch && i < hashes.size(); ++i) {
        if (i + prefetch_distance < hashes.size()) {
            __builtin_prefetch(&m_slots[home(hashes[i + prefetch_distance])]);
        }
        insert(hashes[i]);
    }
    if (m_sketch) {
        for (const std::uint64_t hash : hashes.subspan(i)) {
            m_sketch->add(hash);
        }
    }
}

void DistinctCounter::merge(const DistinctCounter& other) {
    m_limit = std::min(m_limit, other.m_limit);
    if (!m_sketch && (other.m_sketch || size() > m_limit)) {
        drop_set();
    }
    if (m_sketch) {
        m_sketch->merge(other.sketch());
        return;
    }
    // Without room for all of them, hashes that arrive in slot order pile up at the front.
    reserve(std::min(m_limit, m_used + other.m_used));
    if (other.m_has_zero) {
        add(0);
    }
    for (const std::uint64_t hash : other.m_slots) {
        if (hash != 0) {
            add(hash);
        }
    }
}

DistinctCount DistinctCounter::count() const {
    if (!m_sketch) {
        const auto exact = static_cast<std::int64_t>(size());
        return {exact, exact, exact, true};
    }
    const CardinalityEstimate estimate = m_sketch->estimate();
    // That the set was outgrown is a fact, whatever the sketch says.
    const auto floor = static_cast<std::int64_t>(m_limit) + 1;
    return {to_count(std::round(estimate.value), floor),
            to_count(std::floor(estimate.lower), floor), to_count(std::ceil(estimate.upper), floor),
            false};
}

HyperLogLog DistinctCounter::sketch() const {
    if (m_sketch) {
        return *m_sketch;
    }
    HyperLogLog sketch;
    if (m_has_zero) {
        sketch.add(0);
    }
    for (const std::uint64_t hash : m_slots) {
        if (hash != 0) {
            sketch.add(hash);
        }
    }
    return sketch;
}

void DistinctCounter::insert(std::uint64_t hash) {
    if (hash == 0) {
        m_has_zero = true;
    } else {
        std::size_t slot = home(hash);
        while (m_slots[slot] != 0) {
            if (m_slots[slot] == hash) {
                return;
            }
            slot = (slot + 1) & (m_slots.size() - 1);
        }
        m_slots[slot] = hash;
        ++m_used;
    }
    if (size() > m_limit) {
        drop_set();
    } else {
        reserve(m_used);
    }
}

void DistinctCounter::place(std::uint64_t hash) noexcept {
    std::size_t slot = home(hash);
    while (m_slots[slot] != 0) {
        slot = (slot + 1) & (m_slots.size() - 1);
    }
    m_slots[slot] = hash;
}

void DistinctCounter::reserve(std::size_t count) {
    const std::size_t wanted = slots_for(count);
    if (wanted <= m_slots.size()) {
        return;
    }
    const std::vector<std::uint64_t> old =
        std::exchange(m_slots, std::vector<std::uint64_t>(wanted));
    for (const std::uint64_t hash : old) {
        if (hash != 0) {
            place(hash);
        }
    }
}

void DistinctCounter::drop_set() {
    m_sketch = sketch();
    m_slots = {};
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
    std::vector<std::uint64_t> hashes;
    std::copy_if(m_slots.begin(), m_slots.end(), std::back_inserter(hashes),
                 [](std::uint64_t hash) { return hash != 0; });
    if (m_has_zero) {
        hashes.push_back(0);
    }
    std::sort(hashes.begin(), hashes.end());
    writer.varint(hashes.size());
    for (const std::uint64_t hash : hashes) {
        writer.u64(hash); // random ones do not get shorter
    }
}

DistinctCounter DistinctCounter::read(StateReader& reader) {
    reader.begin(tag, version);
    reader.hashes();
    DistinctCounter counter(static_cast<std::size_t>(reader.varint()));
    const std::uint8_t form = reader.u8();
    reader.expect(form <= 1, "counts distinct values in a form that is not known");
    if (form == 0) {
        counter.read_set(reader);
        return counter;
    }
    reader.expect(counter.m_limit < static_cast<std::uint64_t>(StateReader::max_tally),
                  "counts more distinct values than there can be");
    counter.m_sketch = HyperLogLog::read(reader);
    counter.m_slots = {};
    return counter;
}

void DistinctCounter::read_set(StateReader& reader) {
    const std::size_t count = reader.length(sizeof(std::uint64_t));
    reader.expect(count <= std::min(m_limit, most_saved),
                  "has more hashes of distinct values than it may");
    reserve(count);
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t hash = reader.u64();
        reader.expect(i == 0 || hash > last, "has hashes of distinct values in disorder");
        insert(hash);
        last = hash;
    }
}

} // namespace assay
