// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/comparable_hash.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/endian.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/table/value.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <string_view>

namespace assay {
namespace {

// Words have tags that no bytes hashed here begin with.
constexpr std::uint8_t integer_word = 0x11;
constexpr std::uint8_t real_word = 0x12;
constexpr std::uint8_t time_word = 0x13;
constexpr char number_text = 'n';
constexpr std::uint64_t null_hash = 0x9e37'79b9'7f4a'7c15;

/// Of a text that no cell holds as it is: what hash64() gives for tagged_bytes() of one that does.
std::uint64_t hash_made_text(std::string_view text, std::string& scratch) {
    std::array<char, sizeof(std::uint32_t)> size{};
    store_little(static_cast<std::uint32_t>(text.size()), size.data());
    scratch.assign(1, Column::text_tag);
    scratch.append(size.data(), size.size());
    scratch.append(text);
    return hash64(scratch);
}

/// Of a number or NULL, by its text form.
std::uint64_t hash_number_as_text(const Column& column, std::size_t row, std::string& scratch) {
    switch (column.kind(row)) {
    case CellKind::integer: return hash_made_text(display(value_at(column, row)), scratch);
    case CellKind::real:
        return hash_made_text(canonical_decimal(format_double(column.real(row))), scratch);
    case CellKind::null:
    case CellKind::text:
    case CellKind::blob: break;
    }
    return null_hash;
}

bool has_bytes(CellKind kind) noexcept { return kind == CellKind::text || kind == CellKind::blob; }

/// By the text form, which every cell has but a blob.
[[gnu::always_inline]] inline std::uint64_t hash_text(const Column& column, std::size_t row,
                                                      std::string& scratch) {
    return has_bytes(column.kind(row)) ? hash64(column.tagged_bytes(row))
                                       : hash_number_as_text(column, row, scratch);
}

bool is_padded(const Column& column, std::size_t row) noexcept {
    return column.kind(row) == CellKind::text && column.bytes(row).ends_with(' ') &&
           column.type() != ColumnType::decimal;
}

/// The same without the blanks at the end.
std::uint64_t hash_padded_text(const Column& column, std::size_t row, std::string& scratch) {
    return is_padded(column, row)
               ? hash_made_text(without_trailing_blanks(column.bytes(row)), scratch)
               : hash_text(column, row, scratch);
}

std::uint64_t hash_integer(std::int64_t number) noexcept {
    return hash64_word(integer_word, std::bit_cast<std::uint64_t>(number));
}

// From 2^53 on the shortest decimal text of a double need not be its value.
constexpr double two_to_53 = 0x1p53;

/// The integer that a double stands for.
std::optional<std::int64_t> whole(double number) noexcept {
    if (!(number > -two_to_53 && number < two_to_53)) {
        return std::nullopt;
    }
    const auto integer = static_cast<std::int64_t>(number);
    return static_cast<double>(integer) == number ? std::optional(integer) : std::nullopt;
}

/// Is it between two integers?
bool has_fraction(double number) noexcept {
    return number > -two_to_53 && number < two_to_53 && !whole(number);
}

/// The integer that a canonical decimal spells, if 64 bits hold it.
std::optional<std::int64_t> whole(std::string_view canonical) noexcept {
    std::int64_t integer = 0;
    const char* const last = canonical.data() + canonical.size();
    const auto [end, error] = std::from_chars(canonical.data(), last, integer);
    return error == std::errc() && end == last ? std::optional(integer) : std::nullopt;
}

std::uint64_t hash_number_text(std::string_view canonical, std::string& scratch) {
    if (const auto integer = whole(canonical)) {
        return hash_integer(*integer);
    }
    scratch.assign(1, number_text);
    scratch.append(canonical);
    return hash64(scratch);
}

std::uint64_t hash_real(double number, std::string& scratch) {
    if (const auto integer = whole(number)) {
        return hash_integer(*integer);
    }
    if (has_fraction(number)) {
        return hash64_word(real_word, std::bit_cast<std::uint64_t>(number));
    }
    return hash_number_text(canonical_decimal(format_double(number)), scratch);
}

/// Of a decimal that need not fit a double: as the double whose shortest text it is, if there is
/// one, else by its own text.
std::uint64_t hash_long_decimal(std::string_view text, std::string& scratch) {
    const std::string canonical = canonical_decimal(text);
    double nearest = 0;
    const char* const last = canonical.data() + canonical.size();
    const auto [end, error] = std::from_chars(canonical.data(), last, nearest);
    const bool is_text_of_it = error == std::errc() && end == last && has_fraction(nearest) &&
                               canonical_decimal(format_double(nearest)) == canonical;
    return is_text_of_it ? hash_real(nearest, scratch) : hash_number_text(canonical, scratch);
}

/// Of the text of a decimal cell; nullopt if it is no number.
[[gnu::always_inline]] inline std::optional<std::uint64_t> hash_decimal(std::string_view text,
                                                                        std::string& scratch) {
    if (const auto number = read_short_decimal(text)) {
        // No other decimal of up to 15 digits rounds to the same double.
        return hash_real(number->value, scratch);
    }
    return is_comparable_number(text) ? std::optional(hash_long_decimal(text, scratch))
                                      : std::nullopt;
}

std::uint64_t hash_number(const Column& column, std::size_t row, std::string& scratch) {
    const CellKind kind = column.kind(row);
    if (kind == CellKind::integer) {
        return hash_integer(column.integer(row));
    }
    if (kind == CellKind::real) {
        return hash_real(column.real(row), scratch);
    }
    if (kind == CellKind::text && column.type() == ColumnType::decimal) {
        if (const auto hash = hash_decimal(column.bytes(row), scratch)) {
            return *hash;
        }
    }
    return hash_text(column, row, scratch);
}

std::uint64_t hash_spelled_number(const Column& column, std::size_t row, std::string& scratch) {
    if (column.kind(row) != CellKind::text) {
        return hash_number(column, row, scratch);
    }
    const std::string_view text = without_trailing_blanks(column.bytes(row));
    if (column.type() == ColumnType::decimal) {
        const auto hash = hash_decimal(text, scratch);
        return hash ? *hash : hash_made_text(text, scratch);
    }
    return is_spelled_number(text) ? hash_long_decimal(text, scratch)
                                   : hash_made_text(text, scratch);
}

std::uint64_t hash_time(Comparison comparison, const Column& column, std::size_t row,
                        std::string& scratch) {
    const auto instant = comparable_instant(comparison, column, row);
    return instant ? hash64_word(time_word, std::bit_cast<std::uint64_t>(*instant))
                   : hash_text(column, row, scratch);
}

/// As uuid or as JSON.
std::uint64_t hash_spelling(Comparison comparison, const Column& column, std::size_t row,
                            std::string& scratch) {
    const auto spelling = comparable_spelling(comparison, column, row);
    return spelling ? hash_made_text(*spelling, scratch) : hash_text(column, row, scratch);
}

/// Call `use` with what hashes cells in that comparison: each of a type of its own, so that the
/// compiler makes a loop over cells without calls.
template <typename Use>
void choose(Comparison comparison, Use use) {
    switch (comparison) {
    case Comparison::number:
        use([](const Column& column, std::size_t row, std::string& scratch) {
            return hash_number(column, row, scratch);
        });
        return;
    case Comparison::spelled_number:
        use([](const Column& column, std::size_t row, std::string& scratch) {
            return hash_spelled_number(column, row, scratch);
        });
        return;
    case Comparison::uuid:
    case Comparison::json:
        use([comparison](const Column& column, std::size_t row, std::string& scratch) {
            return hash_spelling(comparison, column, row, scratch);
        });
        return;
    case Comparison::time:
    case Comparison::epoch_seconds:
    case Comparison::epoch_millis:
    case Comparison::epoch_micros:
    case Comparison::epoch_nanos:
    case Comparison::julian_day:
        use([comparison](const Column& column, std::size_t row, std::string& scratch) {
            return hash_time(comparison, column, row, scratch);
        });
        return;
    case Comparison::padded_text:
        use([](const Column& column, std::size_t row, std::string& scratch) {
            return hash_padded_text(column, row, scratch);
        });
        return;
    case Comparison::text:
    case Comparison::bytes:
        use([](const Column& column, std::size_t row, std::string& scratch) {
            return hash_text(column, row, scratch);
        });
        return;
    }
}

} // namespace

std::uint64_t comparable_hash(Comparison comparison, const Column& column, std::size_t row,
                              std::string& scratch) {
    std::uint64_t hash = null_hash;
    const auto only = [&](auto of_cell) { hash = of_cell(column, row, scratch); };
    if (column.kind(row) != CellKind::null) {
        choose(comparison, only);
    }
    return hash;
}

void comparable_hashes(Comparison comparison, const Column& column, std::span<std::uint64_t> hashes,
                       std::string& scratch) {
    choose(comparison, [&](auto of_cell) {
        for (std::size_t row = 0; row < hashes.size(); ++row) {
            hashes.data()[row] =
                column.kind(row) == CellKind::null ? null_hash : of_cell(column, row, scratch);
        }
    });
}

bool has_padding(const Column& column) noexcept {
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (is_padded(column, row)) {
            return true;
        }
    }
    return false;
}

} // namespace assay
