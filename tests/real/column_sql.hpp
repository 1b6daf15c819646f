// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"
#include "assay/store/location.hpp"

#include <set>
#include <string>

namespace assay::test {

/// How the SQL of a store speaks of one column. What comes back are expressions and conditions.
class ColumnSql {
public:
    ColumnSql(StoreKind kind, const TableRecord& table, const ColumnRecord& column);

    bool is_postgres() const { return m_kind == StoreKind::postgresql; }
    bool is_of(const std::set<std::string>& types) const { return types.contains(m_type); }
    bool is_numeric() const { return is_of({"integer", "real", "decimal"}); }
    bool has_distance() const {
        return is_numeric() || is_of({"date", "time", "timestamp", "timestamptz"});
    }
    bool has_length() const { return !has_distance() && !is_of({"boolean"}); }
    bool has_text_order() const { return has_distance() || is_of({"text", "uuid"}); }

    /// FROM and the table.
    const std::string& from() const { return m_from; }
    const std::string& name() const { return m_name; }
    /// Values as they are told apart: bytewise, whatever the collation of the column.
    std::string identity() const;
    /// The cell is a number or, in Postgres, a time.
    std::string is_number() const;
    std::string is_text() const;
    /// It is a text, and empty or white space only.
    std::string is_blank() const;
    /// In SQLite: it is no NULL and not what the declared type promises.
    std::string is_misfit() const;
    /// A number to compute with.
    std::string amount() const;
    /// Code points of a text, bytes of a blob, NULL for everything else.
    std::string length() const;
    /// A value as text, times and decimals as the store writes them.
    std::string as_text(const std::string& value) const;
    /// A value of a GROUP BY identity() as text, a number in its shortest form.
    std::string group_text() const;

private:
    StoreKind m_kind;
    std::string m_type;
    std::string m_from;
    std::string m_name;
};

/// "schema"."name" of a table.
std::string quoted_table(const std::string& schema, const std::string& name);

} // namespace assay::test
