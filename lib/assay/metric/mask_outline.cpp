// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/mask_outline.hpp"

#include "assay/base/word_bytes.hpp"
#include "assay/metric/char_class.hpp"

#include <algorithm>
#include <cstdint>

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
    std::fill(m_symbols.begin() + static_cast<std::ptrdiff_t>(m_size), m_symbols.end(), 0);
    return true;
}

#if defined(__x86_64__)

namespace {

constexpr std::size_t width = sizeof(__m256i);
constexpr std::size_t half = sizeof(__m128i);

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

/// Which places to move to the front so that the first n are dropped: those from n on. The places
/// behind the last become zeros.
constexpr std::array<std::int8_t, 2 * half> make_drops() noexcept {
    std::array<std::int8_t, 2 * half> drops{};
    for (std::size_t place = 0; place < drops.size(); ++place) {
        drops[place] = static_cast<std::int8_t>(place < half ? place : 0x80);
    }
    return drops;
}

constexpr auto drops = make_drops();

[[gnu::target("avx2")]] __m128i load_half(const void* bytes) noexcept {
    return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
}

/// Fewer than sixteen characters and zeros behind them.
[[gnu::target("avx2")]] __m128i load_words(const char* text, std::size_t size) noexcept {
    constexpr std::size_t word = 8;
    const std::uint64_t low = load_few(text, std::min(size, word));
    const std::uint64_t high = size > word ? load_few(text + word, size - word) : 0;
    return _mm_set_epi64x(static_cast<std::int64_t>(high), static_cast<std::int64_t>(low));
}

/// Up to thirty-two characters and zeros behind them.
[[gnu::target("avx2")]] __m256i load_some(const char* text, std::size_t size) noexcept {
    if (size < half) {
        return _mm256_set_m128i(_mm_setzero_si128(), load_words(text, size));
    }
    const __m128i last = load_half(text + size - half);
    const __m128i high = _mm_shuffle_epi8(last, load_half(drops.data() + width - size));
    return _mm256_set_m128i(high, load_half(text));
}

[[gnu::target("avx2")]] __m256i all(char c) noexcept { return _mm256_set1_epi8(c); }

/// Which characters are among `count` ones from the first on?
[[gnu::target("avx2")]] __m256i within(__m256i text, char first, char count) noexcept {
    const __m256i offset = _mm256_sub_epi8(text, all(first));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(offset, all(static_cast<char>(count - 1))), offset);
}

[[gnu::target("avx2")]] std::uint32_t bits(__m256i mask) noexcept {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask));
}

/// Which of them are neither printable ASCII nor a zero beyond the end? Bytes count as signed here:
/// those that are not ASCII are below a blank, too.
[[gnu::target("avx2")]] std::uint32_t odd_ones(__m256i chars, std::uint32_t used) noexcept {
    return used & bits(_mm256_or_si256(_mm256_cmpgt_epi8(all(' '), chars),
                                       _mm256_cmpeq_epi8(chars, all(0x7f))));
}

/// Write the symbols of a set of eight places one after the other. @return behind the last
[[gnu::target("avx2,popcnt")]] char* keep(__m128i symbols, std::uint32_t set, char* out) noexcept {
    const __m128i order = _mm_loadl_epi64(
        static_cast<const __m128i*>(static_cast<const void*>(places.data()[set].data())));
    const __m128i kept = _mm_shuffle_epi8(symbols, order);
    _mm_storel_epi64(static_cast<__m128i*>(static_cast<void*>(out)), kept);
    return out + _mm_popcnt_u32(set);
}

} // namespace

/// Thirty-two characters at a time: their classes and where runs begin are found without branches.
[[gnu::target("avx2,popcnt")]] bool MaskOutline::read_by_blocks(std::string_view text) noexcept {
    __m256i previous = _mm256_setzero_si256(); // the symbols of the block before
    char* out = m_symbols.data();
    while (!text.empty()) {
        const std::size_t count = std::min(width, text.size());
        __m256i chars = load_some(text.data(), count);
        text.remove_prefix(count);
        const auto used = static_cast<std::uint32_t>((std::uint64_t{1} << count) - 1);
        if (odd_ones(chars, used) != 0) {
            chars = _mm256_blendv_epi8(chars, all(' '), within(chars, '\t', 5));
            if (odd_ones(chars, used) != 0) {
                return false;
            }
        }
        constexpr char case_bit = 'a' - 'A';
        const __m256i digit = within(chars, '0', 10);
        const __m256i letter = within(_mm256_or_si256(chars, all(case_bit)), 'a', 26);
        const __m256i letter_class =
            _mm256_or_si256(_mm256_and_si256(chars, all(case_bit)), all('A'));
        const __m256i symbol =
            _mm256_blendv_epi8(_mm256_blendv_epi8(chars, all('9'), digit), letter_class, letter);
        // The last half of the block before and the first one of this: what is before each half.
        const __m256i before = _mm256_permute2x128_si256(symbol, previous, 0x03);
        const __m256i one_before = _mm256_alignr_epi8(symbol, before, half - 1);
        const __m256i two_before = _mm256_alignr_epi8(symbol, before, half - 2);
        // Not the first of its run, and of a mark not the second one either.
        const __m256i skipped = _mm256_and_si256(
            _mm256_cmpeq_epi8(symbol, one_before),
            _mm256_or_si256(_mm256_or_si256(digit, letter), _mm256_cmpeq_epi8(symbol, two_before)));
        const std::uint32_t kept = ~bits(skipped) & used;
        const __m128i low = _mm256_castsi256_si128(symbol);
        const __m128i high = _mm256_extracti128_si256(symbol, 1);
        out = keep(low, kept & 0xffU, out);
        out = keep(_mm_srli_si128(low, 8), kept >> 8U & 0xffU, out);
        out = keep(high, kept >> 16U & 0xffU, out);
        out = keep(_mm_srli_si128(high, 8), kept >> 24U, out);
        if (out > m_symbols.data() + max_symbols) {
            return false;
        }
        previous = symbol;
    }
    _mm256_storeu_si256(static_cast<__m256i*>(static_cast<void*>(out)), _mm256_setzero_si256());
    m_size = static_cast<std::size_t>(out - m_symbols.data());
    return true;
}

bool MaskOutline::read(std::string_view text) noexcept {
    static const bool by_blocks =
        __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("popcnt") != 0;
    return by_blocks ? read_by_blocks(text) : read_plainly(text);
}

#else

bool MaskOutline::read(std::string_view text) noexcept { return read_plainly(text); }

#endif

} // namespace assay
