// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"
#include "assay/table/table.hpp"

#include <string>

namespace assay::test {

/// How the SQL of a store asks about one column of the random tables. What comes back are
/// expressions and conditions, written without any code of assay.
class SqlWords {
public:
    SqlWords(StoreKind kind, const ColumnSpec& column);

    const std::string& name() const { return m_name; }
    /// Do the values lie at a distance from each other, so that they have moments or quantiles?
    bool has_distance() const;
    bool is_numeric() const;
    /// Do texts of this column have a smallest and a largest one?
    bool has_text_order() const;
    bool has_length() const;

    /// Values as they are told apart.
    std::string identity() const;
    /// 'n', 'd', 't' or 'b': how key() is to be read. An expression.
    std::string sort() const;
    /// A value as text: digits of a number, hexadecimal digits of texts and blobs.
    std::string key() const;
    /// It is a number (or a time of Postgres) that is neither NaN nor infinite.
    std::string is_finite() const;
    std::string is_nan() const;
    std::string is_infinite() const;
    /// In SQLite: it is no NULL and not what the declared type promises; empty where SQL cannot
    /// say.
    std::string is_misfit() const;

private:
    bool is_postgres() const { return m_kind == StoreKind::postgresql; }

    StoreKind m_kind;
    ColumnType m_type;
    std::string m_name;
};

} // namespace assay::test
