// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "sql_words.hpp"

#include "real/plain_sql.hpp"

#include <fmt/format.h>

namespace assay::test {
namespace {

bool is_time(ColumnType type) {
    return type == ColumnType::date || type == ColumnType::timestamp ||
           type == ColumnType::timestamptz;
}

} // namespace

SqlWords::SqlWords(StoreKind kind, const ColumnSpec& column)
    : m_kind(kind), m_type(column.type), m_name(quoted(column.name)) {}

bool SqlWords::is_numeric() const {
    return m_type == ColumnType::integer || m_type == ColumnType::real ||
           m_type == ColumnType::decimal;
}

bool SqlWords::has_distance() const {
    return is_numeric() || is_time(m_type) || m_type == ColumnType::time;
}

bool SqlWords::has_text_order() const {
    return has_distance() || m_type == ColumnType::text || m_type == ColumnType::uuid;
}

bool SqlWords::has_length() const { return !has_distance() && m_type != ColumnType::boolean; }

std::string SqlWords::identity() const {
    if (!is_postgres()) {
        return m_name;
    }
    switch (m_type) {
    case ColumnType::text: return m_name + "::text COLLATE \"C\"";
    case ColumnType::json:
    case ColumnType::interval:
    case ColumnType::other: return m_name + "::text";
    default: return m_name;
    }
}

std::string SqlWords::sort() const {
    if (!is_postgres()) {
        return fmt::format("CASE typeof({}) WHEN 'text' THEN 't' WHEN 'blob' THEN 'b' ELSE 'n' END",
                           m_name);
    }
    if (m_type == ColumnType::decimal) {
        return "'d'";
    }
    if (m_type == ColumnType::bytes) {
        return "'b'";
    }
    return has_distance() || m_type == ColumnType::boolean ? "'n'" : "'t'";
}

std::string SqlWords::key() const {
    if (!is_postgres()) {
        return fmt::format("CASE WHEN typeof({0}) IN ('text', 'blob') THEN hex({0}) ELSE {0} END",
                           m_name);
    }
    constexpr std::string_view ends =
        "CASE {0} WHEN 'infinity' THEN '9223372036854775807' WHEN '-infinity' THEN "
        "'-9223372036854775808' ELSE ({1})::bigint::text END";
    switch (m_type) {
    case ColumnType::boolean: return m_name + "::int::text";
    case ColumnType::decimal: return "trim_scale(" + m_name + ")::text";
    case ColumnType::integer:
    case ColumnType::real: return m_name + "::text";
    case ColumnType::date:
        return fmt::format(fmt::runtime(ends), m_name, m_name + " - date '1970-01-01'");
    case ColumnType::timestamp:
    case ColumnType::timestamptz:
        return fmt::format(fmt::runtime(ends), m_name,
                           fmt::format("extract(epoch FROM {}) * 1000000", m_name));
    case ColumnType::time:
        return fmt::format("(extract(epoch FROM {}) * 1000000)::bigint::text", m_name);
    case ColumnType::bytes: return "encode(" + m_name + ", 'hex')";
    default: return "encode(convert_to(" + m_name + "::text, 'UTF8'), 'hex')";
    }
}

std::string SqlWords::is_nan() const {
    const bool possible = is_postgres() && is_numeric() && m_type != ColumnType::integer;
    return possible ? m_name + " = 'NaN'" : "false";
}

std::string SqlWords::is_infinite() const {
    if (!is_postgres()) {
        return "typeof(" + m_name + ") = 'real' AND " + m_name + " IN (9e999, -9e999)";
    }
    const bool possible = (is_numeric() && m_type != ColumnType::integer) || is_time(m_type);
    return possible ? m_name + " IN ('infinity', '-infinity')" : "false";
}

std::string SqlWords::is_finite() const {
    const std::string number = is_postgres() ? (has_distance() ? m_name + " IS NOT NULL" : "false")
                                             : "typeof(" + m_name + ") IN ('integer', 'real')";
    return fmt::format("({}) AND NOT ({}) AND NOT ({})", number, is_nan(), is_infinite());
}

std::string SqlWords::is_misfit() const {
    const std::string kind = "typeof(" + m_name + ")";
    const std::string start = m_name + " IS NOT NULL AND NOT (";
    switch (m_type) {
    case ColumnType::integer: return start + kind + " = 'integer')";
    case ColumnType::real:
    case ColumnType::decimal: return start + kind + " IN ('integer', 'real'))";
    case ColumnType::text: return start + kind + " = 'text')";
    case ColumnType::boolean: return start + kind + " = 'integer' AND " + m_name + " IN (0, 1))";
    case ColumnType::bytes:
    case ColumnType::other: return "false";
    default: return {};
    }
}

} // namespace assay::test
