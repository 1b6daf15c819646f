// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/sqlite_literal.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string_view>

namespace assay {
namespace {

std::string hex_literal(std::string_view bytes) {
    std::string text = "x'";
    for (const char byte : bytes) {
        fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
    }
    return text + "'";
}

bool is_control(char byte) noexcept {
    constexpr char delete_character = 0x7f;
    return static_cast<unsigned char>(byte) < ' ' || byte == delete_character;
}

/// 'a'||char(10)||'b', which does not depend on the encoding of the database as a cast of bytes
/// does.
std::string text_literal(std::string_view text) {
    std::string sql = "'";
    for (const char byte : text) {
        if (is_control(byte)) {
            fmt::format_to(std::back_inserter(sql), "'||char({})||'", static_cast<int>(byte));
        } else {
            sql += byte == '\'' ? std::string("''") : std::string(1, byte);
        }
    }
    return sql + "'";
}

/// SQLite takes expressions of a thousand levels.
bool has_many_controls(std::string_view text) noexcept {
    constexpr std::ptrdiff_t many = 200;
    return std::count_if(text.begin(), text.end(), is_control) > many;
}

std::string real_literal(double number) {
    if (std::isinf(number)) {
        return number > 0 ? "9e999" : "-9e999";
    }
    std::string text = fmt::format("{}", number);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// The least integer has no literal of its own: without its sign it is too large.
std::string integer_literal(std::int64_t number) {
    return number == std::numeric_limits<std::int64_t>::min() ? fmt::format("({}-1)", number + 1)
                                                              : std::to_string(number);
}

} // namespace

std::string sqlite_literal(const Value& value) {
    switch (value.kind) {
    case CellKind::null: return "NULL";
    case CellKind::integer: return integer_literal(value.integer);
    case CellKind::real: return real_literal(value.real);
    case CellKind::blob: return hex_literal(value.bytes);
    case CellKind::text: break;
    }
    const bool is_plain = is_valid_utf8(value.bytes) && !has_many_controls(value.bytes);
    return is_plain ? text_literal(value.bytes)
                    : fmt::format("CAST({} AS TEXT)", hex_literal(value.bytes));
}

} // namespace assay
