// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/mask.hpp"

#include "assay/base/unicode.hpp"
#include "assay/metric/char_class.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace assay {

namespace {

constexpr std::string_view ellipsis = "…";
/// Stands for a literal underscore until it is written, because "_" is the class of white space.
constexpr char underscore = '\x01';

constexpr char symbol_of_ascii(unsigned char c) noexcept {
    const char symbol = class_of(static_cast<char>(c));
    if (symbol == ' ') {
        return '_';
    }
    if (symbol == '_') {
        return underscore;
    }
    return symbol > ' ' && symbol < 0x7f ? symbol : 'U';
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

std::string exact_mask(std::string_view text) {
    MaskWriter writer;
    return std::string(writer.write(text, MaskStyle::exact));
}

std::string general_mask(std::string_view text) {
    MaskWriter writer;
    return std::string(writer.write(text, MaskStyle::general));
}

} // namespace assay
