// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "postgres_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;
using namespace assay::test::pg;

namespace {

using Names = std::vector<std::string>;

Catalog catalog_of(const PostgresDatabase& database, const std::string& user = {}) {
    const PostgresFixture fixture(database.conninfo(user));
    return fixture.session->catalog();
}

const ColumnSpec& column_named(const TableSchema& table, const std::string& name) {
    return table.columns.at(table.find_column(name).value());
}

const Index& index_named(const TableSchema& table, const std::string& name) {
    for (const auto& index : table.indexes) {
        if (index.name == name) {
            return index;
        }
    }
    throw std::runtime_error("no index " + name);
}

} // namespace

TEST_CASE("an empty database has no tables, and the server's own are counted", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database;
    const Catalog catalog = catalog_of(database);
    CHECK(catalog.tables.empty());
    CHECK(catalog.system_tables > 100);
    CHECK(catalog.extension_tables == 0);
}

TEST_CASE("columns tell type, null, default, identity, generated and comment", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE DOMAIN amount AS numeric(10,2) CHECK (VALUE >= 0);"
        "CREATE DOMAIN small_amount AS amount;"
        "CREATE TYPE mood AS ENUM ('sad', 'happy');"
        "CREATE DOMAIN my_mood AS mood;"
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone int,"
        " name varchar(80) NOT NULL DEFAULT 'x', paid small_amount, m my_mood, tags text[],"
        " total int GENERATED ALWAYS AS (length(name)) STORED, j jsonb, i interval, o oid);"
        "ALTER TABLE t DROP COLUMN gone;"
        "COMMENT ON TABLE t IS 'all of it'; COMMENT ON COLUMN t.name IS 'who'");
    const Catalog catalog = catalog_of(database);
    const TableSchema& table = table_named(catalog, "t");
    CHECK(table.kind == TableKind::table);
    CHECK(table.comment == "all of it");
    CHECK(table.ref.schema == "public");
    CHECK_FALSE(table.owner.empty());
    CHECK_FALSE(table.find_column("gone").has_value());
    CHECK(table.columns.size() == 9);
    const ColumnSpec& id = column_named(table, "id");
    CHECK(id.type == ColumnType::integer);
    CHECK(id.generated == Generated::identity);
    CHECK_FALSE(id.nullable);
    const ColumnSpec& name = column_named(table, "name");
    CHECK(name.declared_type == "character varying(80)");
    CHECK(name.type == ColumnType::text);
    CHECK(name.default_sql == "'x'::character varying");
    CHECK(name.comment == "who");
    CHECK(column_named(table, "paid").type == ColumnType::decimal);
    CHECK(column_named(table, "paid").declared_type == "public.small_amount");
    CHECK(column_named(table, "m").type == ColumnType::text);
    CHECK(column_named(table, "tags").type == ColumnType::other);
    CHECK(column_named(table, "total").generated == Generated::stored);
    CHECK(column_named(table, "j").type == ColumnType::json);
    CHECK(column_named(table, "i").type == ColumnType::interval);
    CHECK(column_named(table, "o").type == ColumnType::other);
}

TEST_CASE("keys, foreign keys and checks come with their columns in order", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE SCHEMA s;"
        "CREATE TABLE s.parent (a int, b int, c int UNIQUE, PRIMARY KEY (b, a));"
        "CREATE TABLE child (x int, y int, z int CHECK (z > 0),"
        " CONSTRAINT fk FOREIGN KEY (y, x) REFERENCES s.parent (b, a));"
        "ALTER TABLE child ADD CONSTRAINT late CHECK (x < 9) NOT VALID;"
        "ALTER TABLE child ADD CONSTRAINT fk2 FOREIGN KEY (z) REFERENCES s.parent (c) NOT VALID");
    const Catalog catalog = catalog_of(database);
    const TableSchema& parent = table_named(catalog, "parent");
    REQUIRE(parent.primary_key.has_value());
    CHECK(parent.primary_key->columns == Names{"b", "a"});
    REQUIRE(parent.unique_keys.size() == 1);
    CHECK(parent.unique_keys[0].columns == Names{"c"});
    const TableSchema& child = table_named(catalog, "child");
    REQUIRE(child.foreign_keys.size() == 2);
    CHECK(child.foreign_keys[0].name == "fk");
    CHECK(child.foreign_keys[0].columns == Names{"y", "x"});
    CHECK(child.foreign_keys[0].referenced == TableRef{"s", "parent"});
    CHECK(child.foreign_keys[0].referenced_columns == Names{"b", "a"});
    CHECK(child.foreign_keys[0].validated);
    CHECK_FALSE(child.foreign_keys[1].validated);
    REQUIRE(child.checks.size() == 2);
    CHECK(child.checks[0].sql == "(z > 0)");
    CHECK_FALSE(child.checks[1].validated);
}

TEST_CASE("a foreign key to a partitioned table is listed once", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);"
                                    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
                                    "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);"
                                    "CREATE TABLE c (p_id int REFERENCES p)");
    CHECK(table_named(catalog_of(database), "c").foreign_keys.size() == 1);
}

TEST_CASE("indexes tell columns, definition, size and what they are for", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE \"t ON USING\" (a int PRIMARY KEY, b text, c int);"
        "CREATE INDEX \"i\"\" USING x\" ON \"t ON USING\" (b DESC, c);"
        "CREATE INDEX same ON \"t ON USING\" (b DESC, c);"
        "CREATE INDEX part ON \"t ON USING\" (b) WHERE c > 0;"
        "CREATE INDEX expr ON \"t ON USING\" (lower(b), c) INCLUDE (a);"
        "CREATE INDEX hashed ON \"t ON USING\" USING hash (b)");
    const Catalog catalog = catalog_of(database);
    const TableSchema& table = table_named(catalog, "t ON USING");
    REQUIRE(table.indexes.size() == 6);
    const Index& odd = index_named(table, "i\" USING x");
    CHECK(odd.columns == Names{"b", "c"});
    CHECK(odd.definition == "USING btree (b DESC, c)");
    CHECK(odd.definition == index_named(table, "same").definition);
    CHECK(odd.method == "btree");
    CHECK(odd.bytes == 8192);
    CHECK(odd.valid);
    CHECK_FALSE(odd.unique);
    CHECK_FALSE(odd.constraint);
    CHECK(index_named(table, "part").partial);
    CHECK(index_named(table, "expr").columns == Names{"", "c"});
    CHECK(index_named(table, "hashed").method == "hash");
    const Index& key = index_named(table, "t ON USING_pkey");
    CHECK(key.constraint);
    CHECK(key.unique);
}

TEST_CASE(
    "cases 110, 125: every kind of table is told apart, and what is no user table is left out",
    "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE p (id int, t text) PARTITION BY LIST (id);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (t);"
        "CREATE TABLE p2a PARTITION OF p2 FOR VALUES IN ('a');"
        "INSERT INTO p VALUES (1, 'x'), (2, 'a'), (2, 'a'); ANALYZE;"
        "CREATE TABLE base (i int); CREATE TABLE heir () INHERITS (base);"
        "CREATE VIEW v AS SELECT 1 AS one; CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;"
        "CREATE MATERIALIZED VIEW empty_m AS SELECT 1 AS one WITH NO DATA;"
        "CREATE EXTENSION file_fdw; CREATE SERVER f FOREIGN DATA WRAPPER file_fdw;"
        "CREATE FOREIGN TABLE ft (x text) SERVER f OPTIONS (filename '/dev/null');"
        "CREATE TABLE of_extension (i int); ALTER EXTENSION file_fdw ADD TABLE of_extension;"
        "CREATE TABLE no_columns (); CREATE SEQUENCE seq; CREATE TYPE comp AS (a int)");
    PostgresClient other(database.conninfo());
    other.execute("CREATE TEMP TABLE temporary (i int)");
    const Catalog catalog = catalog_of(database);
    CHECK(catalog.tables.size() == 11);
    CHECK(catalog.extension_tables == 1);
    CHECK_FALSE(has_table(catalog, "temporary"));
    const TableSchema& parent = table_named(catalog, "p");
    CHECK(parent.kind == TableKind::partitioned);
    CHECK(parent.has_children);
    CHECK(parent.stats.row_estimate == 3);
    CHECK(parent.stats.table_bytes == 2 * table_named(catalog, "p1").stats.table_bytes.value());
    CHECK(parent.pages == 0);
    CHECK(table_named(catalog, "p1").kind == TableKind::partition);
    CHECK(table_named(catalog, "p2").kind == TableKind::partitioned);
    CHECK(table_named(catalog, "p2a").kind == TableKind::partition);
    CHECK(table_named(catalog, "base").has_children);
    CHECK_FALSE(table_named(catalog, "heir").has_children);
    CHECK(table_named(catalog, "v").kind == TableKind::view);
    CHECK_FALSE(table_named(catalog, "v").stats.table_bytes.has_value());
    CHECK(table_named(catalog, "m").kind == TableKind::materialized_view);
    CHECK(table_named(catalog, "m").populated);
    CHECK_FALSE(table_named(catalog, "empty_m").populated);
    CHECK(table_named(catalog, "ft").kind == TableKind::foreign);
    CHECK(table_named(catalog, "no_columns").columns.empty());
}

TEST_CASE("case 100: sizes are exact, and an estimate that was never made is unknown",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE t (id int PRIMARY KEY, t text) WITH (autovacuum_enabled = off);"
        "INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 1000) i;"
        "CREATE TABLE counted AS SELECT i FROM generate_series(1, 500) i; ANALYZE counted;"
        "CREATE TABLE nothing (i int) WITH (autovacuum_enabled = off)");
    const Catalog catalog = catalog_of(database);
    const TableSchema& table = table_named(catalog, "t");
    CHECK_FALSE(table.stats.row_estimate.has_value());
    CHECK(table.stats.bytes_exact);
    CHECK(std::to_string(table.stats.table_bytes.value()) ==
          database.value("SELECT pg_table_size('t')"));
    CHECK(std::to_string(table.stats.index_bytes.value()) ==
          database.value("SELECT pg_indexes_size('t')"));
    CHECK(std::to_string(table.stats.total_bytes.value()) ==
          database.value("SELECT pg_total_relation_size('t')"));
    CHECK(std::to_string(table.pages * 8192) == database.value("SELECT pg_relation_size('t')"));
    CHECK(table_named(catalog, "counted").stats.row_estimate == 500);
    CHECK(table_named(catalog, "nothing").stats.table_bytes == 0);
    CHECK_FALSE(table_named(catalog, "nothing").stats.row_estimate.has_value());
}

TEST_CASE("case 170: a table that is locked exclusively gets a size from page counts",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE t AS SELECT i, i AS j FROM generate_series(1, 1000) i; ANALYZE t;"
        "ALTER TABLE t ALTER i SET DEFAULT 7, ADD CHECK (i > 0);"
        "CREATE INDEX down ON t (i DESC); CREATE INDEX up ON t (i);"
        "CREATE TABLE free AS SELECT 1 AS i");
    PostgresClient other(database.conninfo());
    other.execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
    const Catalog catalog = catalog_of(database);
    const TableStats& locked = table_named(catalog, "t").stats;
    CHECK_FALSE(locked.bytes_exact);
    CHECK(locked.table_bytes == 5 * 8192);
    CHECK(table_named(catalog, "free").stats.bytes_exact);
    // Functions that print an expression would wait for the lock.
    const TableSchema& table = table_named(catalog, "t");
    CHECK_FALSE(table.columns[0].default_sql.has_value());
    REQUIRE(table.indexes.size() == 2);
    CHECK(table.indexes[0].definition != table.indexes[1].definition);
    other.execute("ROLLBACK");
    CHECK(table_named(catalog_of(database), "t").columns[0].default_sql == "7");
}

TEST_CASE("cases 227, 228: what the role may not read is listed with the reason", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresRole role;
    const PostgresDatabase database(
        "CREATE TABLE open_ (a int); CREATE TABLE closed (a int, b int);"
        "CREATE TABLE half (a int, b int); CREATE SCHEMA hidden; CREATE TABLE hidden.t (a int);"
        "CREATE TABLE secured (a int); ALTER TABLE secured ENABLE ROW LEVEL SECURITY;"
        "GRANT SELECT ON open_, secured, hidden.t TO " +
        role.name() + "; GRANT SELECT (a) ON half TO " + role.name());
    const Catalog catalog = catalog_of(database, role.name());
    CHECK(table_named(catalog, "open_").unreadable_reason.empty());
    CHECK(table_named(catalog, "closed").unreadable_reason == "no SELECT privilege");
    CHECK_FALSE(table_named(catalog, "closed").columns[0].readable);
    const TableSchema& half = table_named(catalog, "half");
    CHECK(half.unreadable_reason.empty());
    CHECK(half.columns[0].readable);
    CHECK_FALSE(half.columns[1].readable);
    CHECK(table_named(catalog, "t").unreadable_reason == "no USAGE privilege on its schema");
    CHECK(table_named(catalog, "secured").unreadable_reason.find("row-level security") == 0);
    // For a superuser none of this holds.
    CHECK(table_named(catalog_of(database), "secured").unreadable_reason.empty());
}

TEST_CASE("case 1: hostile names come through as they are", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE SCHEMA \"s\"\"; DROP TABLE x; --\";"
        "CREATE TABLE \"s\"\"; DROP TABLE x; --\".\"t'.\"\"\\\" (\"a\"\"b\" int, \" \" text,"
        " \"select\" int, \"\xC3\xA9\xE2\x80\xAE\" int);"
        "INSERT INTO \"s\"\"; DROP TABLE x; --\".\"t'.\"\"\\\" VALUES (1, 'x', 2, 3)");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    REQUIRE(catalog.tables.size() == 1);
    const TableSchema& table = catalog.tables[0];
    CHECK(table.ref == TableRef{"s\"; DROP TABLE x; --", "t'.\"\\"});
    CHECK(table.columns[0].name == "a\"b");
    CHECK(table.columns[3].name == "\xC3\xA9\xE2\x80\xAE");
    const Rows rows = rows_of(*fixture.session, table);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0][3].integer == 3);
}

TEST_CASE("case 266: the catalog of 1,000 tables takes as many statements as that of one",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto statements = [](const PostgresDatabase& database, std::size_t tables) {
        const PostgresFixture fixture(database.conninfo());
        const auto before = fixture.session->cost().queries;
        CHECK(fixture.session->catalog().tables.size() == tables);
        return fixture.session->cost().queries - before;
    };
    const PostgresDatabase small("CREATE TABLE t (id int)");
    const PostgresDatabase large(
        "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format("
        "'CREATE TABLE t%s (id int DEFAULT 1, d int CHECK (d > 0))', i); END LOOP; END $$");
    CHECK(statements(small, 1) == statements(large, 1000));
}

TEST_CASE("cases 73, 111, 113: a table of 1,600 columns is read as well as one of none",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "DO $$ BEGIN EXECUTE (SELECT 'CREATE TABLE wide (' || string_agg('c' || i || ' int2', ',')"
        " || ')' FROM generate_series(1, 1600) i); END $$;"
        "INSERT INTO wide (c1, c1600) VALUES (1, 2);"
        "CREATE TABLE none (); INSERT INTO none DEFAULT VALUES; INSERT INTO none DEFAULT VALUES");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const Rows wide = rows_of(*fixture.session, table_named(catalog, "wide"));
    REQUIRE(wide.size() == 1);
    REQUIRE(wide[0].size() == 1600);
    CHECK(wide[0][1599].integer == 2);
    CHECK(wide[0][1].kind == CellKind::null);
    CHECK(rows_of(*fixture.session, table_named(catalog, "none")).size() == 2);
}
