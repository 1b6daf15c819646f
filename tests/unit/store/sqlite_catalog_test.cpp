// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "sqlite_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace assay {
namespace {

using test::column_names;
using test::OpenFile;
using test::run_sqlite;
using test::TempDir;

using Names = std::vector<std::string>;

TEST_CASE("the catalog tells kinds, keys, references and indexes") {
    const TempDir folder;
    const std::string path = folder.file("shop.db");
    run_sqlite(path, R"(
        CREATE TABLE Customers(id INTEGER PRIMARY KEY, email varchar(80) NOT NULL DEFAULT 'x',
            code TEXT CONSTRAINT plain_code CHECK (code <> ')' AND length(code) > 1), UNIQUE(email),
            /* CHECK (no) */ CHECK(id > 0));
        CREATE TABLE orders(id INTEGER PRIMARY KEY, customer REFERENCES customers,
            total DECIMAL(10,2), at DATETIME, double_total AS (total * 2),
            kept AS (total) STORED);
        CREATE INDEX by_customer ON orders(customer, at DESC);
        CREATE INDEX by_part ON orders(total) WHERE total > 1;
        CREATE INDEX by_expression ON orders(abs(total));
        CREATE TABLE pair(a TEXT, b INT, PRIMARY KEY(b, a)) WITHOUT ROWID;
        CREATE TABLE child(x, y, FOREIGN KEY(x, y) REFERENCES PAIR, FOREIGN KEY(x) REFERENCES nowhere(q));
        CREATE TABLE typed(n INT, v ANY, t TEXT) STRICT;
        CREATE TABLE backwards(id INTEGER PRIMARY KEY DESC, n);
        CREATE VIEW recent AS SELECT id, at FROM orders;
        CREATE TABLE counter(id INTEGER PRIMARY KEY AUTOINCREMENT);
        INSERT INTO customers VALUES(1,'a','bb'),(2,'b','cc');
        ANALYZE;
    )");
    OpenFile file(path);
    const Catalog catalog = file.session->catalog();
    Names names;
    for (const TableSchema& table : catalog.tables) {
        names.push_back(table.ref.name);
        CHECK(table.ref.schema == "main");
    }
    CHECK(names ==
          Names{"Customers", "backwards", "child", "counter", "orders", "pair", "recent", "typed"});
    CHECK(catalog.system_tables >= 2);

    SECTION("columns, defaults and checks") {
        const TableSchema table = file.table("Customers");
        CHECK(column_names(table) == Names{"id", "email", "code"});
        CHECK(table.columns[0].type == ColumnType::integer);
        CHECK_FALSE(table.columns[0].nullable);
        CHECK(table.columns[0].enforced);
        CHECK(table.columns[1].declared_type == "varchar(80)");
        CHECK_FALSE(table.columns[1].nullable);
        CHECK_FALSE(table.columns[1].enforced);
        CHECK(table.columns[1].default_sql == "'x'");
        CHECK(table.columns[2].nullable);
        REQUIRE(table.checks.size() == 2);
        CHECK(table.checks[0].name == "plain_code");
        CHECK(table.checks[0].sql == "code <> ')' AND length(code) > 1");
        CHECK(table.checks[1].name.empty());
        CHECK(table.checks[1].sql == "id > 0");
        REQUIRE(table.primary_key);
        CHECK(table.primary_key->columns == Names{"id"});
        REQUIRE(table.unique_keys.size() == 1);
        CHECK(table.unique_keys[0].columns == Names{"email"});
        CHECK(table.stats.row_estimate == 2);
        CHECK(table.stats.table_bytes == 4096);
        CHECK(table.stats.index_bytes == 4096);
        CHECK(table.stats.total_bytes == 8192);
        CHECK(table.store_id > 0);
    }
    SECTION("generated columns and foreign keys without parent columns") {
        const TableSchema table = file.table("orders");
        CHECK(table.columns[4].generated == Generated::virtual_column);
        CHECK(table.columns[5].generated == Generated::stored);
        CHECK(table.columns[2].type == ColumnType::decimal);
        CHECK(table.columns[3].type == ColumnType::timestamp);
        REQUIRE(table.foreign_keys.size() == 1);
        CHECK(table.foreign_keys[0].referenced == TableRef{"main", "Customers"});
        CHECK(table.foreign_keys[0].referenced_columns == Names{"id"});
        CHECK_FALSE(table.foreign_keys[0].validated);
    }
    SECTION("indexes") {
        const TableSchema table = file.table("orders");
        REQUIRE(table.indexes.size() == 3);
        CHECK(table.indexes[0].name == "by_customer");
        CHECK(table.indexes[0].columns == Names{"customer", "at"});
        CHECK(table.indexes[0].definition == "BINARY ASC, BINARY DESC");
        CHECK_FALSE(table.indexes[0].partial);
        CHECK(table.indexes[1].columns == Names{""});
        CHECK(table.indexes[1].definition == "(abs(total))");
        CHECK(table.indexes[2].partial);
        CHECK(table.indexes[2].definition == "(total) WHERE total > 1");
        CHECK_FALSE(table.indexes[0].constraint);
    }
    SECTION("keys of several columns keep their order") {
        const TableSchema pair = file.table("pair");
        CHECK(pair.without_rowid);
        REQUIRE(pair.primary_key);
        CHECK(pair.primary_key->columns == Names{"b", "a"});
        CHECK(pair.unique_keys.empty());
        CHECK_FALSE(pair.columns[0].nullable);
        const TableSchema child = file.table("child");
        REQUIRE(child.foreign_keys.size() == 2);
        CHECK(child.foreign_keys[0].columns == Names{"x", "y"});
        CHECK(child.foreign_keys[0].referenced_columns == Names{"b", "a"});
        CHECK(child.foreign_keys[1].referenced.name == "nowhere");
        CHECK(child.foreign_keys[1].referenced_columns == Names{"q"});
        CHECK_FALSE(child.primary_key);
    }
    SECTION("STRICT, and a primary key that is not the rowid") {
        const TableSchema typed = file.table("typed");
        CHECK(typed.strict);
        CHECK(typed.columns[0].enforced);
        CHECK_FALSE(typed.columns[1].enforced);
        CHECK(typed.columns[1].type == ColumnType::other);
        CHECK(file.table("backwards").columns[0].nullable);
    }
    SECTION("views") {
        const TableSchema view = file.table("recent");
        CHECK(view.kind == TableKind::view);
        CHECK(view.columns[1].type == ColumnType::timestamp);
        CHECK_FALSE(view.stats.row_estimate);
    }
}

TEST_CASE("cases 130, 131: broken views and missing modules do not hide the rest") {
    const TempDir folder;
    const std::string path = folder.file("broken.db");
    run_sqlite(path, "CREATE TABLE t(a); INSERT INTO t VALUES(1);"
                     "CREATE VIEW no_table AS SELECT * FROM gone;"
                     "CREATE VIEW no_function AS SELECT nosuchfunction(a) AS f FROM t;"
                     "CREATE VIEW whole AS SELECT a FROM t;"
                     "PRAGMA writable_schema=ON;"
                     "INSERT INTO sqlite_schema VALUES('table','foreign_module','foreign_module',0,"
                     "'CREATE VIRTUAL TABLE foreign_module USING nosuchmodule(x)');");
    OpenFile file(path);
    CHECK(file.session->catalog().tables.size() == 5);
    CHECK(file.table("no_table").unreadable_reason.find("gone") != std::string::npos);
    CHECK(file.table("no_function").unreadable_reason.find("nosuchfunction") != std::string::npos);
    CHECK(file.table("foreign_module").unreadable_reason.find("no such module") !=
          std::string::npos);
    CHECK(file.table("whole").unreadable_reason.empty());
    CHECK(file.read("whole").rows.size() == 1);
    CHECK(test::error_of([&] { file.read("no_table"); }).kind() == ErrorKind::query);
    CHECK(file.read("t").rows.size() == 1);
}

TEST_CASE("case 129: virtual tables are told, their shadow tables only counted") {
    const TempDir folder;
    const std::string path = folder.file("fts.db");
    run_sqlite(path, "CREATE VIRTUAL TABLE docs USING fts5(title, body);"
                     "INSERT INTO docs VALUES('a','b'),('c','d');"
                     "CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1);"
                     "INSERT INTO boxes VALUES(7, 1, 2);");
    OpenFile file(path);
    const Catalog catalog = file.session->catalog();
    REQUIRE(catalog.tables.size() == 2);
    CHECK(catalog.system_tables >= 8);
    const TableSchema docs = file.table("docs");
    CHECK(docs.kind == TableKind::virtual_table);
    CHECK(column_names(docs) == Names{"title", "body"});
    CHECK(file.read("docs").rows.size() == 2);
    CHECK(file.read("boxes").rows.size() == 1);
}

TEST_CASE("case 21: hostile names come through unchanged") {
    const TempDir folder;
    const std::string path = folder.file("names.db");
    const Names columns = {"",    "a\"b",  "x;drop table t;--", "new\nline", "\U0001F600",
                           "]`'", "rowid", "_rowid_",           "oid",       "tr\x1b[31m "};
    std::string list;
    for (const std::string& column : columns) {
        list += (list.empty() ? "" : ", ") + quote_identifier(column);
    }
    const std::string name = "we\"ird.\n'%s{}table";
    run_sqlite(path,
               fmt::format("CREATE TABLE {0}({1}); INSERT INTO {0} VALUES(0,1,2,3,4,5,6,7,8,9);"
                           "CREATE INDEX \"i\"\"x\" ON {0}({1});",
                           quote_identifier(name), list));
    OpenFile file(path);
    const TableSchema table = file.table(name);
    CHECK(column_names(table) == columns);
    REQUIRE(table.indexes.size() == 1);
    CHECK(table.indexes[0].columns == columns);
    const auto rows = file.read(name).rows;
    REQUIRE(rows.size() == 1);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        CHECK(rows[0][i].integer == static_cast<std::int64_t>(i));
    }
    // All names of the rowid are taken, so a sample is the whole table, and that is said.
    CHECK(file.read(name, 0.5).rows.size() == 1);
    CHECK(file.recorder.notes.size() == 1);
}

TEST_CASE("the number of catalog statements does not depend on the number of tables") {
    const TempDir folder;
    run_sqlite(folder.file("one.db"), "CREATE TABLE t(a); ANALYZE;");
    std::string sql = "BEGIN;";
    for (int i = 0; i < 1000; ++i) {
        sql +=
            fmt::format("CREATE TABLE t{0}(id INTEGER PRIMARY KEY, parent REFERENCES t0, n TEXT);"
                        "CREATE INDEX i{0} ON t{0}(parent);",
                        i);
    }
    run_sqlite(folder.file("many.db"), sql + "COMMIT; ANALYZE;");
    OpenFile one(folder.file("one.db"));
    OpenFile many(folder.file("many.db"));
    CHECK(one.session->catalog().tables.size() == 1);
    const Catalog catalog = many.session->catalog();
    CHECK(catalog.tables.size() == 1000);
    CHECK(catalog.tables.back().foreign_keys.size() == 1);
    CHECK(catalog.tables.back().indexes.size() == 1);
    CHECK(many.recorder.statements.size() == one.recorder.statements.size());
}

TEST_CASE("who needs no sizes does not pay for reading every page") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), "CREATE TABLE t(a); INSERT INTO t VALUES(1)");
    OpenFile file(folder.file("t.db"), std::chrono::seconds(30), false, TableSizes::unread);
    CHECK_FALSE(file.session->catalog().tables.at(0).stats.total_bytes);
    for (const std::string& statement : file.recorder.statements) {
        CHECK(statement.find("dbstat") == std::string::npos);
    }
    OpenFile usual(folder.file("t.db"));
    CHECK(usual.session->catalog().tables.at(0).stats.total_bytes == 4096);
}

TEST_CASE("an empty database has an empty catalog") {
    const TempDir folder;
    run_sqlite(folder.file("e.db"), "CREATE TABLE t(a); DROP TABLE t;");
    OpenFile file(folder.file("e.db"));
    CHECK(file.session->catalog().tables.empty());
}

} // namespace
} // namespace assay
