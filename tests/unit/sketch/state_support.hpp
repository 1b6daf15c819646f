// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/sketch/state_io.hpp"
#include "state_bytes.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <rapidcheck.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::test {

template <typename Sketch>
Sketch restored(std::string_view bytes) {
    StateReader reader(bytes);
    Sketch sketch = Sketch::read(reader);
    reader.end();
    return sketch;
}

template <typename Sketch>
bool is_refused(std::string_view bytes) {
    try {
        restored<Sketch>(bytes);
        return false;
    } catch (const Error& error) {
        return error.kind() == ErrorKind::usage;
    }
}

template <typename Sketch>
bool survives_round_trip(const Sketch& sketch) {
    const std::string bytes = state_of(sketch);
    return state_of(restored<Sketch>(bytes)) == bytes;
}

/// Whether no beginning of the state is taken for one, nor the state with a byte more.
template <typename Sketch>
bool refuses_every_other_length(const std::string& bytes) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        if (!is_refused<Sketch>(std::string_view(bytes).substr(0, size))) {
            return false;
        }
    }
    return is_refused<Sketch>(bytes + '\0');
}

/// The same for a long state, of which RapidCheck chooses some beginnings.
template <typename Sketch>
bool refuses_some_other_lengths(const std::string& bytes) {
    for (int i = 0; i < 20; ++i) {
        const auto size = *rc::gen::inRange<std::size_t>(0, bytes.size());
        if (!is_refused<Sketch>(std::string_view(bytes).substr(0, size))) {
            return false;
        }
    }
    return is_refused<Sketch>(bytes + '\0');
}

/// Flip bits of some bytes, in a way that RapidCheck chooses.
inline std::string damaged(std::string bytes) {
    const auto flips = *rc::gen::inRange(1, 4);
    for (int i = 0; i < flips; ++i) {
        const auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
        const auto bits = static_cast<unsigned>(*rc::gen::inRange(1, 256));
        bytes[place] = static_cast<char>(static_cast<unsigned char>(bytes[place]) ^ bits);
    }
    return bytes;
}

/// Whether a state is either refused or that of a sketch, which writes the same bytes and which
/// `use` can do anything with.
template <typename Sketch, typename Use>
bool is_refused_or_sound(const std::string& bytes, Use use) {
    if (is_refused<Sketch>(bytes)) {
        return true;
    }
    Sketch sketch = restored<Sketch>(bytes);
    const bool is_same = state_of(sketch) == bytes;
    use(sketch);
    return is_same && survives_round_trip(sketch);
}

/// Any finite doubles: of any magnitude, small integers, and the odd ones.
inline rc::Gen<std::vector<double>> finite_doubles() {
    using Limits = std::numeric_limits<double>;
    const auto any = rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
        const auto value = std::bit_cast<double>(bits);
        return std::isfinite(value) ? value : 1e308;
    });
    const auto small = rc::gen::map(rc::gen::inRange(-1000, 1000), [](int n) { return n * 1.0; });
    const auto fraction =
        rc::gen::map(rc::gen::inRange(-1000, 1000), [](int n) { return n / 7.0; });
    const auto odd = rc::gen::element(0.0, -0.0, Limits::denorm_min(), -Limits::denorm_min(),
                                      Limits::min(), Limits::max(), -Limits::max(), 1e308, -1e-308);
    const auto near = rc::gen::oneOf(small, fraction);
    const auto wide = rc::gen::oneOf(any, small, fraction, odd);
    return rc::gen::oneOf(rc::gen::container<std::vector<double>>(near),
                          rc::gen::container<std::vector<double>>(wide));
}

/// One sketch over everything, and one made of parts that were merged in any order.
template <typename Sketch, typename Value>
bool is_same_for_any_partition(const std::vector<Value>& values, const Sketch& empty) {
    Sketch whole = empty;
    for (const Value value : values) {
        whole.add(value);
    }
    std::vector<Sketch> parts(3, empty);
    auto shuffled = values;
    for (std::size_t i = shuffled.size(); i > 1; --i) {
        std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
    }
    for (const Value value : shuffled) {
        parts[*rc::gen::inRange<std::size_t>(0, parts.size())].add(value);
    }
    parts[2].merge(parts[0]);
    parts[1].merge(parts[2]);
    return state_of(parts[1]) == state_of(whole);
}

} // namespace assay::test
