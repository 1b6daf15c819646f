// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"
#include "time_tables.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace assay::test {

/// The relation g(i) of the numbers from 1 on, in the SQL of a store.
inline std::string numbers_sql(StoreKind store, int count) {
    const std::string most = std::to_string(count);
    return store == StoreKind::postgresql
               ? "generate_series(1, " + most + ") AS g(i)"
               : "(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < " +
                     most + ") SELECT i FROM g)";
}

inline Location make_sqlite(const std::string& path, const std::string& sql) {
    run_sqlite(path, sql);
    return sqlite_location(path);
}

/// Two files with one table each.
struct TwoFiles {
    TempDir dir;
    Opened a;
    Opened b;

    TwoFiles(const std::string& sql_a, const std::string& sql_b)
        : a(make_sqlite(dir.file("a.db"), sql_a)), b(make_sqlite(dir.file("b.db"), sql_b)) {}
};

/// Compare a file with a table of the same rows in Postgres, before and after a change of that.
/// @param rows_sql what makes the table, given the kind of store
template <typename RowsSql, typename Compare>
void compare_between_stores(const RowsSql& rows_sql, const std::string& change,
                            const Compare& compare) {
    const TempDir dir;
    const Location file = make_sqlite(dir.file("a.db"), rows_sql(StoreKind::sqlite));
    PostgresDatabase database;
    database.execute(rows_sql(StoreKind::postgresql));
    const auto check = [&] {
        Opened a(file);
        Opened b(postgres_location(database));
        compare(a, b);
    };
    check();
    database.execute(change);
    check();
}

/// SQL of a few changes, none included.
/// @param a_change makes one, of a kind and a row that RapidCheck chooses
template <typename Change>
std::string some_changes(int limit, const Change& a_change) {
    std::string sql;
    const int count = *rc::gen::inRange(0, limit);
    for (int i = 0; i < count; ++i) {
        sql += a_change();
    }
    return sql;
}

/// Compare all columns, the first of which are the key.
inline RowDiffRequest request_by_key(const TableSchema& a, const TableSchema& b,
                                     std::size_t key_columns) {
    RowDiffRequest request;
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
        const ColumnPair pair{i, i, comparison_for(a.columns[i].type, b.columns[i].type)};
        (i < key_columns ? request.key : request.other).push_back(pair);
    }
    request.limit = 1'000;
    return request;
}

/// NaN is equal to itself.
inline bool are_same(const std::vector<Value>& left, const std::vector<Value>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Value& a, const Value& b) { return compare(a, b) == 0; });
}

inline void check_same(const RowDiff& found, const RowDiff& expected) {
    RC_ASSERT(found.rows_a == expected.rows_a);
    RC_ASSERT(found.rows_b == expected.rows_b);
    RC_ASSERT(found.only_a == expected.only_a);
    RC_ASSERT(found.only_b == expected.only_b);
    RC_ASSERT(found.changed == expected.changed);
    RC_ASSERT(found.unchanged == expected.unchanged);
    RC_ASSERT(found.changed_cells == expected.changed_cells);
    RC_ASSERT(found.null_key_rows_a == expected.null_key_rows_a);
    RC_ASSERT(found.null_key_rows_b == expected.null_key_rows_b);
    RC_ASSERT(found.duplicate_key_rows_a == expected.duplicate_key_rows_a);
    RC_ASSERT(found.duplicate_key_rows_b == expected.duplicate_key_rows_b);
    RC_ASSERT(found.only_a_rows.size() == expected.only_a_rows.size());
    RC_ASSERT(found.only_b_rows.size() == expected.only_b_rows.size());
    RC_ASSERT(found.changed_rows.size() == expected.changed_rows.size());
    for (std::size_t i = 0; i < found.changed_rows.size(); ++i) {
        RC_ASSERT(are_same(found.changed_rows[i].key, expected.changed_rows[i].key));
    }
}

} // namespace assay::test
