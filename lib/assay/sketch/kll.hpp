// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/sketch/merge_sort.hpp"
#include "assay/sketch/saved_values.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace assay {

/// A value that stands for `weight` values of a stream.
template <typename T>
struct WeightedValue {
    T value;
    std::int64_t weight;
};

/// KLL quantile sketch (Karnin, Lang, Liberty, arXiv 1603.05346). Levels of values: one on level h
/// stands for 2^h values of the stream. A level that is full gives every other one of its values,
/// odd or even by a coin, to the next level. Long streams enter through the sampler of the same
/// paper: of every 2^b values in a row one is drawn and enters on level b. Coins and draws come
/// from a counter, so that equal input in equal order gives equal results. T is ordered and has no
/// NaN.
template <typename T>
class Kll {
public:
    /// 19 kB; without the sampler every rank is right within 0.35 % with 99 % probability.
    static constexpr unsigned k = 800;
    /// Values that enter on a level before the next ones enter on the level above it.
    static constexpr std::int64_t entries_per_level = std::int64_t{1} << 17;

    Kll() : m_levels(1) { set_capacities(); }

    /// Single-sided rank error at 99 %: that of the levels, whose constants were fitted to
    /// simulations by the authors of the Apache DataSketches library, and that of the draws, each
    /// of which may misplace its 2^b values by half of them.
    double rank_error() const {
        const double levels = 2.296 / std::pow(double{k}, 0.9723);
        if (m_draw_variance == 0) {
            return levels;
        }
        constexpr double normal_99 = 2.5758;
        const double draws = normal_99 * std::sqrt(m_draw_variance) / static_cast<double>(m_count);
        return std::min(1.0, std::hypot(levels, draws));
    }

    /// Of a sketch without values: at least so many are to come. The first levels are left out, of
    /// whose draws nobody would learn more: one to two times entries_per_level enter of that many.
    void expect(std::int64_t count) {
        while (count >> (m_base + 1) >= entries_per_level) {
            raise_base();
        }
    }

    void add(T value) { add(std::span<const T>(&value, 1)); }
    void add(std::span<const T> values) {
        m_count += static_cast<std::int64_t>(values.size());
        while (!values.empty()) {
            values = m_base == 0 ? append(values) : draw(values);
        }
    }

    void merge(const Kll& other) {
        close_block();
        while (m_base < other.m_base) {
            raise_base();
        }
        grow_to(other.m_levels.size());
        for (std::size_t h = 0; h < other.m_levels.size(); ++h) {
            std::vector<std::int64_t> keys = other.m_levels[h];
            if (h == other.m_base) {
                merge_sort(keys, m_merged);
            }
            insert(h, keys);
        }
        m_count += other.m_count;
        m_draw_variance += other.m_draw_variance;
        for (const auto& item : other.open_block()) {
            insert_weighted(item);
        }
        compress_if_full();
    }

    std::int64_t count() const noexcept { return m_count; }

    /// All values that were kept, in order; the weights add up to count().
    std::vector<WeightedValue<T>> sorted() const {
        std::vector<WeightedValue<T>> values = open_block();
        values.reserve(m_retained + 1);
        for (std::size_t h = 0; h < m_levels.size(); ++h) {
            for (const std::int64_t key : m_levels[h]) {
                values.push_back({number_of_key<T>(key), std::int64_t{1} << h});
            }
        }
        std::sort(values.begin(), values.end(),
                  [](const auto& left, const auto& right) { return left.value < right.value; });
        return values;
    }

    /// The same through a conversion that keeps the order.
    template <typename U>
    Kll<U> converted() const {
        Kll<U> result;
        result.m_levels.resize(m_levels.size());
        for (std::size_t h = 0; h < m_levels.size(); ++h) {
            for (const std::int64_t key : m_levels[h]) {
                result.m_levels[h].push_back(order_key(static_cast<U>(number_of_key<T>(key))));
            }
        }
        result.m_base = m_base;
        result.m_entries = m_entries;
        result.m_block_size = m_block_size;
        result.m_block_draw = m_block_draw;
        result.m_drawn = static_cast<U>(m_drawn);
        result.m_draw_variance = m_draw_variance;
        result.set_capacities();
        result.m_count = m_count;
        result.m_retained = m_retained;
        result.m_flips = m_flips;
        return result;
    }

    /// Everything that later results depend on: the sketch that is read back goes on as this one
    /// would. About 3 bytes for each integer that was kept, 8 for each real; T is one of the two.
    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state, or one of other values.
    static Kll read(StateReader& reader);

private:
    template <typename U>
    friend class Kll;

    static constexpr std::size_t smallest_level = 8;
    static constexpr std::size_t most_levels = 62;
    static constexpr StateTag state_tag{"KLLQ"};
    static constexpr std::uint8_t state_version = 1;

    /// Each level holds 2/3 of the one above it.
    void set_capacities() {
        m_capacities.resize(m_levels.size());
        m_total_capacity = 0;
        for (std::size_t h = 0; h < m_levels.size(); ++h) {
            const auto depth = static_cast<double>(m_levels.size() - 1 - h);
            const double size = std::round(k * std::pow(2.0 / 3.0, depth));
            m_capacities[h] = std::max(smallest_level, static_cast<std::size_t>(size));
            // Levels below the base are left behind with a value at most.
            m_total_capacity += h < m_base ? 1 : m_capacities[h];
        }
    }

    /// splitmix64 of a counter.
    std::uint64_t random() noexcept {
        std::uint64_t x = ++m_flips * 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    }

    std::int64_t block() const noexcept { return std::int64_t{1} << m_base; }

    /// Take values on level 0 until a level must be looked at. @return the others.
    std::span<const T> append(std::span<const T> values) {
        const std::size_t room = m_total_capacity + 1 - std::min(m_retained, m_total_capacity);
        // No more than the level is to have, so that it does not matter how values are cut in
        // spans.
        const auto wanted = static_cast<std::size_t>(entries_per_level - m_entries);
        const auto taken = values.first(std::min({room, wanted, values.size()}));
        for (const T value : taken) {
            m_levels[0].push_back(order_key(value));
        }
        m_retained += taken.size();
        note_entries(static_cast<std::int64_t>(taken.size()));
        compress_if_full();
        return values.subspan(taken.size());
    }

    /// Take what the block at hand still needs. @return the others.
    std::span<const T> draw(std::span<const T> values) {
        if (m_block_size == 0) {
            m_block_draw =
                static_cast<std::int64_t>(random() & static_cast<std::uint64_t>(block() - 1));
        }
        const auto wanted = static_cast<std::size_t>(block() - m_block_size);
        const std::size_t taken = std::min(wanted, values.size());
        const std::int64_t position = m_block_draw - m_block_size;
        if (position >= 0 && position < static_cast<std::int64_t>(taken)) {
            m_drawn = values[static_cast<std::size_t>(position)];
        } else if (position >= static_cast<std::int64_t>(taken)) {
            m_drawn = values[taken - 1]; // for the case that the block ends before its draw
        }
        m_block_size += static_cast<std::int64_t>(taken);
        if (m_block_size == block()) {
            m_block_size = 0;
            m_draw_variance += variance_of(block());
            m_levels[m_base].push_back(order_key(m_drawn));
            ++m_retained;
            note_entries(1);
            compress_if_full();
        }
        return values.subspan(taken);
    }

    void note_entries(std::int64_t count) {
        m_entries += count;
        if (m_entries >= entries_per_level) {
            raise_base();
        }
    }

    static double variance_of(std::int64_t weight) noexcept {
        return static_cast<double>(weight) * static_cast<double>(weight) / 4;
    }

    /// The values of a block that is not complete, as its draw so far.
    std::vector<WeightedValue<T>> open_block() const {
        if (m_block_size == 0) {
            return {};
        }
        return {{m_drawn, m_block_size}};
    }

    void close_block() {
        for (const auto& item : open_block()) {
            insert_weighted(item);
        }
        m_block_size = 0;
    }

    /// One value on each level that the weight has a bit for.
    void insert_weighted(const WeightedValue<T>& item) {
        m_draw_variance += variance_of(item.weight);
        for (std::size_t h = 0; (item.weight >> h) != 0; ++h) {
            if (((item.weight >> h) & 1) != 0) {
                grow_to(h + 1);
                insert(h, {order_key(item.value)});
            }
        }
    }

    void grow_to(std::size_t levels) {
        if (m_levels.size() < levels) {
            m_levels.resize(levels);
            set_capacities();
        }
    }

    /// From now on values enter one level higher. Level m_base is the one that is not sorted.
    void raise_base() {
        merge_sort(m_levels[m_base], m_merged);
        ++m_base;
        m_entries = 0;
        if (m_levels.size() <= m_base) {
            m_levels.resize(m_base + 1);
        }
        set_capacities();
    }

    void compress_if_full() {
        while (m_retained > m_total_capacity) {
            std::size_t h = 0;
            while (m_levels[h].size() < (h < m_base ? 2 : m_capacities[h])) {
                ++h;
            }
            grow_to(h + 2);
            compact(h);
        }
    }

    void compact(std::size_t h) {
        auto& level = m_levels[h];
        if (h == m_base) {
            merge_sort(level, m_merged);
        }
        // Of an odd number of values, the first one stays.
        const std::size_t kept = level.size() % 2;
        m_promoted.clear();
        for (std::size_t i = kept + (random() & 1); i < level.size(); i += 2) {
            m_promoted.push_back(level[i]);
        }
        m_retained -= level.size() - kept;
        level.resize(kept);
        // Every level was the highest once, and had more room than it needs further down.
        if (level.capacity() > 4 * m_capacities[h]) {
            level.shrink_to_fit();
        }
        insert(h + 1, m_promoted);
    }

    void insert(std::size_t h, const std::vector<std::int64_t>& sorted_keys) {
        auto& level = m_levels[h];
        m_retained += sorted_keys.size();
        if (h == m_base) {
            level.insert(level.end(), sorted_keys.begin(), sorted_keys.end());
            return;
        }
        m_merged.resize(level.size() + sorted_keys.size());
        merge_runs(level, sorted_keys, m_merged.data());
        level.assign(m_merged.begin(), m_merged.end()); // of just the size that it needs
    }

    void read_progress(StateReader& reader);
    void read_levels(StateReader& reader);

    /// Values by their order_key(), sorted, except on the level m_base.
    std::vector<std::vector<std::int64_t>> m_levels;
    std::vector<std::size_t> m_capacities;
    std::size_t m_total_capacity = 0;
    std::size_t m_retained = 0;
    std::size_t m_base = 0;     ///< where values enter
    std::int64_t m_entries = 0; ///< so far on that level
    std::int64_t m_count = 0;
    std::uint64_t m_flips = 0;
    std::int64_t m_block_size = 0; ///< values seen of the block that is drawn from
    std::int64_t m_block_draw = 0; ///< which of its values is taken
    T m_drawn{};
    double m_draw_variance = 0;
    std::vector<std::int64_t> m_promoted; ///< memory that compactions reuse, as is m_merged
    std::vector<std::int64_t> m_merged;
};

template <typename T>
void Kll<T>::write(StateWriter& writer) const {
    writer.begin(state_tag, state_version);
    SavedValues<T>::write_sort(writer);
    writer.varint(static_cast<std::uint64_t>(m_count));
    writer.varint(m_base);
    writer.varint(static_cast<std::uint64_t>(m_entries));
    writer.varint(m_flips);
    writer.real(m_draw_variance);
    writer.varint(static_cast<std::uint64_t>(m_block_size));
    if (m_block_size != 0) {
        writer.varint(static_cast<std::uint64_t>(m_block_draw));
        SavedValues<T>::write(writer, m_drawn);
    }
    writer.varint(m_levels.size());
    for (std::size_t h = 0; h < m_levels.size(); ++h) {
        std::vector<T> values;
        std::transform(m_levels[h].begin(), m_levels[h].end(), std::back_inserter(values),
                       number_of_key<T>);
        if (h == m_base) {
            SavedValues<T>::write_all(writer, values);
        } else {
            SavedValues<T>::write_ascending(writer, values);
        }
    }
}

template <typename T>
Kll<T> Kll<T>::read(StateReader& reader) {
    reader.begin(state_tag, state_version);
    SavedValues<T>::expect_sort(reader);
    Kll sketch;
    sketch.read_progress(reader);
    sketch.read_levels(reader);
    return sketch;
}

template <typename T>
void Kll<T>::read_progress(StateReader& reader) {
    m_count = reader.tally();
    const std::uint64_t base = reader.varint();
    // At least half as many values as enter on the level below it, see expect().
    reader.expect(base < most_levels &&
                      (std::int64_t{1} << base) / 2 <= m_count / entries_per_level,
                  "is a quantile sketch with an impossible base");
    m_base = static_cast<std::size_t>(base);
    m_entries = reader.tally();
    m_flips = reader.varint();
    m_draw_variance = reader.real();
    m_block_size = reader.tally();
    reader.expect(m_entries < entries_per_level && m_block_size < block() &&
                      m_entries * block() + m_block_size <= m_count,
                  "is a quantile sketch with more entries than values");
    // No draw stands for more values than a block has, and none is made at base 0.
    const double most_variance =
        variance_of(block()) * (static_cast<double>(m_count) / static_cast<double>(block()));
    reader.expect(m_draw_variance >= 0 && m_draw_variance <= (m_base == 0 ? 0 : most_variance),
                  "is a quantile sketch with an impossible variance");
    if (m_block_size != 0) {
        m_block_draw = reader.tally();
        reader.expect(m_block_draw < block(), "is a quantile sketch with an impossible draw");
        m_drawn = SavedValues<T>::read(reader);
    }
}

template <typename T>
void Kll<T>::read_levels(StateReader& reader) {
    const std::size_t levels = reader.length(1);
    reader.expect(m_base < levels && levels <= most_levels,
                  "is a quantile sketch with an impossible number of levels");
    m_levels.resize(levels);
    set_capacities();
    std::int64_t missing = m_count - m_block_size;
    for (std::size_t h = 0; h < levels; ++h) {
        const std::vector<T> values =
            h == m_base ? SavedValues<T>::read_all(reader) : SavedValues<T>::read_ascending(reader);
        for (const T value : values) {
            m_levels[h].push_back(order_key(value));
        }
        const auto size = static_cast<std::int64_t>(m_levels[h].size());
        reader.expect(size <= missing >> h, "is a quantile sketch of more values than it counted");
        missing -= size << h;
        m_retained += m_levels[h].size();
    }
    reader.expect(missing == 0, "is a quantile sketch of fewer values than it counted");
    reader.expect(m_retained <= m_total_capacity, "is a quantile sketch that is too full");
}

} // namespace assay
