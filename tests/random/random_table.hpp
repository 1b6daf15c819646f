// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"

#include <string>
#include <vector>

namespace assay::test {

/// A table that nobody would think of, as literals of SQL.
struct RandomTable {
    struct Column {
        std::string declaration; ///< type and constraints, maybe empty
        bool strict = false;     ///< only values of its own kind
    };
    std::vector<Column> columns;                ///< c0, c1, ... behind the key, id
    std::vector<std::vector<std::string>> rows; ///< a literal for each column
    std::string options;                        ///< behind the closing parenthesis
};

/// Make one with RapidCheck, so only inside of a property: any types, few different values, some of
/// them extreme, NULLs, from none to some sixty rows.
RandomTable a_random_table(StoreKind kind);

/// Statements that make the table as "t". Its ids lie far apart.
std::string sql_of(const RandomTable& table);

} // namespace assay::test
