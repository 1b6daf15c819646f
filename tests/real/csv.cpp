// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "csv.hpp"

#include "plain_sql.hpp"

#include <algorithm>
#include <stdexcept>

namespace assay::test {
namespace {

/// Walks over the fields of a text.
class CsvReader {
public:
    explicit CsvReader(std::string_view text) : m_text(text) {}

    bool at_end() const { return m_at >= m_text.size(); }
    std::vector<std::string> record() {
        std::vector<std::string> fields{field()};
        while (take(',')) {
            fields.push_back(field());
        }
        take('\r');
        take('\n');
        return fields;
    }

private:
    bool take(char letter) {
        const bool found = !at_end() && m_text[m_at] == letter;
        m_at += found ? 1 : 0;
        return found;
    }
    std::string field() {
        while (take(' ')) {
        }
        return take('"') ? quoted_field() : plain_field();
    }
    std::string plain_field() {
        const auto end = std::min(m_text.find_first_of(",\r\n", m_at), m_text.size());
        std::string value(m_text.substr(m_at, end - m_at));
        m_at = end;
        return value;
    }
    /// Up to the closing quote; a doubled quote stands for one.
    std::string quoted_field() {
        std::string value;
        for (;;) {
            const auto end = m_text.find('"', m_at);
            if (end == std::string_view::npos) {
                throw std::runtime_error("a quoted field has no end");
            }
            value += m_text.substr(m_at, end - m_at);
            m_at = end + 1;
            if (!take('"')) {
                return value;
            }
            value += '"';
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

std::string values_of(const std::vector<std::string>& row, EmptyField empty) {
    std::string values;
    for (const auto& field : row) {
        const bool null = field.empty() && empty == EmptyField::null;
        values += (values.empty() ? "(" : ", ") + (null ? "NULL" : literal(field));
    }
    return values + ")";
}

} // namespace

CsvTable parse_csv(std::string_view text) {
    CsvReader reader(text);
    CsvTable table;
    table.header = reader.record();
    while (!reader.at_end()) {
        table.rows.push_back(reader.record());
        if (table.rows.back().size() != table.header.size()) {
            throw std::runtime_error("row " + std::to_string(table.rows.size()) +
                                     " is not as long as the header");
        }
    }
    return table;
}

std::string table_sql(const std::string& name, const CsvTable& csv, EmptyField empty) {
    std::string columns;
    for (const auto& column : csv.header) {
        columns += (columns.empty() ? "" : ", ") + quoted(column) + " text";
    }
    std::string rows;
    for (const auto& row : csv.rows) {
        rows += (rows.empty() ? "" : ",\n") + values_of(row, empty);
    }
    return "CREATE TABLE " + quoted(name) + " (" + columns + ");\nINSERT INTO " + quoted(name) +
           " VALUES\n" + rows + ";\n";
}

} // namespace assay::test
