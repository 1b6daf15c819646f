// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/log_histogram.hpp"

#include "assay/base/error.hpp"
#include "assay/sketch/quantiles.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>

namespace assay {

namespace {

constexpr StateTag tag("LOGH");
constexpr std::uint8_t version = 1;
constexpr std::size_t smallest_table = 64;
/// Buckets in an octave at the finest scale.
constexpr int octave = 1 << LogHistogram::finest_scale;
/// What makes the keys of all doubles positive, in octaves.
constexpr int offset_octaves = 2048;
/// The positions of 2^-1074 and of the largest double at the finest scale.
constexpr int lowest_position = (offset_octaves - 1074) * octave;
constexpr int highest_position = (offset_octaves + 1024) * octave;

/// Where the buckets of an octave end.
struct Octave {
    /// 2^(j/octave) for j = 0..octave. Products of square roots, which IEEE arithmetic rounds alike
    /// everywhere; the logarithms of libraries differ in the last bit, and then in the bucket.
    std::array<double, octave + 1> edges{};
    /// The first edge at or behind 1 + i/octave: the one to look at first.
    std::array<std::int32_t, octave> first{};
};

Octave make_octave() {
    Octave made;
    made.edges.fill(1);
    double root = 2;
    for (std::size_t bit = octave; bit >= 1; bit /= 2) {
        for (std::size_t j = 0; j < made.edges.size(); ++j) {
            made.edges.at(j) *= (j & bit) != 0 ? root : 1;
        }
        root = std::sqrt(root);
    }
    std::size_t j = 0;
    for (std::size_t i = 0; i < octave; ++i) {
        while (made.edges.at(j) < 1 + static_cast<double>(i) / octave) {
            ++j;
        }
        made.first.at(i) = static_cast<std::int32_t>(j);
    }
    return made;
}

/// The position of a positive number at the finest scale.
std::int32_t finest_position(double number) {
    static const Octave table = make_octave();
    int exponent = 0;
    const double mantissa = 2 * std::frexp(number, &exponent); // 1 <= mantissa < 2
    std::int32_t j = table.first[static_cast<std::size_t>((mantissa - 1) * octave)];
    while (mantissa > table.edges[static_cast<std::size_t>(j)]) {
        ++j; // twice at most
    }
    return (offset_octaves + exponent - 1) * octave + j;
}

/// n / 2^steps rounded away from zero: the position of the bucket that a bucket becomes part of.
std::int32_t coarser(std::int32_t position, int steps) {
    const std::int32_t round_up = (std::int32_t{1} << steps) - 1;
    return position < 0 ? -((-position + round_up) >> steps) : (position + round_up) >> steps;
}

/// base^(key + offset) of the bucket at a position, times a factor of at most 1.
double edge_of(std::int32_t position, int scale, int offset, double factor = 1) {
    const int key = std::abs(position) + offset -
                    coarser(offset_octaves * octave, LogHistogram::finest_scale - scale);
    const double exponent = std::ldexp(static_cast<double>(key), -scale);
    const double whole = std::floor(exponent);
    // In two steps, because 2^1024 times the factor may be a number when 2^1024 is none.
    const double size = std::ldexp(std::exp2(exponent - whole) * factor, static_cast<int>(whole));
    const double number = std::min(size, std::numeric_limits<double>::max());
    return position < 0 ? -number : number;
}

double base_of(int scale) { return std::exp2(std::ldexp(1.0, -scale)); }

bool is_position(std::int64_t position, int scale) {
    const int steps = LogHistogram::finest_scale - scale;
    const std::int64_t size = std::abs(position);
    return size == 0 ||
           (coarser(lowest_position, steps) <= size && size <= coarser(highest_position, steps));
}

} // namespace

LogHistogram::LogHistogram() : m_slots(smallest_table) {}

void LogHistogram::add(double value, std::int64_t times) {
    if (!std::isfinite(value) || times < 1) {
        throw Error(ErrorKind::internal, "a logarithmic histogram takes finite values only");
    }
    Position position = 0;
    if (value != 0) {
        position = coarser(finest_position(std::abs(value)), finest_scale - m_scale);
    }
    count_at(value < 0 ? -position : position, times);
    limit_buckets();
}

void LogHistogram::merge(const LogHistogram& other) {
    coarsen(other.m_scale);
    const int steps = other.m_scale - m_scale;
    for (const Slot& slot : other.sorted()) { // a copy: the other one may be this one
        count_at(coarser(slot.position, steps), slot.count);
    }
    limit_buckets();
}

bool LogHistogram::subtract(const LogHistogram& older) {
    LogHistogram less = older;
    less.coarsen(m_scale);
    LogHistogram rest = *this;
    rest.coarsen(less.m_scale);
    std::vector<Slot> left;
    const std::vector<Slot> taken = less.sorted();
    auto next = taken.begin();
    for (Slot slot : rest.sorted()) {
        if (next != taken.end() && next->position == slot.position) {
            slot.count -= next->count;
            ++next;
        }
        if (slot.count < 0) {
            return false;
        }
        if (slot.count > 0) {
            left.push_back(slot);
        }
    }
    if (next != taken.end()) {
        return false;
    }
    assign(left, rest.m_scale, rest.m_scale);
    return true;
}

void LogHistogram::coarsen(int scale) {
    const int wanted = std::max(scale, coarsest_scale);
    if (wanted < m_scale) {
        assign(sorted(), m_scale, wanted);
    }
}

double LogHistogram::relative_error() const noexcept {
    const double base = base_of(m_scale);
    return (base - 1) / (base + 1);
}

std::optional<double> LogHistogram::quantile(double rank) const {
    if (m_count == 0) {
        return std::nullopt;
    }
    std::int64_t left = nearest_rank(rank, m_count);
    Position position = 0;
    for (const Slot& slot : sorted()) {
        position = slot.position;
        left -= slot.count;
        if (left <= 0) {
            break;
        }
    }
    // The harmonic middle of the bucket: as far from one edge as from the other, relatively.
    return position == 0 ? 0 : edge_of(position, m_scale, 0, 2 / (base_of(m_scale) + 1));
}

std::vector<LogBucket> LogHistogram::buckets() const {
    std::vector<LogBucket> buckets;
    for (const Slot& slot : sorted()) {
        if (slot.position == 0) {
            buckets.push_back({0, 0, slot.count});
            continue;
        }
        const double inner = edge_of(slot.position, m_scale, -1);
        const double outer = edge_of(slot.position, m_scale, 0);
        buckets.push_back({std::min(inner, outer), std::max(inner, outer), slot.count});
    }
    return buckets;
}

LogHistogram::Slot& LogHistogram::find(Position position) noexcept {
    // Neighbours spread by the golden ratio (Knuth, TAOCP 6.4).
    const std::uint64_t hash = static_cast<std::uint32_t>(position) * 0x9e3779b97f4a7c15U;
    std::size_t index = (hash >> 32) & (m_slots.size() - 1);
    while (m_slots[index].count != 0 && m_slots[index].position != position) {
        index = (index + 1) & (m_slots.size() - 1);
    }
    return m_slots[index];
}

void LogHistogram::count_at(Position position, std::int64_t times) {
    Slot& slot = find(position);
    const bool is_new = slot.count == 0;
    slot = {position, slot.count + times};
    m_count += times;
    if (!is_new || ++m_used <= m_slots.size() / 4 * 3) {
        return;
    }
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    for (const Slot& moved : old) {
        if (moved.count != 0) {
            find(moved.position) = moved;
        }
    }
}

void LogHistogram::limit_buckets() {
    while (m_used > max_buckets) {
        coarsen(m_scale - 1);
    }
}

void LogHistogram::assign(const std::vector<Slot>& slots, int scale, int new_scale) {
    m_slots.assign(smallest_table, {});
    m_used = 0;
    m_count = 0;
    m_scale = new_scale;
    for (const Slot& slot : slots) {
        count_at(coarser(slot.position, scale - new_scale), slot.count);
    }
}

std::vector<LogHistogram::Slot> LogHistogram::sorted() const {
    std::vector<Slot> slots;
    std::copy_if(m_slots.begin(), m_slots.end(), std::back_inserter(slots),
                 [](const Slot& slot) { return slot.count != 0; });
    std::sort(slots.begin(), slots.end(),
              [](const Slot& a, const Slot& b) { return a.position < b.position; });
    return slots;
}

void LogHistogram::write(StateWriter& writer) const {
    writer.begin(tag, version);
    writer.signed_varint(m_scale);
    writer.varint(m_used);
    std::int64_t lowest = 0; // what the next position may be at least
    for (const Slot& slot : sorted()) {
        writer.signed_varint(slot.position - lowest);
        writer.varint(static_cast<std::uint64_t>(slot.count));
        lowest = slot.position + 1;
    }
}

LogHistogram LogHistogram::read(StateReader& reader) {
    reader.begin(tag, version);
    const std::int64_t scale = reader.signed_varint();
    reader.expect(coarsest_scale <= scale && scale <= finest_scale,
                  "is a logarithmic histogram with an impossible scale");
    const std::size_t used = reader.length(2);
    reader.expect(used <= max_buckets, "is a logarithmic histogram with too many buckets");
    std::vector<Slot> slots;
    std::int64_t lowest = 0;
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < used; ++i) {
        const std::int64_t step = reader.signed_varint();
        reader.expect((i == 0 || step >= 0) && std::abs(step / 4) <= highest_position &&
                          is_position(lowest + step, static_cast<int>(scale)),
                      "is a logarithmic histogram with an impossible bucket");
        const std::int64_t count = reader.tally_after(seen);
        reader.expect(count > 0, "is a logarithmic histogram with an empty bucket");
        slots.push_back({static_cast<Position>(lowest + step), count});
        seen += count;
        lowest += step + 1;
    }
    LogHistogram histogram;
    histogram.assign(slots, static_cast<int>(scale), static_cast<int>(scale));
    return histogram;
}

} // namespace assay
