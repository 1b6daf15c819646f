// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/cell_hash.hpp"

#include "assay/base/hash.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <optional>

namespace assay {

namespace {

// As in the canonical bytes of table/value.hpp; a test holds the two together.
constexpr char tag_integer = 0x01;
constexpr char tag_real = 0x02;
constexpr char tag_decimal = 0x05;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The canonical spelling of a decimal as databases print it, without copying: only zeros at the
/// end of the fraction may have to go. nullopt where there may be more to do.
std::optional<std::string_view> plain_decimal(std::string_view text) noexcept {
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    const std::size_t size = text.size();
    if (size < sign + 1 || !is_digit(text[sign]) || !is_digit(text[size - 1]) || size > 64) {
        return std::nullopt;
    }
    const bool leading_zero = text[sign] == '0' && size > sign + 1 && text[sign + 1] != '.';
    const std::size_t point = text.find('.');
    if (leading_zero || text.find_first_of("eE") != std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view plain = text;
    if (point != std::string_view::npos) {
        plain = plain.substr(0, plain.find_last_not_of('0') + 1);
        plain.remove_suffix(plain.ends_with('.') ? 1 : 0);
    }
    // "-0" and "0." are left to the general way.
    return plain.size() == 2 && plain[0] == '-' && plain[1] == '0' ? std::nullopt
                                                                   : std::optional(plain);
}

std::uint64_t hash_decimal(std::string_view plain) noexcept {
    constexpr std::size_t header = 5;
    std::array<char, header + 64> bytes; // NOLINT(*-member-init): filled below
    bytes[0] = tag_decimal;
    for (std::size_t i = 1; i < header; ++i) {
        bytes[i] = static_cast<char>((plain.size() >> (8 * (i - 1))) & 0xffU);
    }
    std::memcpy(bytes.data() + header, plain.data(), plain.size());
    return hash64({bytes.data(), header + plain.size()});
}

/// The real numbers that no integer cell equals, not NaN: their canonical bytes are their bits.
std::optional<std::uint64_t> fractional_bits(double number) noexcept {
    constexpr double two_to_52 = 4503599627370496.0;
    const bool fraction = number > -two_to_52 && number < two_to_52 &&
                          number != static_cast<double>(static_cast<std::int64_t>(number));
    return fraction ? std::optional(std::bit_cast<std::uint64_t>(number)) : std::nullopt;
}

} // namespace

std::uint64_t cell_hash(const Column& column, std::size_t row, std::string& scratch) {
    std::uint64_t hash = 0;
    switch (column.kind(row)) {
    case CellKind::integer: {
        const std::int64_t number = column.integer(row);
        hash_integers({&number, 1}, &hash);
        return hash;
    }
    case CellKind::real:
        if (const auto bits = fractional_bits(column.real(row))) {
            hash64_words(tag_real, {&*bits, 1}, &hash);
            return hash;
        }
        break;
    case CellKind::text:
        if (column.type() != ColumnType::decimal) {
            return hash64(column.tagged_bytes(row));
        }
        if (const auto plain = plain_decimal(column.bytes(row))) {
            return hash_decimal(*plain);
        }
        break;
    case CellKind::blob: return hash64(column.tagged_bytes(row));
    case CellKind::null: break;
    }
    return canonical_hash(column, row, scratch);
}

void hash_integers(std::span<const std::int64_t> numbers, std::uint64_t* hashes) noexcept {
    // The unsigned twin of a type may look at its memory.
    hash64_words(tag_integer,
                 {reinterpret_cast<const std::uint64_t*>(numbers.data()), numbers.size()}, hashes);
}

} // namespace assay
