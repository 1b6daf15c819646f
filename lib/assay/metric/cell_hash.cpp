// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/cell_hash.hpp"

#include "assay/base/endian.hpp"
#include "assay/base/hash.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace assay {

namespace {

// As in the canonical bytes of table/value.hpp; a test holds the two together.
constexpr std::uint8_t tag_integer = 0x01;
constexpr std::uint8_t tag_real = 0x02;
constexpr char tag_decimal = 0x05;

/// @param plain at most 32 characters
std::uint64_t hash_plain_decimal(std::string_view plain) noexcept {
    constexpr std::size_t header = 5;
    std::array<char, header + 32> bytes; // NOLINT(*-member-init): filled below
    bytes[0] = tag_decimal;
    store_little(static_cast<std::uint32_t>(plain.size()), bytes.data() + 1);
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

std::uint64_t hash_real(const Column& column, std::size_t row, std::string& scratch) {
    const auto bits = fractional_bits(column.real(row));
    return bits ? hash64_word(tag_real, *bits) : canonical_hash(column, row, scratch);
}

std::uint64_t hash_text(const Column& column, std::size_t row, std::string& scratch) {
    if (column.type() != ColumnType::decimal) {
        return hash64(column.tagged_bytes(row));
    }
    return hash_decimal(column, row, read_short_decimal(column.bytes(row)), scratch);
}

} // namespace

std::uint64_t hash_decimal(const Column& column, std::size_t row,
                           const std::optional<ShortDecimal>& number, std::string& scratch) {
    return number ? hash_plain_decimal(column.bytes(row).substr(0, number->canonical_size))
                  : canonical_hash(column, row, scratch);
}

void hash_cells(const Column& column, CellKind kind, std::span<const std::uint32_t> rows,
                std::uint64_t* hashes, std::string& scratch) {
    const auto each = [&](auto hash) {
        for (const std::uint32_t row : rows) {
            *hashes++ = hash(row);
        }
    };
    switch (kind) {
    case CellKind::integer:
        each([&](std::uint32_t row) {
            return hash64_word(tag_integer, column.words().data()[row]);
        });
        break;
    case CellKind::real:
        each([&](std::uint32_t row) { return hash_real(column, row, scratch); });
        break;
    case CellKind::text:
        each([&](std::uint32_t row) { return hash_text(column, row, scratch); });
        break;
    case CellKind::blob:
        each([&](std::uint32_t row) { return hash64(column.tagged_bytes(row)); });
        break;
    case CellKind::null:
        each([&](std::uint32_t row) { return canonical_hash(column, row, scratch); });
        break;
    }
}

} // namespace assay
