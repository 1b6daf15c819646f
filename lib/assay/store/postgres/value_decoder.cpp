// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/value_decoder.hpp"

#include "assay/base/error.hpp"

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
    return std::bit_cast<Signed>(read_big_endian<std::make_unsigned_t<Signed>>(bytes));
}

void decode_boolean(std::string_view bytes, std::string&, Column& column) {
    const auto value = read_exactly<std::int8_t>(bytes, "boolean");
    column.append_integer(value != 0 ? 1 : 0);
}

void decode_int2(std::string_view bytes, std::string&, Column& column) {
    column.append_integer(read_exactly<std::int16_t>(bytes, "smallint"));
}

void decode_int4(std::string_view bytes, std::string&, Column& column) {
    column.append_integer(read_exactly<std::int32_t>(bytes, "integer"));
}

void decode_int8(std::string_view bytes, std::string&, Column& column) {
    column.append_integer(read_exactly<std::int64_t>(bytes, "bigint"));
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

void decode_float4(std::string_view bytes, std::string&, Column& column) {
    column.append_real(widen(std::bit_cast<float>(read_exactly<std::int32_t>(bytes, "real"))));
}

void decode_float8(std::string_view bytes, std::string&, Column& column) {
    column.append_real(
        std::bit_cast<double>(read_exactly<std::int64_t>(bytes, "double precision")));
}

void decode_numeric(std::string_view bytes, std::string& scratch, Column& column) {
    scratch.clear();
    append_numeric_text(bytes, scratch);
    column.append_text(scratch);
}

void decode_text(std::string_view bytes, std::string&, Column& column) {
    column.append_text(bytes);
}

/// character(n): the blanks that pad it are no part of the value.
void decode_bpchar(std::string_view bytes, std::string&, Column& column) {
    const auto last = bytes.find_last_not_of(' ');
    column.append_text(bytes.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

/// "char" is one byte; its zero byte is the empty text.
void decode_single_char(std::string_view bytes, std::string&, Column& column) {
    column.append_text(bytes == std::string_view("\0", 1) ? std::string_view() : bytes);
}

void decode_bytea(std::string_view bytes, std::string&, Column& column) {
    column.append_blob(bytes);
}

void decode_jsonb(std::string_view bytes, std::string&, Column& column) {
    constexpr char only_version = 1;
    if (bytes.empty() || bytes.front() != only_version) {
        fail_value("jsonb");
    }
    column.append_text(bytes.substr(1));
}

/// The two digits of each number that has no more of them in a base.
template <std::size_t base>
constexpr auto make_pairs() noexcept {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::array<char, 2>, base * base> pairs{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        pairs[i] = {digits[i / base], digits[i % base]};
    }
    return pairs;
}

constexpr auto hex_pairs = make_pairs<16>();
constexpr auto decimal_pairs = make_pairs<10>();

void decode_uuid(std::string_view bytes, std::string&, Column& column) {
    constexpr std::size_t uuid_bytes = 16;
    if (bytes.size() != uuid_bytes) {
        fail_value("uuid");
    }
    std::array<char, 2 * uuid_bytes + 4> text; // NOLINT(*-member-init): filled below
    char* out = text.data();
    for (std::size_t i = 0; i < uuid_bytes; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *out++ = '-';
        }
        std::memcpy(out, hex_pairs.data()[static_cast<unsigned char>(bytes.data()[i])].data(), 2);
        out += 2;
    }
    column.append_text({text.data(), text.size()});
}

void decode_date(std::string_view bytes, std::string&, Column& column) {
    const auto days = read_exactly<std::int32_t>(bytes, "date");
    if (days == std::numeric_limits<std::int32_t>::min()) {
        column.append_integer(minus_infinity);
    } else if (days == std::numeric_limits<std::int32_t>::max()) {
        column.append_integer(plus_infinity);
    } else {
        column.append_integer(days + epoch_days);
    }
}

void decode_time(std::string_view bytes, std::string&, Column& column) {
    column.append_integer(read_exactly<std::int64_t>(bytes, "time"));
}

void decode_timestamp(std::string_view bytes, std::string&, Column& column) {
    const auto micros = read_exactly<std::int64_t>(bytes, "timestamp");
    if (micros == minus_infinity || micros == plus_infinity) {
        column.append_integer(micros);
    } else if (micros >= plus_infinity - epoch_micros) {
        // The last 47 years that the server can hold do not fit; they must not become infinity.
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
        .digit_count = read_big_endian<std::uint16_t>(bytes),
        .weight = std::bit_cast<std::int16_t>(read_big_endian<std::uint16_t>(bytes.substr(2))),
        .sign = read_big_endian<std::uint16_t>(bytes.substr(4)),
        .scale = read_big_endian<std::uint16_t>(bytes.substr(6))};
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
    const auto digit =
        read_big_endian<std::uint16_t>(digits.substr(2 * static_cast<std::size_t>(index)));
    if (digit > 9'999) {
        fail_value("numeric");
    }
    return digit;
}

/// @return where the text goes on
char* write_four_digits(std::uint16_t digit, char* out) noexcept {
    std::memcpy(out, decimal_pairs[digit / 100].data(), 2);
    std::memcpy(out + 2, decimal_pairs[digit % 100].data(), 2);
    return out + decimals_per_digit;
}

void append_finite_numeric(std::string_view digits, const NumericHead& head, std::string& out) {
    const std::size_t start = out.size();
    const auto whole_digits = static_cast<std::size_t>(std::max(head.weight, 0) + 1);
    const auto decimals = static_cast<std::size_t>(head.scale);
    // A sign, a point, and a last group of decimals that may be cut.
    out.resize(start + 2 + decimals_per_digit * (whole_digits + 1) + decimals);
    char* end = out.data() + start;
    if (head.sign == sign_minus) {
        *end++ = '-';
    }
    char* const first = end;
    for (int power = head.weight; power >= 0; --power) {
        end = write_four_digits(numeric_digit(digits, head, power), end);
    }
    const char* const leading = std::find_if(first, end, [](char c) { return c != '0'; });
    end = std::copy(leading, static_cast<const char*>(end), first);
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
        end = fraction + decimals;
    }
    out.resize(static_cast<std::size_t>(end - out.data()));
}

bool is_text(Oid type) noexcept {
    return type == type_oid::text || type == type_oid::varchar || type == type_oid::name;
}

ValueDecoder text_decoder(Oid type) noexcept {
    // Types that users made have OIDs from here on; among them only enums count as text.
    constexpr Oid first_user_type = 16'384;
    switch (type) {
    case type_oid::bpchar: return decode_bpchar;
    case type_oid::single_char: return decode_single_char;
    default: return is_text(type) || type >= first_user_type ? decode_text : nullptr;
    }
}

ValueDecoder integer_decoder(Oid type) noexcept {
    switch (type) {
    case type_oid::int2: return decode_int2;
    case type_oid::int4: return decode_int4;
    case type_oid::int8: return decode_int8;
    default: return nullptr;
    }
}

ValueDecoder real_decoder(Oid type) noexcept {
    switch (type) {
    case type_oid::float4: return decode_float4;
    case type_oid::float8: return decode_float8;
    default: return nullptr;
    }
}

ValueDecoder json_decoder(Oid type) noexcept {
    switch (type) {
    case type_oid::json: return decode_text;
    case type_oid::jsonb: return decode_jsonb;
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
    case ColumnType::boolean: return only(type, type_oid::boolean, decode_boolean);
    case ColumnType::integer: return integer_decoder(type);
    case ColumnType::real: return real_decoder(type);
    case ColumnType::decimal: return only(type, type_oid::numeric, decode_numeric);
    case ColumnType::text: return text_decoder(type);
    case ColumnType::date: return only(type, type_oid::date, decode_date);
    case ColumnType::time: return only(type, type_oid::time, decode_time);
    case ColumnType::timestamp: return only(type, type_oid::timestamp, decode_timestamp);
    case ColumnType::timestamptz: return only(type, type_oid::timestamptz, decode_timestamp);
    case ColumnType::uuid: return only(type, type_oid::uuid, decode_uuid);
    case ColumnType::bytes: return only(type, type_oid::bytea, decode_bytea);
    case ColumnType::json: return json_decoder(type);
    case ColumnType::interval:
    case ColumnType::other: return is_text(type) ? decode_text : nullptr;
    }
    return nullptr;
}

} // namespace assay::postgres
