// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_order.hpp"
#include "diff_support.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;
using namespace assay::test;

TEST_CASE("rows of SQLite lie in the order of the primary key and of no other") {
    const TempDir dir;
    Opened opened(make_sqlite(dir.file("a.db"),
                              "CREATE TABLE t (k INTEGER PRIMARY KEY, other INTEGER UNIQUE);"));
    CHECK(lies_in_order(*opened.session, opened.table, 0));
    CHECK_FALSE(lies_in_order(*opened.session, opened.table, 1));
}

TEST_CASE("rows of Postgres lie in order as far as its planner knows", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    PostgresDatabase database;
    database.execute(
        "CREATE TABLE t (up BIGINT PRIMARY KEY, down BIGINT UNIQUE, odd BIGINT UNIQUE);"
        "INSERT INTO t SELECT i, -i, i * 7919 % 5003 FROM " +
        numbers_sql(StoreKind::postgresql, 5'000) + ";");
    Opened opened(postgres_location(database));
    CHECK_FALSE(lies_in_order(*opened.session, opened.table, 0));
    database.execute("ANALYZE t;");
    Opened analysed(postgres_location(database));
    CHECK(lies_in_order(*analysed.session, analysed.table, 0));
    CHECK(lies_in_order(*analysed.session, analysed.table, 1));
    CHECK_FALSE(lies_in_order(*analysed.session, analysed.table, 2));
}
