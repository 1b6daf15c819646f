// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/top_values.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace assay {

namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

/// Words as eight bytes, highest first, whose order is that of the numbers.
using WordBytes = std::array<char, 8>;

WordBytes to_bytes(std::uint64_t word) noexcept {
    WordBytes bytes{};
    for (std::size_t i = bytes.size(); i-- > 0; word >>= 8U) {
        bytes[i] = static_cast<char>(word & 0xffU);
    }
    return bytes;
}

std::uint64_t from_bytes(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    for (const char byte : bytes) {
        word = (word << 8U) | static_cast<unsigned char>(byte);
    }
    return word;
}

std::uint64_t encode(std::int64_t number) noexcept {
    return std::bit_cast<std::uint64_t>(number) ^ sign_bit;
}

std::int64_t decode_integer(std::uint64_t word) noexcept {
    return std::bit_cast<std::int64_t>(word ^ sign_bit);
}

/// The bits of a positive double are in its order, those of a negative one in the opposite.
std::uint64_t encode(double number) noexcept {
    const double plain =
        std::isnan(number) ? std::numeric_limits<double>::quiet_NaN() : number + 0.0;
    const auto word = std::bit_cast<std::uint64_t>(plain);
    return (word & sign_bit) != 0 ? ~word : word ^ sign_bit;
}

double decode_real(std::uint64_t word) noexcept {
    return std::bit_cast<double>((word & sign_bit) != 0 ? word ^ sign_bit : ~word);
}

/// At most `FrequentItems::max_bytes` from the front, without half a code point at the end.
std::string_view cut_text(std::string_view text) noexcept {
    if (text.size() <= FrequentItems::max_bytes) {
        return text;
    }
    // A code point has at most three bytes that continue it.
    std::size_t size = FrequentItems::max_bytes;
    for (int i = 0; i < 3 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U; ++i) {
        --size;
    }
    return text.substr(0, size);
}

std::string_view view(const WordBytes& bytes) noexcept { return {bytes.data(), bytes.size()}; }

Value to_value(const FrequentItem& item) {
    Value value;
    value.kind = static_cast<CellKind>(item.tag);
    switch (value.kind) {
    case CellKind::null: break;
    case CellKind::integer: value.integer = decode_integer(from_bytes(item.bytes)); break;
    case CellKind::real: value.real = decode_real(from_bytes(item.bytes)); break;
    case CellKind::text:
    case CellKind::blob: value.bytes = item.bytes; break;
    }
    return value;
}

} // namespace

void TopValues::insert(std::uint64_t hash, const Column& column, std::size_t row) {
    const CellKind kind = column.kind(row);
    const auto tag = static_cast<std::uint8_t>(kind);
    switch (kind) {
    case CellKind::null: return;
    case CellKind::integer:
        m_items.insert(hash, tag, view(to_bytes(encode(column.integer(row)))));
        return;
    case CellKind::real:
        m_items.insert(hash, tag, view(to_bytes(encode(column.real(row)))));
        return;
    case CellKind::text: m_items.insert(hash, tag, cut_text(column.bytes(row))); return;
    case CellKind::blob: m_items.insert(hash, tag, column.bytes(row)); return;
    }
}

std::vector<TopValue> TopValues::result(std::size_t most) const {
    std::vector<TopValue> values;
    const auto items = m_items.top(most);
    if (items.empty() || items.front().count.lower < 2) {
        return values;
    }
    for (const FrequentItem& item : items) {
        if (item.count.lower > m_items.offset()) {
            values.push_back({to_value(item), item.count.lower, item.count.upper});
        }
    }
    return values;
}

} // namespace assay
