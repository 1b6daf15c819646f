// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::test {

/// A cell as text, numbers with all their digits; nullopt is NULL.
using Cell = std::optional<std::string>;
using Cells = std::vector<Cell>;

/// A connection of the test itself that runs SQL and knows nothing of assay.
class PlainSql {
public:
    PlainSql() = default;
    PlainSql(const PlainSql&) = delete;
    PlainSql& operator=(const PlainSql&) = delete;
    virtual ~PlainSql() = default;

    virtual StoreKind kind() const = 0;
    /// @throws std::exception if the store does not take the statement.
    virtual std::vector<Cells> rows(const std::string& sql) = 0;

    bool is_postgres() const { return kind() == StoreKind::postgresql; }
    /// The first row. @throws std::out_of_range without rows.
    Cells row(const std::string& sql) { return rows(sql).at(0); }
    /// The first cell of the first row, as a number. NULL is an error.
    std::int64_t number(const std::string& sql) { return std::stoll(row(sql).at(0).value()); }
};

std::unique_ptr<PlainSql> plain_sqlite(const std::string& path);
std::unique_ptr<PlainSql> plain_postgres(const std::string& conninfo);

/// A name in double quotes.
std::string quoted(const std::string& name);
/// 'text', good for both stores.
std::string literal(const std::string& text);

} // namespace assay::test
