// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/mask_outline.hpp"

#include "assay/metric/char_class.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {

namespace {

constexpr bool is_letter_or_digit(char symbol) noexcept {
    return symbol == '9' || symbol == 'a' || symbol == 'A';
}

} // namespace

bool MaskOutline::read_plainly(std::string_view text) noexcept {
    m_size = 0;
    char previous = 0;
    char before = 0;
    for (const char c : text) {
        const char symbol = class_of(c);
        if (symbol < ' ' || symbol > '~') {
            return false;
        }
        const bool is_kept =
            symbol != previous || (!is_letter_or_digit(symbol) && symbol != before);
        if (is_kept) {
            if (m_size == max_symbols) {
                return false;
            }
            m_symbols[m_size++] = symbol;
        }
        before = previous;
        previous = symbol;
    }
    return true;
}

#if defined(__x86_64__)

namespace {

constexpr std::size_t width = sizeof(__m128i);

/// For each set of eight places, which of them to move to the front, in order.
using Places = std::array<std::array<std::uint8_t, 8>, 256>;

constexpr Places make_places() noexcept {
    Places places{};
    for (std::size_t set = 0; set < places.size(); ++set) {
        std::size_t size = 0;
        for (std::size_t place = 0; place < 8; ++place) {
            if ((set >> place & 1U) != 0) {
                places[set][size++] = static_cast<std::uint8_t>(place);
            }
        }
    }
    return places;
}

constexpr Places places = make_places();

template <typename Word>
std::uint64_t load(const char* bytes) noexcept {
    Word word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// Up to sixteen characters and zeros behind them, by loads that may overlap.
__m128i load_some(const char* text, std::size_t size) noexcept {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    if (size >= 8) {
        low = load<std::uint64_t>(text);
        // In two steps, because no shift is as wide as the word.
        high = load<std::uint64_t>(text + size - 8) >> (4 * (width - size)) >> (4 * (width - size));
    } else if (size >= 4) {
        low = load<std::uint32_t>(text) | load<std::uint32_t>(text + size - 4) << (8 * (size - 4));
    } else {
        for (std::size_t i = 0; i < size; ++i) {
            low |= load<std::uint8_t>(text + i) << (8 * i);
        }
    }
    return _mm_set_epi64x(static_cast<std::int64_t>(high), static_cast<std::int64_t>(low));
}

__m128i all(char c) noexcept { return _mm_set1_epi8(c); }

/// Which characters are among `count` ones from the first on?
__m128i within(__m128i text, char first, char count) noexcept {
    const __m128i offset = _mm_sub_epi8(text, all(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(offset, all(static_cast<char>(count - 1))), offset);
}

__m128i choose(__m128i mask, __m128i yes, __m128i no) noexcept {
    return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

unsigned bits(__m128i mask) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(mask)); }

/// Write the symbols of a set of places one after the other. @return how many they are
[[gnu::target("ssse3,popcnt")]] std::size_t keep(__m128i symbols, unsigned set,
                                                 char* out) noexcept {
    __m128i order{};
    std::memcpy(&order, places.data()[set].data(), sizeof places[set]);
    const __m128i kept = _mm_shuffle_epi8(symbols, order);
    std::memcpy(out, &kept, sizeof places[set]);
    return static_cast<std::size_t>(_mm_popcnt_u32(set));
}

} // namespace

/// Sixteen characters at a time: their classes and where runs begin are found without branches.
[[gnu::target("ssse3,popcnt")]] bool MaskOutline::read_by_sixteen(std::string_view text) noexcept {
    __m128i previous = _mm_setzero_si128(); // the symbols of the sixteen characters before
    std::size_t size = 0;
    while (!text.empty()) {
        const std::size_t count = std::min(width, text.size());
        __m128i chars = load_some(text.data(), count);
        text.remove_prefix(count);
        chars = choose(within(chars, '\t', 5), all(' '), chars);
        const unsigned used = (1U << count) - 1;
        // Bytes count as signed here: those that are not ASCII are below a blank, too.
        const __m128i odd =
            _mm_or_si128(_mm_cmplt_epi8(chars, all(' ')), _mm_cmpeq_epi8(chars, all(0x7f)));
        if ((bits(odd) & used) != 0) {
            return false;
        }
        const __m128i digit = within(chars, '0', 10);
        const __m128i lower = within(chars, 'a', 26);
        const __m128i upper = within(chars, 'A', 26);
        const __m128i symbol =
            choose(digit, all('9'), choose(lower, all('a'), choose(upper, all('A'), chars)));
        const __m128i one_before =
            _mm_or_si128(_mm_slli_si128(symbol, 1), _mm_srli_si128(previous, width - 1));
        const __m128i two_before =
            _mm_or_si128(_mm_slli_si128(symbol, 2), _mm_srli_si128(previous, width - 2));
        const __m128i letter = _mm_or_si128(digit, _mm_or_si128(lower, upper));
        // Not the first of its run, and of a mark not the second one either.
        const __m128i skipped =
            _mm_and_si128(_mm_cmpeq_epi8(symbol, one_before),
                          _mm_or_si128(letter, _mm_cmpeq_epi8(symbol, two_before)));
        const unsigned kept = ~bits(skipped) & used;
        size += keep(symbol, kept & 0xffU, m_symbols.data() + size);
        size += keep(_mm_srli_si128(symbol, 8), kept >> 8U, m_symbols.data() + size);
        if (size > max_symbols) {
            return false;
        }
        previous = symbol;
    }
    m_size = size;
    return true;
}

bool MaskOutline::read(std::string_view text) noexcept {
    static const bool by_sixteen =
        __builtin_cpu_supports("ssse3") != 0 && __builtin_cpu_supports("popcnt") != 0;
    return by_sixteen ? read_by_sixteen(text) : read_plainly(text);
}

#else

bool MaskOutline::read(std::string_view text) noexcept { return read_plainly(text); }

#endif

} // namespace assay
