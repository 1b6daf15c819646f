// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/lookup3.hpp"

#include "assay/base/endian.hpp"

#include <array>
#include <bit>
#include <cstddef>

namespace assay {
namespace {

/// 96 bits that take in 12 bytes at a time.
class State {
public:
    State(std::uint32_t size, std::uint64_t seed) noexcept
        : m_a(0x9e37'79b9 + size + 3'923'095), m_b(m_a), m_c(m_a) {
        if (seed != 0) {
            m_a += static_cast<std::uint32_t>(seed >> 32U);
            m_b += static_cast<std::uint32_t>(seed);
            mix();
        }
    }

    void add(std::uint32_t first, std::uint32_t second, std::uint32_t third) noexcept {
        m_a += first;
        m_b += second;
        m_c += third;
    }
    void mix() noexcept {
        stir(m_a, m_c, 4, m_b);
        stir(m_b, m_a, 6, m_c);
        stir(m_c, m_b, 8, m_a);
        stir(m_a, m_c, 16, m_b);
        stir(m_b, m_a, 19, m_c);
        stir(m_c, m_b, 4, m_a);
    }
    std::uint64_t finish() noexcept {
        spread(m_c, m_b, 14);
        spread(m_a, m_c, 11);
        spread(m_b, m_a, 25);
        spread(m_c, m_b, 16);
        spread(m_a, m_c, 4);
        spread(m_b, m_a, 14);
        spread(m_c, m_b, 24);
        return std::uint64_t{m_b} << 32U | m_c;
    }

private:
    static void stir(std::uint32_t& word, std::uint32_t& by, int bits,
                     std::uint32_t& next) noexcept {
        word -= by;
        word ^= std::rotl(by, bits);
        by += next;
    }
    static void spread(std::uint32_t& word, std::uint32_t by, int bits) noexcept {
        word ^= by;
        word -= std::rotl(by, bits);
    }

    std::uint32_t m_a;
    std::uint32_t m_b;
    std::uint32_t m_c;
};

constexpr std::size_t step = 12;

} // namespace

std::uint64_t lookup3(std::string_view bytes, std::uint64_t seed) noexcept {
    State state(static_cast<std::uint32_t>(bytes.size()), seed);
    const auto word = [](const char* at) { return load_little<std::uint32_t>(at); };
    for (; bytes.size() >= step; bytes.remove_prefix(step)) {
        state.add(word(bytes.data()), word(bytes.data() + 4), word(bytes.data() + 8));
        state.mix();
    }
    // The lowest byte of the last word stands for the size.
    std::array<char, step + 1> rest{};
    bytes.copy(rest.data(), 8);
    if (bytes.size() > 8) {
        bytes.copy(rest.data() + 9, bytes.size() - 8, 8);
    }
    state.add(word(rest.data()), word(rest.data() + 4), word(rest.data() + 8));
    return state.finish();
}

std::uint64_t lookup3_word(std::uint32_t word, std::uint64_t seed) noexcept {
    State state(sizeof word, seed);
    state.add(word, 0, 0);
    return state.finish();
}

} // namespace assay
