// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/like_server.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/endian.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/lookup3.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/base/uuid.hpp"
#include "assay/table/value.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace assay {
namespace {

// The flags of a column in the seed, before they are shifted to its place.
constexpr std::uint64_t null_flag = 1;
constexpr std::uint64_t negative_flag = 2;

std::uint64_t hash_bigint(std::int64_t number, std::uint64_t seed) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    const auto low = static_cast<std::uint32_t>(bits);
    const auto high = static_cast<std::uint32_t>(bits >> 32U);
    return lookup3_word(low ^ (number >= 0 ? high : ~high), seed);
}

/// The halves of a bigint count apart: the function of the server folds them.
std::uint64_t hash_both_halves(std::int64_t number, std::uint64_t seed) noexcept {
    const auto high = static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(number) >> 32U);
    return lookup3_word(high, hash_bigint(number, seed));
}

std::uint64_t hash_double(double number, std::uint64_t seed) noexcept {
    if (number == 0) {
        return seed;
    }
    std::array<char, sizeof number> bytes{};
    store_little(std::bit_cast<std::uint64_t>(number), bytes.data());
    return lookup3({bytes.data(), bytes.size()}, seed);
}

/// hash_numeric_extended(): the digits to the base of 10,000, without zeros at either end, and the
/// place of the first one. The sign is in the seed.
/// @param canonical see canonical_decimal(); finite
std::uint64_t hash_numeric(std::string_view canonical, std::uint64_t seed, std::string& scratch) {
    constexpr std::size_t group = 4;
    if (canonical.starts_with('-')) {
        canonical.remove_prefix(1);
    }
    const std::size_t point = std::min(canonical.find('.'), canonical.size());
    const std::string_view whole = canonical.substr(0, point);
    const std::string_view fraction = canonical.substr(std::min(point + 1, canonical.size()));
    std::string digits((group - whole.size() % group) % group, '0');
    auto weight = static_cast<std::int64_t>((digits.size() + whole.size()) / group) - 1;
    digits.append(whole).append(fraction);
    digits.append((group - digits.size() % group) % group, '0');
    scratch.clear();
    for (std::size_t at = 0; at < digits.size(); at += group) {
        std::uint16_t digit = 0;
        std::from_chars(digits.data() + at, digits.data() + at + group, digit);
        if (digit == 0 && scratch.empty()) {
            --weight;
            continue;
        }
        std::array<char, sizeof digit> bytes{};
        store_little(digit, bytes.data());
        scratch.append(bytes.data(), bytes.size());
    }
    if (scratch.empty()) {
        return seed - 1;
    }
    while (scratch.ends_with(std::string_view("\0\0", 2))) {
        scratch.resize(scratch.size() - 2);
    }
    return lookup3(scratch, seed) ^ std::bit_cast<std::uint64_t>(weight);
}

/// As the server, which puts the microseconds beside the seconds where a double does not hold both.
std::uint64_t hash_moment(Micros instant, std::uint64_t seed) noexcept {
    constexpr Micros year_1700 = -98'615 * micros_per_day;
    constexpr Micros year_2242 = 99'346 * micros_per_day;
    constexpr Micros minute = 60 * micros_per_second;
    if (instant < year_1700 || instant >= year_2242) {
        const Micros of_minute = ((instant % minute) + minute) % minute;
        seed = hash_double(static_cast<double>(of_minute), seed);
    }
    return hash_double(static_cast<double>(instant) / static_cast<double>(micros_per_second), seed);
}

/// What a cell is as a number, canonical; nullopt if it compares with none, or is not finite.
std::optional<std::string> decimal_of(const Column& column, std::size_t row) {
    switch (column.kind(row)) {
    case CellKind::integer: return std::to_string(column.integer(row));
    case CellKind::real: {
        std::string text = canonical_decimal(format_double(column.real(row)));
        return is_decimal(text) ? std::optional(std::move(text)) : std::nullopt;
    }
    case CellKind::text:
        if (column.type() == ColumnType::decimal && is_decimal(column.bytes(row))) {
            return canonical_decimal(column.bytes(row));
        }
        break;
    case CellKind::null:
    case CellKind::blob: break;
    }
    return std::nullopt;
}

/// The integer that a cell equals.
template <typename Integer>
std::optional<Integer> integer_of(const Column& column, std::size_t row) {
    if (column.kind(row) == CellKind::integer) {
        return std::in_range<Integer>(column.integer(row))
                   ? std::optional(static_cast<Integer>(column.integer(row)))
                   : std::nullopt;
    }
    const auto text = decimal_of(column, row);
    Integer number = 0;
    const char* const last = text ? text->data() + text->size() : nullptr;
    if (!text) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text->data(), last, number);
    return error == std::errc() && end == last ? std::optional(number) : std::nullopt;
}

/// The double that a cell equals.
std::optional<double> double_of(const Column& column, std::size_t row) {
    constexpr std::int64_t exact = std::int64_t{1} << 53U;
    if (column.kind(row) == CellKind::real) {
        return column.real(row);
    }
    const bool is_exact = column.kind(row) == CellKind::integer && column.integer(row) > -exact &&
                          column.integer(row) < exact;
    return is_exact ? std::optional(static_cast<double>(column.integer(row))) : std::nullopt;
}

/// Of "infinity" as a text, which is the only one that SQLite has for a time: 1, or -1; else 0.
int sign_of_infinity(const Column& column, std::size_t row) noexcept {
    if (column.kind(row) != CellKind::text) {
        return 0;
    }
    const std::string_view text = column.bytes(row);
    return text == "infinity" ? 1 : (text == "-infinity" ? -1 : 0);
}

/// What a server hashes in the place of a NULL.
std::uint64_t hash_null(HashKind kind, std::uint64_t seed) noexcept {
    switch (kind) {
    case HashKind::integer: return hash_both_halves(0, seed);
    case HashKind::small_integer:
    case HashKind::boolean: return lookup3_word(0, seed);
    case HashKind::decimal: return seed - 1;
    case HashKind::text:
    case HashKind::date: return lookup3({}, seed);
    case HashKind::uuid:
        return lookup3(std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16), seed);
    case HashKind::real:
    case HashKind::wide_real:
    case HashKind::moment:
    case HashKind::time_of_day: break;
    }
    return seed;
}

std::optional<std::uint64_t> hash_text(const Column& column, std::size_t row, std::uint64_t seed) {
    switch (column.kind(row)) {
    case CellKind::text: return lookup3(column.bytes(row), seed);
    case CellKind::integer: return lookup3(display(value_at(column, row)), seed);
    case CellKind::real: return lookup3(canonical_decimal(format_double(column.real(row))), seed);
    case CellKind::null:
    case CellKind::blob: break;
    }
    return std::nullopt;
}

/// @return nullopt if the cell equals no value of the kind
std::optional<std::uint64_t> hash_value(HashKind kind, Comparison comparison, const Column& column,
                                        std::size_t row, std::uint64_t seed, std::string& scratch) {
    switch (kind) {
    case HashKind::integer: {
        const auto number = integer_of<std::int64_t>(column, row);
        return number ? std::optional(hash_both_halves(*number, seed)) : std::nullopt;
    }
    case HashKind::small_integer: {
        const auto number = integer_of<std::int32_t>(column, row);
        return number ? std::optional(lookup3_word(static_cast<std::uint32_t>(*number), seed))
                      : std::nullopt;
    }
    case HashKind::decimal: {
        const auto number = decimal_of(column, row);
        return number ? std::optional(hash_numeric(*number, seed, scratch)) : std::nullopt;
    }
    case HashKind::wide_real: {
        const auto number = double_of(column, row);
        return number ? std::optional(hash_double(*number, seed)) : std::nullopt;
    }
    case HashKind::boolean: {
        const auto number = integer_of<std::int64_t>(column, row);
        return number && (*number == 0 || *number == 1)
                   ? std::optional(lookup3_word(static_cast<std::uint32_t>(*number), seed))
                   : std::nullopt;
    }
    case HashKind::text: return hash_text(column, row, seed);
    case HashKind::uuid: {
        const auto bytes = comparable_uuid(column, row);
        return bytes ? std::optional(lookup3({bytes->data(), bytes->size()}, seed)) : std::nullopt;
    }
    case HashKind::moment: {
        if (const int sign = sign_of_infinity(column, row); sign != 0) {
            return hash_double(sign * std::numeric_limits<double>::infinity(), seed);
        }
        const auto instant = comparable_instant(comparison, column, row);
        return instant ? std::optional(hash_moment(*instant, seed)) : std::nullopt;
    }
    case HashKind::date: {
        if (sign_of_infinity(column, row) != 0) {
            return lookup3(column.bytes(row), seed);
        }
        const auto instant = comparable_instant(comparison, column, row);
        return instant && *instant % micros_per_day == 0
                   ? std::optional(lookup3(format_date(*instant / micros_per_day), seed))
                   : std::nullopt;
    }
    case HashKind::real:
    case HashKind::time_of_day: break;
    }
    return std::nullopt;
}

std::uint64_t hash_cell(HashKind kind, Comparison comparison, const Column& column, std::size_t row,
                        std::uint64_t seed, std::string& scratch) {
    if (column.kind(row) == CellKind::null) {
        return hash_null(kind, seed);
    }
    if (const auto hash = hash_value(kind, comparison, column, row, seed, scratch)) {
        return *hash;
    }
    scratch.assign(1, 'x'); // no value of the server has such bytes at such a seed
    append_comparable(comparison, column, row, scratch);
    return lookup3(scratch, ~seed);
}

std::uint64_t flags(HashKind kind, const Column& column, std::size_t row) {
    if (column.kind(row) == CellKind::null) {
        return null_flag;
    }
    if (kind != HashKind::decimal) {
        return 0;
    }
    switch (column.kind(row)) {
    case CellKind::integer: return column.integer(row) < 0 ? negative_flag : 0;
    case CellKind::real: return column.real(row) < 0 ? negative_flag : 0;
    case CellKind::text: {
        const auto number = decimal_of(column, row);
        return number && number->starts_with('-') ? negative_flag : 0;
    }
    case CellKind::null:
    case CellKind::blob: break;
    }
    return 0;
}

} // namespace

std::int64_t turn_of_seed(HashKind kind, std::size_t place) noexcept {
    switch (kind) {
    case HashKind::decimal:
    case HashKind::real:
    case HashKind::wide_real:
    case HashKind::moment:
    case HashKind::time_of_day:
        // One that no sum of the turns of other columns is equal to, as far as hashes go.
        return std::bit_cast<std::int64_t>(hash64_word(static_cast<std::uint8_t>(kind), place));
    case HashKind::integer:
    case HashKind::small_integer:
    case HashKind::boolean:
    case HashKind::text:
    case HashKind::uuid:
    case HashKind::date: break;
    }
    return 0;
}

bool hashes_like_server(HashKind kind, Comparison comparison) noexcept {
    switch (kind) {
    case HashKind::integer:
    case HashKind::small_integer:
    case HashKind::decimal:
    case HashKind::wide_real:
    case HashKind::boolean: return comparison == Comparison::number;
    case HashKind::moment:
    case HashKind::date: return comparison == Comparison::time;
    case HashKind::text:
        return comparison == Comparison::text || comparison == Comparison::padded_text;
    case HashKind::uuid: return comparison == Comparison::uuid;
    case HashKind::real: // the server hashes what a double makes of it, not its shortest text
    case HashKind::time_of_day: break;
    }
    return false;
}

void hash_like_server(std::span<const HashKind> kinds, std::span<const Comparison> comparisons,
                      const RowBatch& batch, std::vector<std::uint64_t>& hashes,
                      std::string& scratch) {
    hashes.assign(batch.row_count, 0);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            hashes[row] += flags(kinds[i], batch.columns[i], row) << (2 * i);
        }
    }
    for (std::size_t i = kinds.size(); i-- > 0;) {
        const auto turn = std::bit_cast<std::uint64_t>(turn_of_seed(kinds[i], i));
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            hashes[row] = hash_cell(kinds[i], comparisons[i], batch.columns[i], row,
                                    hashes[row] ^ turn, scratch);
        }
    }
}

std::uint64_t second_half(std::uint64_t row_hash) noexcept {
    return hash_bigint(std::bit_cast<std::int64_t>(row_hash), 1);
}

} // namespace assay
