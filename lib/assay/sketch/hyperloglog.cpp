// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/hyperloglog.hpp"

#include "assay/base/error.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

namespace assay {

namespace {

constexpr StateTag tag("HLLR");
constexpr std::uint8_t version = 1;

/// sigma and tau of Ertl, algorithm 6: the contribution of empty and of saturated registers.
double sigma(double x) {
    if (x == 1.0) {
        return std::numeric_limits<double>::infinity();
    }
    double y = 1;
    double z = x;
    double previous = 0;
    do {
        x *= x;
        previous = z;
        z += x * y;
        y += y;
    } while (z != previous);
    return z;
}

double tau(double x) {
    if (x == 0.0 || x == 1.0) {
        return 0;
    }
    double y = 1;
    double z = 1 - x;
    double previous = 0;
    do {
        x = std::sqrt(x);
        previous = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z != previous);
    return z / 3;
}

void check_precision(unsigned precision, unsigned highest) {
    if (precision < HyperLogLog::min_precision || precision > highest) {
        throw Error(ErrorKind::internal, "HyperLogLog precision " + std::to_string(precision) +
                                             " is outside 4 to " + std::to_string(highest));
    }
}

/// The rank at the lower precision of a register whose index loses the low bits `dropped`.
std::uint8_t folded_rank(std::uint8_t rank, std::uint32_t dropped, unsigned dropped_width) {
    if (rank == 0) {
        return 0;
    }
    if (dropped == 0) {
        return static_cast<std::uint8_t>(dropped_width + rank);
    }
    const unsigned significant = 32 - static_cast<unsigned>(std::countl_zero(dropped));
    return static_cast<std::uint8_t>(dropped_width - significant + 1);
}

} // namespace

HyperLogLog::HyperLogLog(unsigned precision) : m_precision(precision) {
    check_precision(precision, max_precision);
    m_registers.resize(std::size_t{1} << precision);
}

/// Most hashes of a large set have a rank that every register has passed: they need no look at it.
void HyperLogLog::add(std::span<const std::uint64_t> hashes) noexcept {
    m_unlooked += hashes.size();
    if (m_unlooked >= 2 * m_registers.size()) {
        m_unlooked = 0;
        m_lowest = *std::min_element(m_registers.begin(), m_registers.end());
    }
    // A higher rank takes as many zeros at the front of what follows the index.
    const std::uint64_t last = ~std::uint64_t{0} >> m_lowest;
    constexpr std::size_t at_a_time = 256;
    std::array<std::uint64_t, at_a_time> higher; // NOLINT(*-member-init): the first ones are set
    while (!hashes.empty()) {
        const auto taken = hashes.first(std::min(hashes.size(), at_a_time));
        // Without a branch: which hash is one of the few is anybody's guess.
        std::size_t count = 0;
        for (const std::uint64_t hash : taken) {
            higher.data()[count] = hash;
            count += hash << m_precision <= last ? 1 : 0;
        }
        for (std::size_t i = 0; i < count; ++i) {
            add(higher.data()[i]);
        }
        hashes = hashes.subspan(taken.size());
    }
}

void HyperLogLog::merge(const HyperLogLog& other) {
    if (other.m_precision > m_precision) {
        merge(other.fold(m_precision));
        return;
    }
    if (other.m_precision < m_precision) {
        *this = fold(other.m_precision);
    }
    for (std::size_t i = 0; i < m_registers.size(); ++i) {
        m_registers[i] = std::max(m_registers[i], other.m_registers[i]);
    }
}

HyperLogLog HyperLogLog::fold(unsigned precision) const {
    check_precision(precision, m_precision);
    HyperLogLog folded(precision);
    const unsigned width = m_precision - precision;
    const std::uint32_t mask = (std::uint32_t{1} << width) - 1;
    for (std::size_t i = 0; i < m_registers.size(); ++i) {
        const std::uint8_t rank =
            folded_rank(m_registers[i], static_cast<std::uint32_t>(i) & mask, width);
        folded.m_registers[i >> width] = std::max(folded.m_registers[i >> width], rank);
    }
    return folded;
}

CardinalityEstimate HyperLogLog::estimate() const {
    std::array<std::uint32_t, 64> histogram{};
    for (const std::uint8_t rank : m_registers) {
        ++histogram.at(rank);
    }
    const auto m = static_cast<double>(m_registers.size());
    const unsigned q = 64 - m_precision;
    double z = m * tau(1 - histogram.at(q + 1) / m);
    for (unsigned k = q; k >= 1; --k) {
        z = 0.5 * (z + histogram.at(k));
    }
    z += m * sigma(histogram.at(0) / m);

    // With every register at its highest rank z is 0: the whole space of hashes.
    const double value = z > 0 ? m * m / (2 * std::numbers::ln2 * z) : 0x1p64;
    // Relative standard error 1.03896/sqrt(m), 95 % of a normal distribution lie within 1.96 of it.
    const double slack = 1.96 * 1.03896 / std::sqrt(m);
    return {value, value / (1 + slack), value / (1 - slack)};
}

void HyperLogLog::write(StateWriter& writer) const {
    writer.begin(tag, version);
    writer.hashes();
    writer.u8(static_cast<std::uint8_t>(m_precision));
    for (auto rank = m_registers.begin(); rank != m_registers.end();) {
        writer.u8(*rank);
        if (*rank != 0) {
            ++rank;
            continue;
        }
        const auto end = std::find_if(rank, m_registers.end(), [](auto next) { return next != 0; });
        writer.varint(static_cast<std::uint64_t>(end - rank));
        rank = end;
    }
}

HyperLogLog HyperLogLog::read(StateReader& reader) {
    reader.begin(tag, version);
    reader.hashes();
    const unsigned precision = reader.u8();
    reader.expect(min_precision <= precision && precision <= max_precision,
                  "is a HyperLogLog sketch with an impossible precision");
    HyperLogLog sketch(precision);
    const std::size_t size = sketch.m_registers.size();
    bool after_empty = false;
    for (std::size_t i = 0; i < size;) {
        const std::uint8_t rank = reader.u8();
        reader.expect(rank <= 64 - precision + 1,
                      "is a HyperLogLog sketch with an impossible register");
        const std::uint64_t run = rank == 0 ? reader.varint() : 1;
        reader.expect(1 <= run && run <= size - i && !(rank == 0 && after_empty),
                      "is a HyperLogLog sketch with impossible runs of empty registers");
        after_empty = rank == 0;
        sketch.m_registers[i] = rank;
        i += static_cast<std::size_t>(run);
    }
    return sketch;
}

} // namespace assay
