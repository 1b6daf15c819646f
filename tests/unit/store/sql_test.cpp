// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sql.hpp"

#include "assay/base/error.hpp"

#include "support/fake_session.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace assay {
namespace {

TEST_CASE("an identifier is quoted whatever is in it") {
    CHECK(quote_identifier("orders") == R"("orders")");
    CHECK(quote_identifier(R"(a"b)") == R"("a""b")");
    CHECK(quote_identifier("") == R"("")");
    CHECK(quote_identifier("x;drop table y;--\n") == "\"x;drop table y;--\n\"");
    CHECK(quote_table({R"(we.ird"s)", "t"}) == R"("we.ird""s"."t")");
}

TEST_CASE("cases 20, 69: a name with a NUL byte is refused") {
    CHECK_THROWS_AS(quote_identifier(std::string("a\0b", 3)), Error);
}

TEST_CASE("a scan names its columns, and Postgres casts what has no decoder") {
    const TableSchema table =
        test::table_schema("t", {test::column_spec("id", ColumnType::integer),
                                 test::column_spec("gap", ColumnType::interval),
                                 test::column_spec("x", ColumnType::other),
                                 test::column_spec("doc", ColumnType::json)});
    ScanRequest request;
    request.table = &table;
    request.columns = {0, 1, 2, 3};
    CHECK(scan_sql(StoreKind::postgresql, request) ==
          R"(SELECT "id", "gap"::pg_catalog.text, "x"::pg_catalog.text, "doc" FROM "public"."t")");
    CHECK(scan_sql(StoreKind::sqlite, request) ==
          R"(SELECT "id", "gap", "x", "doc" FROM "public"."t")");
    request.columns.clear();
    CHECK(scan_sql(StoreKind::postgresql, request) == R"(SELECT FROM "public"."t")");
    CHECK(scan_sql(StoreKind::sqlite, request) == R"(SELECT 1 FROM "public"."t")");
    request.index = R"(a "b")";
    CHECK(scan_sql(StoreKind::sqlite, request) ==
          R"(SELECT 1 FROM "public"."t" INDEXED BY "a ""b""")");
    request.where = "x > 1"; // which may need another index
    CHECK(scan_sql(StoreKind::sqlite, request) == R"(SELECT 1 FROM "public"."t" WHERE (x > 1))");
}

TEST_CASE("the orphan query counts complete keys and those without a parent") {
    ForeignKey key;
    key.columns = {"a", "b"};
    key.referenced = {"public", "parent"};
    key.referenced_columns = {"x", "y"};
    const Query query = orphan_query(StoreKind::postgresql, {"public", "child"}, key);
    CHECK(query.sql ==
          R"(SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE NOT EXISTS )"
          R"((SELECT 1 FROM "public"."parent" AS p WHERE p."x" OPERATOR(pg_catalog.=) c."a" AND )"
          R"(p."y" OPERATOR(pg_catalog.=) c."b")) FROM "public"."child" AS c )"
          R"(WHERE c."a" IS NOT NULL AND c."b" IS NOT NULL)");
    CHECK(query.result_types == std::vector{ColumnType::integer, ColumnType::integer});
    CHECK(orphan_query(StoreKind::sqlite, {"main", "child"}, key).sql.find("pg_catalog") ==
          std::string::npos);
}

TEST_CASE("cases 215, 286: a condition is one that can stand in parentheses") {
    for (const char* condition : {"a = 1", "(a)", "a = ')'", "\"(\" > 0", "a = 'it''s ('",
                                  "a -- b)", "a /* ( */ + 1 > 0", "a IN ('x;y')", "f(a, (b))"}) {
        INFO(condition);
        CHECK_NOTHROW(check_condition(condition));
    }
    for (const char* condition : {"", "  ", "a)", ") OR (", "(a", "a = 'x", "a /* b", "a; b",
                                  "1); DROP TABLE t; --", "a = \"b"}) {
        INFO(condition);
        CHECK_THROWS_AS(check_condition(condition), Error);
    }
}

TEST_CASE("a condition stands in parentheses, and a comment at its end on a line of its own") {
    CHECK(condition_sql("WHERE", "") == "");
    CHECK(condition_sql("WHERE", "a OR b") == " WHERE (a OR b)");
    CHECK(condition_sql("AND", "a OR b -- why") == " AND (a OR b -- why\n)");
}

TEST_CASE("a foreign key without known parent columns has no orphan query") {
    ForeignKey key;
    key.columns = {"a"};
    key.referenced = {"main", "nowhere"};
    CHECK_THROWS_AS(orphan_query(StoreKind::sqlite, {"main", "child"}, key), Error);
}

} // namespace
} // namespace assay
