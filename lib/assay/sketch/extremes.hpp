// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace assay {

/// The smallest and the largest values of a stream, repeats included.
template <typename T>
class Extremes {
public:
    /// Enough to make the 99.99 % quantile of 640,000 values exact.
    static constexpr std::size_t capacity = 64;

    void add(T value) {
        keep(m_smallest, value, std::less<T>{});
        keep(m_largest, value, std::greater<T>{});
    }
    void merge(const Extremes& other) {
        for (const T value : other.m_smallest) {
            keep(m_smallest, value, std::less<T>{});
        }
        for (const T value : other.m_largest) {
            keep(m_largest, value, std::greater<T>{});
        }
    }
    /// Smallest first.
    std::vector<T> smallest() const { return sorted(m_smallest, std::less<T>{}); }
    /// Largest first.
    std::vector<T> largest() const { return sorted(m_largest, std::greater<T>{}); }

    /// The same through a conversion that keeps the order.
    template <typename U>
    Extremes<U> converted() const {
        Extremes<U> result;
        for (const T value : m_smallest) {
            result.m_smallest.push_back(static_cast<U>(value));
        }
        for (const T value : m_largest) {
            result.m_largest.push_back(static_cast<U>(value));
        }
        return result;
    }

private:
    template <typename U>
    friend class Extremes;

    /// A heap whose front is the first value to give way.
    template <typename Before>
    static void keep(std::vector<T>& heap, T value, Before before) {
        if (heap.size() == capacity) {
            if (!before(value, heap.front())) {
                return;
            }
            std::pop_heap(heap.begin(), heap.end(), before);
            heap.back() = value;
        } else {
            heap.push_back(value);
        }
        std::push_heap(heap.begin(), heap.end(), before);
    }
    template <typename Before>
    static std::vector<T> sorted(std::vector<T> values, Before before) {
        std::sort(values.begin(), values.end(), before);
        return values;
    }

    std::vector<T> m_smallest;
    std::vector<T> m_largest;
};

} // namespace assay
