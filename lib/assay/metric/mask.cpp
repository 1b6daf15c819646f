// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/mask.hpp"

#include "assay/base/unicode.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace assay {

namespace {

constexpr std::string_view ellipsis = "…";
/// Stands for a literal underscore until it is written, because "_" is the class of white space.
constexpr char underscore = '\x01';

constexpr char symbol_of_ascii(unsigned char c) noexcept {
    if (c >= '0' && c <= '9') {
        return '9';
    }
    if (c >= 'a' && c <= 'z') {
        return 'a';
    }
    if (c >= 'A' && c <= 'Z') {
        return 'A';
    }
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        return '_';
    }
    if (c == '_') {
        return underscore;
    }
    return c > ' ' && c < 0x7f ? static_cast<char>(c) : 'U';
}

constexpr std::array<char, 128> make_symbols() noexcept {
    std::array<char, 128> symbols{};
    for (std::size_t c = 0; c < symbols.size(); ++c) {
        symbols[c] = symbol_of_ascii(static_cast<unsigned char>(c));
    }
    return symbols;
}

constexpr std::array<char, 128> symbols_of_ascii = make_symbols();

constexpr bool is_letter_or_digit(char symbol) noexcept {
    return symbol == '9' || symbol == 'a' || symbol == 'A' || symbol == 'U';
}

/// Takes the characters of one class off the front of a text that is not empty.
struct Run {
    char symbol;
    std::size_t length;
};

/// Most texts are ASCII: their runs need no more than a table.
std::size_t ascii_run(std::string_view text, char symbol) noexcept {
    std::size_t length = 0;
    while (length < text.size()) {
        const auto c = static_cast<unsigned char>(text[length]);
        if (c >= symbols_of_ascii.size() || symbols_of_ascii[c] != symbol) {
            break;
        }
        ++length;
    }
    return length;
}

Run take_run(std::string_view& text) noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    Run run{first < symbols_of_ascii.size() ? symbols_of_ascii[first] : 'U', 0};
    run.length = ascii_run(text, run.symbol);
    text.remove_prefix(run.length);
    while (run.symbol == 'U' && !text.empty() &&
           static_cast<unsigned char>(text.front()) >= symbols_of_ascii.size()) {
        text.remove_prefix(next_code_point(text).size);
        const std::size_t control = ascii_run(text, 'U');
        text.remove_prefix(control);
        run.length += 1 + control;
    }
    return run;
}

} // namespace

std::string_view MaskWriter::write(std::string_view text, MaskStyle style) noexcept {
    m_size = 0;
    m_cut_size = 0;
    while (!text.empty()) {
        const Run run = take_run(text);
        if (append(run.symbol, run.length, style) == Room::full) {
            cut();
            break;
        }
    }
    return {m_bytes.data(), m_size};
}

MaskWriter::Room MaskWriter::append(char symbol, std::size_t run, MaskStyle style) noexcept {
    // The longest piece is an escaped symbol and the 20 digits of a size in braces.
    std::array<char, 24> piece{};
    char* end = piece.data();
    if (symbol == underscore || symbol == '\\') {
        *end++ = '\\';
    }
    *end++ = symbol == underscore ? '_' : symbol;
    if (style == MaskStyle::general) {
        if (run > 1 || is_letter_or_digit(symbol)) {
            *end++ = '+';
        }
    } else if (run > 1) {
        *end++ = '{';
        end = std::to_chars(end, piece.data() + piece.size() - 1, run).ptr;
        *end++ = '}';
    }
    const auto size = static_cast<std::size_t>(end - piece.data());
    if (m_size + size > max_bytes) {
        return Room::full;
    }
    std::memcpy(m_bytes.data() + m_size, piece.data(), size);
    m_size += size;
    if (m_size + ellipsis.size() <= max_bytes) {
        m_cut_size = m_size;
    }
    return Room::left;
}

void MaskWriter::cut() noexcept {
    std::memcpy(m_bytes.data() + m_cut_size, ellipsis.data(), ellipsis.size());
    m_size = m_cut_size + ellipsis.size();
}

#if defined(__SSE2__)

/// Sixteen characters at a time: their classes and where runs begin are found without branches, and
/// only the symbols that begin a run are looked at one by one.
bool MaskOutline::read(std::string_view ascii_text) noexcept {
    constexpr std::size_t width = sizeof(__m128i);
    const auto all = [](char c) { return _mm_set1_epi8(c); };
    const auto within = [&all](__m128i text, char first, char count) {
        const __m128i offset = _mm_sub_epi8(text, all(first));
        const auto last = static_cast<char>(count - 1);
        return _mm_cmpeq_epi8(_mm_min_epu8(offset, all(last)), offset);
    };
    const auto choose = [](__m128i mask, __m128i yes, __m128i no) {
        return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
    };
    alignas(width) std::array<char, width> symbols{};
    __m128i previous = _mm_setzero_si128(); // the symbols of the sixteen characters before
    std::size_t size = 0;
    while (!ascii_text.empty()) {
        const std::size_t count = std::min(width, ascii_text.size());
        __m128i text{};
        if (count == width) {
            std::memcpy(&text, ascii_text.data(), width);
        } else {
            std::memset(symbols.data(), ' ', width);
            std::memcpy(symbols.data(), ascii_text.data(), count);
            text = _mm_load_si128(reinterpret_cast<const __m128i*>(symbols.data()));
        }
        ascii_text.remove_prefix(count);
        text = choose(within(text, '\t', 5), all(' '), text);
        // ASCII counts as signed here: what is below a blank is a control character.
        const __m128i odd =
            _mm_or_si128(_mm_cmplt_epi8(text, all(' ')), _mm_cmpeq_epi8(text, all(0x7f)));
        const __m128i digit = within(text, '0', 10);
        const __m128i lower = within(text, 'a', 26);
        const __m128i upper = within(text, 'A', 26);
        const __m128i symbol =
            choose(digit, all('9'), choose(lower, all('a'), choose(upper, all('A'), text)));
        const __m128i one_before =
            _mm_or_si128(_mm_slli_si128(symbol, 1), _mm_srli_si128(previous, width - 1));
        const __m128i two_before =
            _mm_or_si128(_mm_slli_si128(symbol, 2), _mm_srli_si128(previous, width - 2));
        const __m128i letter = _mm_or_si128(digit, _mm_or_si128(lower, upper));
        // Not the first of its run, and of a mark not the second one either.
        const __m128i skipped =
            _mm_and_si128(_mm_cmpeq_epi8(symbol, one_before),
                          _mm_or_si128(letter, _mm_cmpeq_epi8(symbol, two_before)));
        const auto used = static_cast<unsigned>((1U << count) - 1);
        auto kept = ~static_cast<unsigned>(_mm_movemask_epi8(skipped)) & used;
        const auto control = static_cast<unsigned>(_mm_movemask_epi8(odd)) & used;
        if (control != 0) {
            return false;
        }
        _mm_store_si128(reinterpret_cast<__m128i*>(symbols.data()), symbol);
        for (; kept != 0; kept &= kept - 1) {
            m_symbols.data()[size++] =
                symbols.data()[static_cast<std::size_t>(std::countr_zero(kept))];
        }
        if (size > max_symbols) {
            return false;
        }
        previous = symbol;
    }
    m_size = size;
    return true;
}

#else

namespace {

/// As in a mask, but that a blank and an underscore stand for themselves; 'U' for a control
/// character, which are left to the mask.
char outline_symbol(char c) noexcept {
    const char symbol = symbols_of_ascii[static_cast<unsigned char>(c)];
    switch (symbol) {
    case '_': return ' ';
    case underscore: return '_';
    default: return symbol;
    }
}

} // namespace

bool MaskOutline::read(std::string_view ascii_text) noexcept {
    std::size_t size = 0;
    char previous = 0;
    char before = 0;
    for (const char c : ascii_text) {
        const char symbol = outline_symbol(c);
        if (symbol == 'U') {
            return false;
        }
        const bool is_kept =
            symbol != previous || (!is_letter_or_digit(symbol) && symbol != before);
        if (is_kept) {
            m_symbols[size++] = symbol;
        }
        if (size > max_symbols) {
            return false;
        }
        before = previous;
        previous = symbol;
    }
    m_size = size;
    return true;
}

#endif

std::string exact_mask(std::string_view text) {
    MaskWriter writer;
    return std::string(writer.write(text, MaskStyle::exact));
}

std::string general_mask(std::string_view text) {
    MaskWriter writer;
    return std::string(writer.write(text, MaskStyle::general));
}

} // namespace assay
