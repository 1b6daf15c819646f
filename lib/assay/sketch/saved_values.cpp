// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/saved_values.hpp"

#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace assay {

namespace {

/// No value takes less than so many bytes.
template <typename T>
constexpr std::size_t least_size = std::is_same_v<T, double> ? sizeof(double) : 1;

template <typename T>
constexpr std::uint8_t sort_code = std::is_same_v<T, double> ? 2 : 1;

/// Less, and -0.0 is less than 0.0.
template <typename T>
bool is_before(T left, T right) {
    if constexpr (std::is_same_v<T, double>) {
        if (left == right) {
            return std::signbit(left) && !std::signbit(right);
        }
    }
    return left < right;
}

/// The integer that follows `value`.
std::int64_t advanced(StateReader& reader, std::int64_t value) {
    constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto from = static_cast<std::uint64_t>(value);
    const std::uint64_t step = reader.varint();
    reader.expect(step <= highest - from, "has ascending integers beyond 64 bits");
    return static_cast<std::int64_t>(from + step);
}

} // namespace

template <typename T>
void SavedValues<T>::write_sort(StateWriter& writer) {
    writer.u8(sort_code<T>);
}

template <typename T>
void SavedValues<T>::expect_sort(StateReader& reader) {
    reader.expect(reader.u8() == sort_code<T>, std::is_same_v<T, double>
                                                   ? "does not hold real numbers"
                                                   : "does not hold integers");
}

template <typename T>
void SavedValues<T>::write(StateWriter& writer, T value) {
    if constexpr (std::is_same_v<T, double>) {
        writer.real(value);
    } else {
        writer.signed_varint(value);
    }
}

template <typename T>
T SavedValues<T>::read(StateReader& reader) {
    if constexpr (std::is_same_v<T, double>) {
        const double value = reader.real();
        reader.expect(!std::isnan(value), "holds a NaN among its values");
        return value;
    } else {
        return reader.signed_varint();
    }
}

template <typename T>
void SavedValues<T>::write_all(StateWriter& writer, std::span<const T> values) {
    writer.varint(values.size());
    for (const T value : values) {
        write(writer, value);
    }
}

template <typename T>
std::vector<T> SavedValues<T>::read_all(StateReader& reader) {
    std::vector<T> values(reader.length(least_size<T>));
    for (T& value : values) {
        value = read(reader);
    }
    return values;
}

template <typename T>
void SavedValues<T>::write_ascending(StateWriter& writer, std::span<const T> values) {
    if constexpr (std::is_same_v<T, double>) {
        write_all(writer, values);
    } else {
        writer.varint(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i == 0) {
                write(writer, values[i]);
            } else {
                writer.varint(static_cast<std::uint64_t>(values[i]) -
                              static_cast<std::uint64_t>(values[i - 1]));
            }
        }
    }
}

template <typename T>
std::vector<T> SavedValues<T>::read_ascending(StateReader& reader) {
    if constexpr (std::is_same_v<T, double>) {
        std::vector<T> values = read_all(reader);
        reader.expect(std::is_sorted(values.begin(), values.end()),
                      "has values that do not ascend");
        return values;
    } else {
        std::vector<T> values(reader.length(least_size<T>));
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = i == 0 ? read(reader) : advanced(reader, values[i - 1]);
        }
        return values;
    }
}

template <typename T>
void SavedValues<T>::sort(std::vector<T>& values) {
    std::sort(values.begin(), values.end(), is_before<T>);
}

template <typename T>
bool SavedValues<T>::is_sorted(std::span<const T> values) {
    return std::is_sorted(values.begin(), values.end(), is_before<T>);
}

template class SavedValues<std::int64_t>;
template class SavedValues<double>;

} // namespace assay
