// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace assay {

/// The values of a stream that come first in an order, repeats included. Candidates are gathered
/// and only now and then reduced to the best of them, so that a stream in the worst order costs no
/// more than one that is mixed.
template <typename T, typename Before>
class FirstValues {
public:
    /// Enough to make the 99.99 % quantile of 640,000 values exact.
    static constexpr std::size_t capacity = 64;

    void add(std::span<const T> values) {
        const Before before;
        for (const T value : values) {
            if (!m_full || before(value, m_last)) {
                m_values.push_back(value);
                if (m_values.size() == most_candidates) {
                    reduce();
                }
            }
        }
    }
    void merge(const FirstValues& other) { add(other.m_values); }
    /// In order, at most `capacity`.
    std::vector<T> sorted() const {
        std::vector<T> values = m_values;
        std::sort(values.begin(), values.end(), Before{});
        values.resize(std::min(values.size(), capacity));
        return values;
    }

    /// The same through a conversion that keeps the order.
    template <typename U, typename Other>
    FirstValues<U, Other> converted() const {
        FirstValues<U, Other> result;
        for (const T value : m_values) {
            const auto converted = static_cast<U>(value);
            result.add({&converted, 1});
        }
        return result;
    }

private:
    static constexpr std::size_t most_candidates = 16 * capacity;

    void reduce() {
        const auto last = m_values.begin() + (capacity - 1);
        std::nth_element(m_values.begin(), last, m_values.end(), Before{});
        m_last = *last;
        m_full = true;
        m_values.resize(capacity);
    }

    std::vector<T> m_values;
    bool m_full = false; ///< values behind m_last are of no interest any more
    T m_last{};
};

/// The smallest and the largest values of a stream, repeats included.
template <typename T>
class Extremes {
public:
    static constexpr std::size_t capacity = FirstValues<T, std::less<T>>::capacity;

    void add(std::span<const T> values) {
        m_smallest.add(values);
        m_largest.add(values);
    }
    void merge(const Extremes& other) {
        m_smallest.merge(other.m_smallest);
        m_largest.merge(other.m_largest);
    }
    /// Smallest first.
    std::vector<T> smallest() const { return m_smallest.sorted(); }
    /// Largest first.
    std::vector<T> largest() const { return m_largest.sorted(); }

    /// The same through a conversion that keeps the order.
    template <typename U>
    Extremes<U> converted() const {
        Extremes<U> result;
        result.m_smallest = m_smallest.template converted<U, std::less<U>>();
        result.m_largest = m_largest.template converted<U, std::greater<U>>();
        return result;
    }

private:
    template <typename U>
    friend class Extremes;

    FirstValues<T, std::less<T>> m_smallest;
    FirstValues<T, std::greater<T>> m_largest;
};

} // namespace assay
