// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/top_values.hpp"

#include "assay/sketch/state_io.hpp"

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

/// What is kept of a cell: the order of tags and bytes is that of the values.
class Shown {
public:
    Shown(CellKind kind, WordBytes word) noexcept : m_kind(kind), m_word(word) {}
    Shown(CellKind kind, std::string_view bytes) noexcept : m_kind(kind), m_bytes(bytes) {}

    std::uint8_t tag() const noexcept { return static_cast<std::uint8_t>(m_kind); }
    std::string_view bytes() const noexcept {
        const bool number = m_kind == CellKind::integer || m_kind == CellKind::real;
        return number ? std::string_view(m_word.data(), m_word.size()) : m_bytes;
    }

private:
    CellKind m_kind;
    WordBytes m_word{};
    std::string_view m_bytes;
};

/// 1.0 equals 1, so either may stand for both: the integer does.
Shown show_real(double number) noexcept {
    if (equals_some_integer(number)) {
        return {CellKind::integer, to_bytes(encode(static_cast<std::int64_t>(number)))};
    }
    return {CellKind::real, to_bytes(encode(number))};
}

Shown show(const Column& column, std::size_t row) noexcept {
    const CellKind kind = column.kind(row);
    switch (kind) {
    case CellKind::integer: return {kind, to_bytes(encode(column.integer(row)))};
    case CellKind::real: return show_real(column.real(row));
    case CellKind::text: return {kind, cut_text(column.bytes(row))};
    case CellKind::blob: return {kind, column.bytes(row)};
    case CellKind::null: break;
    }
    return {kind, std::string_view()};
}

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

void TopValues::name(std::uint64_t hash, const Column& column, std::size_t row) {
    const Shown shown = show(column, row);
    m_items.name(hash, shown.tag(), shown.bytes());
}

std::vector<TopValue> TopValues::result(std::size_t most) const {
    std::vector<TopValue> values;
    const auto items = m_items.top(most);
    if (items.empty() || items.front().count.lower < 2) {
        return values;
    }
    const std::int64_t offset = m_items.offset();
    for (const FrequentItem& item : items) {
        if (item.count.lower > offset) {
            values.push_back({to_value(item), item.count.lower, item.count.upper});
        }
    }
    return values;
}

std::vector<TrackedValue> TopValues::tracked() const {
    std::vector<TrackedValue> values;
    for (const FrequentItem& item : m_items.top(m_items.size())) {
        values.push_back({item.hash, to_value(item), item.count});
    }
    return values;
}

void TopValues::write(StateWriter& writer) const {
    constexpr std::size_t kept_slots = 128;
    m_items.fold(kept_slots, rows_to_show_text).write(writer);
}

TopValues TopValues::read(StateReader& reader) {
    TopValues values;
    values.m_items = FrequentItems::read(reader);
    for (const FrequentItem& item : values.m_items.top(values.m_items.size())) {
        reader.expect(item.tag <= static_cast<std::uint8_t>(CellKind::blob),
                      "has a value of an unknown kind");
    }
    return values;
}

} // namespace assay
