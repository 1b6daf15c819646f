// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace assay {

class StateReader;
class StateWriter;

/// How sketches save the values that they keep. T is std::int64_t, written in as few bytes as it
/// needs, or double, written as its 64 bits and never NaN. What reads throws Error of kind usage
/// for anything else.
template <typename T>
class SavedValues {
public:
    /// Which of the two a state holds.
    static void write_sort(StateWriter& writer);
    static void expect_sort(StateReader& reader);

    static void write(StateWriter& writer, T value);
    static T read(StateReader& reader);

    /// How many there are, and each of them in this order.
    static void write_all(StateWriter& writer, std::span<const T> values);
    static std::vector<T> read_all(StateReader& reader);

    /// The same for values that ascend: integers as the distance from the one before.
    static void write_ascending(StateWriter& writer, std::span<const T> values);
    static std::vector<T> read_ascending(StateReader& reader);

    /// Put in the one order that equal values have: -0.0 comes before 0.0.
    static void sort(std::vector<T>& values);
    /// Whether they are in it.
    static bool is_sorted(std::span<const T> values);
};

extern template class SavedValues<std::int64_t>;
extern template class SavedValues<double>;

} // namespace assay
