// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
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
/// odd or even by a coin, to the next level. The coin comes from a counter, so that equal input in
/// equal order gives equal results. T is ordered and has no NaN.
template <typename T>
class Kll {
public:
    /// 19 kB; every rank is right within 0.35 % with 99 % probability.
    static constexpr unsigned k = 800;

    /// Single-sided rank error at 99 %; the constants were fitted to simulations by the authors of
    /// the Apache DataSketches library.
    static double rank_error() { return 2.296 / std::pow(double{k}, 0.9723); }

    Kll() : m_levels(1) { set_capacities(); }

    void add(T value) {
        m_levels[0].push_back(value);
        ++m_count;
        if (++m_retained > m_total_capacity) {
            compress();
        }
    }

    void merge(const Kll& other) {
        while (m_levels.size() < other.m_levels.size()) {
            m_levels.emplace_back();
        }
        set_capacities();
        m_levels[0].insert(m_levels[0].end(), other.m_levels[0].begin(), other.m_levels[0].end());
        for (std::size_t h = 1; h < other.m_levels.size(); ++h) {
            merge_into(h, other.m_levels[h]);
        }
        m_count += other.m_count;
        m_retained += other.m_retained;
        while (m_retained > m_total_capacity) {
            compress();
        }
    }

    std::int64_t count() const noexcept { return m_count; }

    /// All values that were kept, in order; the weights add up to count().
    std::vector<WeightedValue<T>> sorted() const {
        std::vector<WeightedValue<T>> values;
        values.reserve(m_retained);
        for (std::size_t h = 0; h < m_levels.size(); ++h) {
            for (const T value : m_levels[h]) {
                values.push_back({value, std::int64_t{1} << h});
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
            for (const T value : m_levels[h]) {
                result.m_levels[h].push_back(static_cast<U>(value));
            }
        }
        result.set_capacities();
        result.m_count = m_count;
        result.m_retained = m_retained;
        result.m_flips = m_flips;
        return result;
    }

private:
    template <typename U>
    friend class Kll;

    static constexpr std::size_t smallest_level = 8;

    /// Each level holds 2/3 of the one above it.
    void set_capacities() {
        m_capacities.resize(m_levels.size());
        m_total_capacity = 0;
        for (std::size_t h = 0; h < m_levels.size(); ++h) {
            const auto depth = static_cast<double>(m_levels.size() - 1 - h);
            const double size = std::round(k * std::pow(2.0 / 3.0, depth));
            m_capacities[h] = std::max(smallest_level, static_cast<std::size_t>(size));
            m_total_capacity += m_capacities[h];
        }
    }

    /// splitmix64 of a counter.
    bool flip() noexcept {
        std::uint64_t x = ++m_flips * 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return ((x ^ (x >> 31)) & 1) != 0;
    }

    void compress() {
        std::size_t h = 0;
        while (m_levels[h].size() < m_capacities[h]) {
            ++h;
        }
        if (h + 1 == m_levels.size()) {
            m_levels.emplace_back();
            set_capacities();
        }
        compact(h);
    }

    void compact(std::size_t h) {
        auto& level = m_levels[h];
        if (h == 0) {
            std::sort(level.begin(), level.end());
        }
        // Of an odd number of values, the first one stays.
        const std::size_t kept = level.size() % 2;
        m_promoted.clear();
        for (std::size_t i = kept + (flip() ? 1 : 0); i < level.size(); i += 2) {
            m_promoted.push_back(level[i]);
        }
        level.resize(kept);
        m_retained -= m_promoted.size();
        merge_into(h + 1, m_promoted);
    }

    void merge_into(std::size_t h, const std::vector<T>& sorted_values) {
        auto& level = m_levels[h];
        m_merged.resize(level.size() + sorted_values.size());
        std::merge(level.begin(), level.end(), sorted_values.begin(), sorted_values.end(),
                   m_merged.begin());
        std::swap(level, m_merged);
    }

    std::vector<std::vector<T>> m_levels; ///< sorted, except level 0
    std::vector<std::size_t> m_capacities;
    std::size_t m_total_capacity = 0;
    std::size_t m_retained = 0;
    std::int64_t m_count = 0;
    std::uint64_t m_flips = 0;
    std::vector<T> m_promoted; ///< memory that compactions reuse, as is m_merged
    std::vector<T> m_merged;
};

} // namespace assay
