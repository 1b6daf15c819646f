// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "column_sql.hpp"

#include "plain_sql.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>

namespace assay::test {
namespace {

/// That of Unicode.
constexpr std::array white_space{9,      10,     11,     12,     13,     32,     0x85,
                                 0xa0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004,
                                 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028,
                                 0x2029, 0x202f, 0x205f, 0x3000};

} // namespace

ColumnSql::ColumnSql(StoreKind kind, const TableRecord& table, const ColumnRecord& column)
    : m_kind(kind), m_type(column.type), m_from(" FROM " + quoted_table(table.schema, table.name)),
      m_name(quoted(column.name)) {}

std::string ColumnSql::identity() const {
    if (!is_postgres()) {
        return m_name + " COLLATE BINARY";
    }
    if (is_of({"text"})) {
        return m_name + " COLLATE \"C\"";
    }
    return is_of({"uuid", "json", "interval", "other"}) ? m_name + "::text" : m_name;
}

std::string ColumnSql::is_number() const {
    if (!is_postgres()) {
        return "typeof(" + m_name + ") IN ('integer', 'real')";
    }
    return has_distance() ? m_name + " IS NOT NULL" : "false";
}

std::string ColumnSql::is_text() const {
    if (!is_postgres()) {
        return "typeof(" + m_name + ") = 'text'";
    }
    return is_of({"text", "uuid", "json", "interval", "other"}) ? m_name + " IS NOT NULL" : "false";
}

std::string ColumnSql::is_blank() const {
    // A look at the first letter spares most texts the comparison with every kind of white space.
    const std::string codes = fmt::format("{}", fmt::join(white_space, ", "));
    if (is_postgres()) {
        return fmt::format(
            "{0} AND ({1} = '' OR ascii({1}) IN ({2}) AND btrim({1}, chr({3})) = '')", is_text(),
            m_name + "::text", codes, fmt::join(white_space, ") || chr("));
    }
    return fmt::format("{0} AND ({1} = '' OR unicode({1}) IN ({2}) AND trim({1}, char({2})) = '')",
                       is_text(), m_name, codes);
}

std::string ColumnSql::is_misfit() const {
    const std::string kind = "typeof(" + m_name + ")";
    const std::map<std::string, std::string> fits{
        {"integer", kind + " = 'integer'"},
        {"real", kind + " IN ('integer', 'real')"},
        {"decimal", kind + " IN ('integer', 'real')"},
        {"text", kind + " = 'text'"},
        {"boolean", kind + " = 'integer' AND " + m_name + " IN (0, 1)"},
        {"date", "date(" + m_name + ") IS NOT NULL"},
        {"timestamp", "datetime(" + m_name + ") IS NOT NULL"},
        {"other", "true"}};
    return m_name + " IS NOT NULL AND NOT (" + fits.at(m_type) + ")";
}

std::string ColumnSql::amount() const {
    // assay takes a float4 by its decimal text, in which 0.15 is 0.15; in the sums of the server it
    // is 0.15000000596.
    return is_of({"real"}) && is_postgres() ? m_name + "::text::numeric" : m_name;
}

std::string ColumnSql::length() const {
    if (!has_length()) {
        return "CAST(NULL AS integer)";
    }
    if (!is_postgres()) {
        return fmt::format("CASE WHEN typeof({0}) IN ('text', 'blob') THEN length({0}) END",
                           m_name);
    }
    return is_of({"bytes"}) ? "octet_length(" + m_name + ")" : "char_length(" + m_name + "::text)";
}

std::string ColumnSql::as_text(const std::string& value) const {
    return is_postgres() ? "(" + value + ")::text" : value;
}

std::string ColumnSql::group_text() const {
    if (is_postgres()) {
        return is_of({"decimal"}) ? "min(trim_scale(" + m_name + "))"
                                  : "min(" + as_text(m_name) + ")";
    }
    return is_of({"boolean"})
               ? fmt::format("CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {0} END", m_name)
               : m_name;
}

std::string quoted_table(const std::string& schema, const std::string& name) {
    return quoted(schema) + "." + quoted(name);
}

} // namespace assay::test
