// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/sketch/saved_values.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
        auto next = values.begin();
        for (;;) {
            if (m_full) {
                const auto is_of_interest = [last = m_last](T value) {
                    return Before{}(value, last);
                };
                next = std::find_if(next, values.end(), is_of_interest);
            }
            if (next == values.end()) {
                return;
            }
            m_values.push_back(*next++);
            if (m_values.size() == most_candidates) {
                reduce();
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

    /// The values of sorted(), which are all that later results depend on. Before is std::less or
    /// std::greater.
    void write(StateWriter& writer) const {
        std::vector<T> values = m_values;
        SavedValues<T>::sort(values);
        const std::size_t size = std::min(values.size(), capacity);
        const std::span<const T> all = values;
        SavedValues<T>::write_ascending(writer, smallest_first ? all.first(size) : all.last(size));
    }
    /// @throws Error of kind usage if these are not so many values, or not in their order.
    static FirstValues read(StateReader& reader) {
        FirstValues result;
        result.m_values = SavedValues<T>::read_ascending(reader);
        reader.expect(result.m_values.size() <= capacity &&
                          SavedValues<T>::is_sorted(result.m_values),
                      "has extreme values in disorder");
        if (result.m_values.size() == capacity) {
            result.m_full = true;
            result.m_last = smallest_first ? result.m_values.back() : result.m_values.front();
        }
        return result;
    }

private:
    static constexpr std::size_t most_candidates = 16 * capacity;
    static constexpr bool smallest_first = Before{}(T{0}, T{1});

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
    static constexpr std::size_t capacity = FirstValues<T, std::less<>>::capacity;

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
        result.m_smallest = m_smallest.template converted<U, std::less<>>();
        result.m_largest = m_largest.template converted<U, std::greater<>>();
        return result;
    }

    void write(StateWriter& writer) const {
        writer.begin(state_tag, state_version);
        SavedValues<T>::write_sort(writer);
        m_smallest.write(writer);
        m_largest.write(writer);
    }
    /// @throws Error of kind usage if this is not such a state, or no stream has such ends.
    static Extremes read(StateReader& reader) {
        reader.begin(state_tag, state_version);
        SavedValues<T>::expect_sort(reader);
        Extremes result;
        result.m_smallest = FirstValues<T, std::less<>>::read(reader);
        result.m_largest = FirstValues<T, std::greater<>>::read(reader);
        const auto smallest = result.smallest();
        const auto largest = result.largest();
        // With `capacity` of each, nothing tells how many values there were.
        reader.expect(smallest.size() == capacity
                          ? std::equal(smallest.begin(), smallest.end(), largest.rbegin(),
                                       largest.rend(), std::less_equal<T>{})
                          : result.can_be_of(smallest.size()),
                      "has smallest and largest values that do not go together");
        return result;
    }
    /// Whether a stream of `count` values can have these ends: those in both are the same.
    bool can_be_of(std::size_t count) const {
        const auto smallest = m_smallest.sorted();
        const auto largest = m_largest.sorted();
        const std::size_t size = std::min(count, capacity);
        if (smallest.size() != size || largest.size() != size) {
            return false;
        }
        if (count >= 2 * capacity) {
            return smallest.back() <= largest.back();
        }
        const auto shared = static_cast<std::ptrdiff_t>(2 * size - count);
        return std::equal(smallest.end() - shared, smallest.end(), largest.rbegin(),
                          largest.rbegin() + shared);
    }

private:
    template <typename U>
    friend class Extremes;
    static constexpr StateTag state_tag{"EXTR"};
    static constexpr std::uint8_t state_version = 1;

    FirstValues<T, std::less<>> m_smallest;
    FirstValues<T, std::greater<>> m_largest;
};

} // namespace assay
