// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/value_decoder.hpp"

#include "assay/base/endian.hpp"
#include "assay/base/error.hpp"
#include "assay/table/column_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace assay::postgres {
namespace {

// The server counts from 2000-01-01, assay from 1970-01-01.
constexpr std::int64_t epoch_days = 10'957;
constexpr std::int64_t epoch_micros = epoch_days * 86'400 * 1'000'000;
constexpr std::int64_t minus_infinity = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t plus_infinity = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void fail_value(const char* type) {
    throw Error(ErrorKind::query, std::string("the server sent a malformed value of type ") + type,
                "check that nothing between assay and the server alters the data");
}

/// The whole value as one integer, or an error if its length is another one.
template <typename Signed>
Signed read_exactly(std::string_view bytes, const char* type) {
    if (bytes.size() != sizeof(Signed)) {
        fail_value(type);
    }
    return std::bit_cast<Signed>(load_big<std::make_unsigned_t<Signed>>(bytes.data()));
}

void decode_boolean(std::string_view bytes, ColumnWriter& column) {
    const auto value = read_exactly<std::int8_t>(bytes, "boolean");
    column.append_integer(value != 0 ? 1 : 0);
}

void decode_int2(std::string_view bytes, ColumnWriter& column) {
    column.append_integer(read_exactly<std::int16_t>(bytes, "smallint"));
}

void decode_int4(std::string_view bytes, ColumnWriter& column) {
    column.append_integer(read_exactly<std::int32_t>(bytes, "integer"));
}

void decode_int8(std::string_view bytes, ColumnWriter& column) {
    column.append_integer(read_exactly<std::int64_t>(bytes, "bigint"));
}

void decode_oid(std::string_view bytes, ColumnWriter& column) {
    const auto number = static_cast<std::uint32_t>(read_exactly<std::int32_t>(bytes, "oid"));
    column.append_integer(number);
}

/// The page and, in the low 16 bits, the item.
void decode_tid(std::string_view bytes, ColumnWriter& column) {
    constexpr std::size_t page_bytes = 4;
    constexpr std::size_t size = page_bytes + 2;
    if (bytes.size() != size) {
        fail_value("tid");
    }
    const std::int64_t page = load_big<std::uint32_t>(bytes.data());
    column.append_integer(page << 16U | load_big<std::uint16_t>(bytes.data() + page_bytes));
}

/// A float widened through its shortest decimal text, so that 0.1 stays 0.1.
double widen(float number) {
    if (!std::isfinite(number)) {
        return number;
    }
    std::array<char, 32> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), number);
    double wide = 0;
    std::from_chars(text.data(), written.ptr, wide);
    return wide;
}

void decode_float4(std::string_view bytes, ColumnWriter& column) {
    column.append_real(widen(std::bit_cast<float>(read_exactly<std::int32_t>(bytes, "real"))));
}

void decode_float8(std::string_view bytes, ColumnWriter& column) {
    column.append_real(
        std::bit_cast<double>(read_exactly<std::int64_t>(bytes, "double precision")));
}

void decode_text(std::string_view bytes, ColumnWriter& column) { column.append_text(bytes); }

/// character(n): the blanks that pad it are no part of the value.
void decode_bpchar(std::string_view bytes, ColumnWriter& column) {
    const auto last = bytes.find_last_not_of(' ');
    column.append_text(bytes.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

/// "char" is one byte; its zero byte is the empty text.
void decode_single_char(std::string_view bytes, ColumnWriter& column) {
    column.append_text(bytes == std::string_view("\0", 1) ? std::string_view() : bytes);
}

void decode_bytea(std::string_view bytes, ColumnWriter& column) { column.append_blob(bytes); }

void decode_jsonb(std::string_view bytes, ColumnWriter& column) {
    constexpr char only_version = 1;
    if (bytes.empty() || bytes.front() != only_version) {
        fail_value("jsonb");
    }
    column.append_text(bytes.substr(1));
}

constexpr std::size_t uuid_bytes = 16;

using SixteenBytes = unsigned char __attribute__((vector_size(uuid_bytes)));

/// The hex digits of half bytes.
SixteenBytes hex_digits(SixteenBytes halves) noexcept {
    const auto letters = static_cast<SixteenBytes>(halves > 9);
    return halves + '0' + (letters & ('a' - '0' - 10));
}

void decode_uuid(std::string_view bytes, ColumnWriter& column) {
    if (bytes.size() != uuid_bytes) {
        fail_value("uuid");
    }
    SixteenBytes value; // NOLINT(*-init-variables): filled below
    std::memcpy(&value, bytes.data(), sizeof value);
    const SixteenBytes high = value >> 4;
    const SixteenBytes low = value & 0xf;
    const std::array halves = {
        hex_digits(__builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                           22, 7, 23)),
        hex_digits(__builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29,
                                           14, 30, 15, 31))};
    std::array<char, 2 * uuid_bytes> digits; // NOLINT(*-member-init): filled below
    std::memcpy(digits.data(), halves.data(), digits.size());
    constexpr std::size_t size = digits.size() + 4;
    column.make_room(1, size);
    char* const text = column.begin_text();
    std::memcpy(text, digits.data(), 8);
    text[8] = '-';
    std::memcpy(text + 9, digits.data() + 8, 4);
    text[13] = '-';
    std::memcpy(text + 14, digits.data() + 12, 4);
    text[18] = '-';
    std::memcpy(text + 19, digits.data() + 16, 4);
    text[23] = '-';
    std::memcpy(text + 24, digits.data() + 20, 12);
    column.end_text(size);
}

void decode_date(std::string_view bytes, ColumnWriter& column) {
    const auto days = read_exactly<std::int32_t>(bytes, "date");
    if (days == std::numeric_limits<std::int32_t>::min()) {
        column.append_integer(minus_infinity);
    } else if (days == std::numeric_limits<std::int32_t>::max()) {
        column.append_integer(plus_infinity);
    } else {
        column.append_integer(days + epoch_days);
    }
}

void decode_time(std::string_view bytes, ColumnWriter& column) {
    column.append_integer(read_exactly<std::int64_t>(bytes, "time"));
}

void decode_timestamp(std::string_view bytes, ColumnWriter& column) {
    const auto micros = read_exactly<std::int64_t>(bytes, "timestamp");
    if (micros == minus_infinity || micros == plus_infinity) {
        column.append_integer(micros);
    } else if (micros >= plus_infinity - epoch_micros) {
        // The last 30 years that the server can hold do not fit; they must not become infinity.
        column.append_integer(plus_infinity - 1);
    } else {
        column.append_integer(micros + epoch_micros);
    }
}

/// The head of a binary numeric: four 16-bit words before the digits.
struct NumericHead {
    std::uint16_t digit_count;
    int weight; ///< of the first digit, as a power of 10,000
    std::uint16_t sign;
    int scale; ///< decimal digits to show after the point
};

constexpr std::size_t numeric_head_size = 8;
constexpr std::uint16_t sign_minus = 0x4000;
constexpr std::uint16_t sign_nan = 0xc000;
constexpr std::uint16_t sign_plus_infinity = 0xd000;
constexpr std::uint16_t sign_minus_infinity = 0xf000;
constexpr int max_scale = 16'383;
constexpr int decimals_per_digit = 4;

NumericHead read_numeric_head(std::string_view bytes) {
    if (bytes.size() < numeric_head_size) {
        fail_value("numeric");
    }
    const NumericHead head{
        .digit_count = load_big<std::uint16_t>(bytes.data()),
        .weight = std::bit_cast<std::int16_t>(load_big<std::uint16_t>(bytes.data() + 2)),
        .sign = load_big<std::uint16_t>(bytes.data() + 4),
        .scale = load_big<std::uint16_t>(bytes.data() + 6)};
    if (bytes.size() != numeric_head_size + 2 * std::size_t{head.digit_count} ||
        head.scale > max_scale) {
        fail_value("numeric");
    }
    return head;
}

/// The digit of base 10,000 that stands for that power, 0 where none is sent.
std::uint16_t numeric_digit(std::string_view digits, const NumericHead& head, int power) {
    const int index = head.weight - power;
    if (index < 0 || index >= head.digit_count) {
        return 0;
    }
    const auto digit = load_big<std::uint16_t>(digits.data() + 2 * static_cast<std::size_t>(index));
    if (digit > 9'999) {
        fail_value("numeric");
    }
    return digit;
}

/// Every digit of base 10,000 as four decimal ones.
constexpr auto make_fours() noexcept {
    std::array<char, std::size_t{10'000} * decimals_per_digit> fours{};
    for (std::size_t i = 0; i < fours.size(); ++i) {
        constexpr std::array<std::size_t, decimals_per_digit> units = {1'000, 100, 10, 1};
        fours[i] =
            static_cast<char>('0' + i / decimals_per_digit / units[i % decimals_per_digit] % 10);
    }
    return fours;
}

constexpr auto fours = make_fours();

const char* four_digits(std::uint16_t digit) noexcept {
    return fours.data() + std::size_t{decimals_per_digit} * digit;
}

/// @return where the text goes on
char* write_four_digits(std::uint16_t digit, char* out) noexcept {
    std::memcpy(out, four_digits(digit), decimals_per_digit);
    return out + decimals_per_digit;
}

/// Without the zeros at the front: nothing of 0. There is room for four characters.
char* write_first_digits(std::uint16_t digit, char* out) noexcept {
    if (digit == 0) {
        return out;
    }
    const int zeros = (digit < 1'000 ? 1 : 0) + (digit < 100 ? 1 : 0) + (digit < 10 ? 1 : 0);
    // Of a fixed size, because that is no call: the characters behind are written over. No digit
    // with zeros is the last one of the table.
    std::memcpy(out, four_digits(digit) + zeros, decimals_per_digit);
    return out + decimals_per_digit - zeros;
}

/// What the text of a finite numeric takes at most: a sign, a point, and a last group of decimals
/// that may be cut.
std::size_t most_characters(const NumericHead& head) noexcept {
    const auto whole_digits = static_cast<std::size_t>(std::max(head.weight, 0) + 1);
    return 2 + decimals_per_digit * (whole_digits + 1) + static_cast<std::size_t>(head.scale);
}

/// @param out has room for most_characters(). @return the end of the text
char* write_finite_numeric(std::string_view digits, const NumericHead& head, char* out) {
    char* end = out;
    if (head.sign == sign_minus) {
        *end++ = '-';
    }
    char* const first = end;
    for (int power = head.weight; power >= 0; --power) {
        const std::uint16_t digit = numeric_digit(digits, head, power);
        end = end == first ? write_first_digits(digit, end) : write_four_digits(digit, end);
    }
    if (end == first) {
        *end++ = '0';
    }
    if (head.scale > 0) {
        *end++ = '.';
        char* const fraction = end;
        for (int done = 0; done < head.scale; done += decimals_per_digit) {
            end =
                write_four_digits(numeric_digit(digits, head, -1 - done / decimals_per_digit), end);
        }
        end = fraction + head.scale;
    }
    return end;
}

void append_finite_numeric(std::string_view digits, const NumericHead& head, std::string& out) {
    const std::size_t start = out.size();
    out.resize(start + most_characters(head));
    const char* const end = write_finite_numeric(digits, head, out.data() + start);
    out.resize(static_cast<std::size_t>(end - out.data()));
}

void decode_numeric(std::string_view bytes, ColumnWriter& column) {
    const NumericHead head = read_numeric_head(bytes);
    if (head.sign == 0 || head.sign == sign_minus) {
        column.make_room(1, most_characters(head));
        char* const text = column.begin_text();
        const char* const end = write_finite_numeric(bytes.substr(numeric_head_size), head, text);
        column.end_text(static_cast<std::size_t>(end - text));
        return;
    }
    std::string text;
    append_numeric_text(bytes, text);
    column.make_room(1, text.size());
    column.append_text(text);
}

template <void (*decode)(std::string_view bytes, ColumnWriter& column)>
[[gnu::always_inline]] inline void append_all(std::span<const Field> fields, ColumnWriter& writer) {
    for (const Field& field : fields) {
        if (field.is_null()) {
            writer.append_null();
        } else {
            decode(field.bytes(), writer);
        }
    }
}

template <void (*decode)(std::string_view bytes, ColumnWriter& column)>
void decode_all(std::span<const Field> fields, Column& column) {
    ColumnWriter writer(column, fields.size());
    append_all<decode>(fields, writer);
}

/// The same for values that become texts or blobs of at most as many bytes.
template <void (*decode)(std::string_view bytes, ColumnWriter& column)>
void decode_texts(std::span<const Field> fields, Column& column) {
    std::size_t bytes = 0;
    for (const Field& field : fields) {
        bytes += field.is_null() ? 0 : field.bytes().size();
    }
    ColumnWriter writer(column, fields.size());
    writer.make_room(fields.size(), bytes);
    append_all<decode>(fields, writer);
}

bool is_text(Oid type) noexcept {
    return type == type_oid::text || type == type_oid::varchar || type == type_oid::name;
}

ValueDecoder text_decoder(Oid type) noexcept {
    // Types that users made have OIDs from here on; among them only enums count as text.
    constexpr Oid first_user_type = 16'384;
    switch (type) {
    case type_oid::bpchar: return decode_texts<decode_bpchar>;
    case type_oid::single_char: return decode_texts<decode_single_char>;
    default: return is_text(type) || type >= first_user_type ? decode_texts<decode_text> : nullptr;
    }
}

ValueDecoder integer_decoder(Oid type) noexcept {
    switch (type) {
    case type_oid::int2: return decode_all<decode_int2>;
    case type_oid::int4: return decode_all<decode_int4>;
    case type_oid::int8: return decode_all<decode_int8>;
    case type_oid::oid: return decode_all<decode_oid>;
    case type_oid::tid: return decode_all<decode_tid>;
    default: return nullptr;
    }
}

ValueDecoder real_decoder(Oid type) noexcept {
    switch (type) {
    case type_oid::float4: return decode_all<decode_float4>;
    case type_oid::float8: return decode_all<decode_float8>;
    default: return nullptr;
    }
}

ValueDecoder json_decoder(Oid type) noexcept {
    switch (type) {
    case type_oid::json: return decode_texts<decode_text>;
    case type_oid::jsonb: return decode_texts<decode_jsonb>;
    default: return nullptr;
    }
}

ValueDecoder only(Oid type, Oid expected, ValueDecoder decoder) noexcept {
    return type == expected ? decoder : nullptr;
}

} // namespace

void append_numeric_text(std::string_view bytes, std::string& out) {
    const NumericHead head = read_numeric_head(bytes);
    switch (head.sign) {
    case 0:
    case sign_minus: append_finite_numeric(bytes.substr(numeric_head_size), head, out); return;
    case sign_nan: out += "NaN"; return;
    case sign_plus_infinity: out += "Infinity"; return;
    case sign_minus_infinity: out += "-Infinity"; return;
    default: fail_value("numeric");
    }
}

ValueDecoder value_decoder(Oid type, ColumnType column) noexcept {
    switch (column) {
    case ColumnType::boolean: return only(type, type_oid::boolean, decode_all<decode_boolean>);
    case ColumnType::integer: return integer_decoder(type);
    case ColumnType::real: return real_decoder(type);
    case ColumnType::decimal: return only(type, type_oid::numeric, decode_all<decode_numeric>);
    case ColumnType::text: return text_decoder(type);
    case ColumnType::date: return only(type, type_oid::date, decode_all<decode_date>);
    case ColumnType::time: return only(type, type_oid::time, decode_all<decode_time>);
    case ColumnType::timestamp:
        return only(type, type_oid::timestamp, decode_all<decode_timestamp>);
    case ColumnType::timestamptz:
        return only(type, type_oid::timestamptz, decode_all<decode_timestamp>);
    case ColumnType::uuid: return only(type, type_oid::uuid, decode_all<decode_uuid>);
    case ColumnType::bytes: return only(type, type_oid::bytea, decode_texts<decode_bytea>);
    case ColumnType::json: return json_decoder(type);
    case ColumnType::interval:
    case ColumnType::other: return is_text(type) ? decode_texts<decode_text> : nullptr;
    }
    return nullptr;
}

} // namespace assay::postgres
