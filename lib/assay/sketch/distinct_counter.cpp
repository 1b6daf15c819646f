// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/distinct_counter.hpp"

#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace assay {

namespace {

constexpr StateTag tag("DSTC");
constexpr std::uint8_t version = 1;
/// Hashes that are worth to be sorted in.
constexpr std::size_t least_room = 4096;

/// First by their highest bits into buckets of a few, as which hashes are spread evenly.
void sort_hashes(std::vector<std::uint64_t>& hashes) {
    constexpr std::size_t of_bucket = 16;
    constexpr int most_bits = 12;
    const int bits =
        std::min(most_bits, static_cast<int>(std::bit_width(hashes.size() / of_bucket)));
    if (bits == 0) {
        std::sort(hashes.begin(), hashes.end());
        return;
    }
    const auto bucket_of = [bits](std::uint64_t hash) { return hash >> (64 - bits); };
    std::vector<std::size_t> ends(std::size_t{1} << bits);
    for (const std::uint64_t hash : hashes) {
        ++ends.data()[bucket_of(hash)];
    }
    std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), std::size_t{0});
    std::vector<std::uint64_t> sorted(hashes.size());
    for (const std::uint64_t hash : hashes) {
        sorted.data()[ends.data()[bucket_of(hash)]++] = hash;
    }
    std::size_t start = 0;
    for (const std::size_t end : ends) {
        std::sort(sorted.data() + start, sorted.data() + end);
        start = end;
    }
    hashes.swap(sorted);
}

/// Add ascending hashes to others, each once, from the back so that no second copy is needed.
void merge_into(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
    std::size_t left = into.size();
    std::size_t right = from.size();
    into.resize(left + right);
    std::size_t out = into.size();
    while (left > 0 && right > 0) {
        const std::uint64_t a = into.data()[left - 1];
        const std::uint64_t b = from.data()[right - 1];
        left -= a >= b ? 1 : 0;
        right -= b >= a ? 1 : 0;
        into.data()[--out] = std::max(a, b);
    }
    while (right > 0) {
        into.data()[--out] = from.data()[--right];
    }
    // What was equal left a gap behind the first ones, which are in place.
    into.erase(into.begin() + static_cast<std::ptrdiff_t>(left),
               into.begin() + static_cast<std::ptrdiff_t>(out));
}

/// A count of at least `floor` that an int64 can hold.
std::int64_t to_count(double number, std::int64_t floor) {
    return std::max(floor, static_cast<std::int64_t>(std::min(number, 0x1p62)));
}

} // namespace

DistinctCounter::DistinctCounter(std::size_t limit) : m_limit(limit) {}

void DistinctCounter::add(std::span<const std::uint64_t> hashes) {
    while (!m_sketch && !hashes.empty()) {
        const auto taken = hashes.first(std::min(hashes.size(), room() - m_recent.size()));
        m_recent.insert(m_recent.end(), taken.begin(), taken.end());
        hashes = hashes.subspan(taken.size());
        if (m_recent.size() == room()) {
            settle();
        }
    }
    for (const std::uint64_t hash : hashes) {
        m_sketch->add(hash);
    }
}

void DistinctCounter::merge(const DistinctCounter& other) {
    m_limit = std::min(m_limit, other.m_limit);
    settle();
    const DistinctCounter added = other.settled();
    if (!m_sketch && (added.m_sketch || m_sorted.size() > m_limit)) {
        keep_only_sketch();
    }
    if (m_sketch) {
        m_sketch->merge(added.sketch());
        return;
    }
    merge_into(m_sorted, added.m_sorted);
    if (m_sorted.size() > m_limit) {
        keep_only_sketch();
    }
}

DistinctCount DistinctCounter::count() const {
    if (!m_recent.empty()) {
        return settled().count();
    }
    if (!m_sketch) {
        const auto exact = static_cast<std::int64_t>(m_sorted.size());
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
    HyperLogLog sketch;
    for (const auto* hashes : {&m_sorted, &m_recent}) {
        for (const std::uint64_t hash : *hashes) {
            sketch.add(hash);
        }
    }
    return sketch;
}

/// So many that each hash that is kept is moved a few times only, within a third of the limit.
std::size_t DistinctCounter::room() const noexcept {
    return std::max(least_room, std::min(m_sorted.size() / 2, m_limit / 3));
}

/// Sort the recent hashes in.
void DistinctCounter::settle() {
    sort_hashes(m_recent);
    m_recent.erase(std::unique(m_recent.begin(), m_recent.end()), m_recent.end());
    // Room for what comes, but not for more than the limit lets in.
    if (const auto wanted = m_sorted.size() + m_recent.size(); wanted > m_sorted.capacity()) {
        m_sorted.reserve(std::max(wanted, std::min(2 * wanted, m_limit + m_limit / 3)));
    }
    merge_into(m_sorted, m_recent);
    m_recent.clear();
    if (m_sorted.size() > m_limit) {
        keep_only_sketch();
    }
}

DistinctCounter DistinctCounter::settled() const {
    DistinctCounter copy = *this;
    copy.settle();
    return copy;
}

void DistinctCounter::keep_only_sketch() {
    m_sketch = sketch();
    m_sorted = {};
    m_recent = {};
}

void DistinctCounter::write(StateWriter& writer) const {
    if (!m_recent.empty()) {
        settled().write(writer);
        return;
    }
    writer.begin(tag, version);
    writer.hashes();
    if (m_sketch || m_sorted.size() > most_saved) {
        writer.varint(m_sketch ? m_limit : most_saved);
        writer.u8(1);
        sketch().write(writer);
        return;
    }
    writer.varint(m_limit);
    writer.u8(0);
    writer.varint(m_sorted.size());
    for (const std::uint64_t hash : m_sorted) {
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
    return counter;
}

void DistinctCounter::read_set(StateReader& reader) {
    const std::size_t count = reader.length(sizeof(std::uint64_t));
    reader.expect(count <= std::min(m_limit, most_saved),
                  "has more hashes of distinct values than it may");
    m_sorted.reserve(count);
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t hash = reader.u64();
        reader.expect(i == 0 || hash > last, "has hashes of distinct values in disorder");
        m_sorted.push_back(hash);
        last = hash;
    }
}

} // namespace assay
