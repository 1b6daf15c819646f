// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "postgres_support.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;
using namespace assay::test::pg;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

/// Puts values through the server and a scan.
class TypeBench {
public:
    /// @param values the rows of a one-column table. @return them in the same order.
    std::vector<Value> values(const std::string& type, const std::string& values,
                              const std::string& before = {}) {
        const std::string name = "t" + std::to_string(++m_tables);
        m_database.execute(before);
        m_database.execute("CREATE TABLE " + name + " (c " + type + "); INSERT INTO " + name +
                           " VALUES " + values);
        const PostgresFixture fixture(m_database.conninfo());
        const Catalog catalog = fixture.session->catalog();
        std::vector<Value> column;
        for (auto& row : rows_of(*fixture.session, table_named(catalog, name))) {
            column.push_back(row.at(0));
        }
        return column;
    }

private:
    PostgresDatabase m_database;
    int m_tables = 0;
};

std::vector<std::string> texts_of(const std::vector<Value>& values) {
    std::vector<std::string> texts;
    for (const auto& value : values) {
        texts.push_back(value.kind == CellKind::null ? "NULL" : value.bytes);
    }
    return texts;
}

std::vector<std::int64_t> integers_of(const std::vector<Value>& values) {
    std::vector<std::int64_t> integers;
    for (const auto& value : values) {
        REQUIRE(value.kind == CellKind::integer);
        integers.push_back(value.integer);
    }
    return integers;
}

using Texts = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;

} // namespace

TEST_CASE("integers and booleans come at their limits and as NULL", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    TypeBench bench;
    CHECK(integers_of(bench.values("int8", "(-9223372036854775808), (9223372036854775807)")) ==
          Integers{least, most});
    CHECK(integers_of(bench.values("int2", "(-32768), (32767)")) == Integers{-32'768, 32'767});
    CHECK(integers_of(bench.values("bool", "(true), (false)")) == Integers{1, 0});
    const auto nulls = bench.values("int4", "(NULL), (NULL)");
    REQUIRE(nulls.size() == 2);
    CHECK(nulls[0].kind == CellKind::null);
    CHECK(nulls[0].type == ColumnType::integer);
}

TEST_CASE("case 47: reals come with NaN, infinities, negative zero and short decimals",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    TypeBench bench;
    const auto doubles =
        bench.values("float8", "('NaN'), ('-Infinity'), ('-0'), (1e308), (5e-324)");
    CHECK(std::isnan(doubles[0].real));
    CHECK(doubles[1].real == -std::numeric_limits<double>::infinity());
    CHECK(std::signbit(doubles[2].real));
    CHECK(doubles[3].real == 1e308);
    CHECK(doubles[4].real == 5e-324);
    CHECK(bench.values("float4", "(0.1)")[0].real == 0.1);
}

TEST_CASE("numerics keep every digit and their scale", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    TypeBench bench;
    const std::string thousand(1000, '7');
    CHECK(
        texts_of(bench.values("numeric", "(1.10), (-0.000), (0), (1e20), (-12345.678900), ('NaN'),"
                                         " ('Infinity'), ('-Infinity'), (0.00001), (" +
                                             thousand + ")")) ==
        Texts{"1.10", "0.000", "0", "100000000000000000000", "-12345.678900", "NaN", "Infinity",
              "-Infinity", "0.00001", thousand});
    const auto huge = bench.values("numeric", "(('1' || repeat('0', 131000))::numeric), (1e-900)");
    CHECK(huge[0].bytes == "1" + std::string(131'000, '0'));
    CHECK(huge[1].bytes == "0." + std::string(899, '0') + "1");
}

TEST_CASE("texts of every kind come as they are, without the padding of char(n)", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    TypeBench bench;
    CHECK(texts_of(bench.values("text", "(''), (' a '), (E'\\n\\t'), ('\xC3\xA9'), (NULL)")) ==
          Texts{"", " a ", "\n\t", "\xC3\xA9", "NULL"});
    CHECK(texts_of(bench.values("char(5)", "('ab'), ('     '), (' x')")) == Texts{"ab", "", " x"});
    CHECK(texts_of(bench.values("d", "('ab')", "CREATE DOMAIN d AS char(5)")) == Texts{"ab"});
    CHECK(texts_of(bench.values("name", "('pg')")) == Texts{"pg"});
    CHECK(texts_of(bench.values("\"char\"", "('x'), ('')")) == Texts{"x", ""});
    CHECK(texts_of(bench.values("e", "('b'), ('a')", "CREATE TYPE e AS ENUM ('b', 'a')")) ==
          Texts{"b", "a"});
    CHECK(texts_of(bench.values("uuid", "('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')")) ==
          Texts{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"});
    CHECK(texts_of(bench.values("json", "('{\"a\":1, \"a\":2}')")) == Texts{"{\"a\":1, \"a\":2}"});
    CHECK(texts_of(bench.values("jsonb", "('{\"a\":1, \"a\":2}'), ('null')")) ==
          Texts{"{\"a\": 2}", "null"});
    const auto blob = bench.values("bytea", "('\\x00ff'), ('')");
    CHECK(blob[0].kind == CellKind::blob);
    CHECK(blob[0].bytes == std::string("\0\xff", 2));
    CHECK(blob[1].kind == CellKind::blob);
}

TEST_CASE("case 33: dates and times come before Christ, after 9999 and at infinity", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    TypeBench bench;
    CHECK(
        integers_of(bench.values("date", "('1970-01-02'), ('0044-03-15 BC'), ('infinity'),"
                                         " ('-infinity'), ('5874897-12-31'), ('4713-01-01 BC')")) ==
        Integers{1, -735'160, most, least, 2'145'042'905, -2'440'550});
    CHECK(integers_of(bench.values("timestamp", "('1970-01-01 00:00:00.000001'), ('infinity'),"
                                                " ('-infinity'), ('0001-01-01 00:00:00 BC'),"
                                                " ('294276-12-31 23:59:59')")) ==
          Integers{1, most, least, -62'167'219'200'000'000, most - 1});
    CHECK(integers_of(bench.values("timestamptz", "('2024-01-31 12:00:00+05'), ('infinity')")) ==
          Integers{1'706'684'400'000'000, most});
    CHECK(integers_of(bench.values("time", "('00:00'), ('24:00:00'), ('12:34:56.789')")) ==
          Integers{0, 86'400'000'000, 45'296'789'000});
}

TEST_CASE("cases 27, 28, 29, 48: types that assay does not know come as the server's text",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    TypeBench bench;
    CHECK(texts_of(bench.values("interval", "('1 mon 2 days 03:00'), ('-1 day')")) ==
          Texts{"P1M2DT3H", "P-1D"});
    CHECK(texts_of(bench.values("int[]", "('{}'), ('{1,NULL}'), ('{{1},{2}}')")) ==
          Texts{"{}", "{1,NULL}", "{{1},{2}}"});
    CHECK(texts_of(bench.values("int4range", "('empty'), ('[1,)')")) == Texts{"empty", "[1,)"});
    CHECK(texts_of(bench.values("money", "(12.5)")) == Texts{"$12.50"});
    CHECK(texts_of(bench.values("inet", "('10.0.0.1/8')")) == Texts{"10.0.0.1/8"});
    CHECK(texts_of(bench.values("point", "('1,2')")) == Texts{"(1,2)"});
    CHECK(texts_of(bench.values("xml", "('<a/>')")) == Texts{"<a/>"});
    CHECK(texts_of(bench.values("bit(3)", "('101')")) == Texts{"101"});
    CHECK(texts_of(bench.values("timetz", "('12:00+02')")) == Texts{"12:00:00+02"});
    CHECK(texts_of(bench.values("regclass", "('pg_catalog.pg_class')")) == Texts{"pg_class"});
    CHECK(texts_of(bench.values("tsvector", "('b a')")) == Texts{"'a' 'b'"});
    CHECK(texts_of(bench.values("comp", "(ROW(1,NULL))", "CREATE TYPE comp AS (a int, b text)")) ==
          Texts{"(1,)"});
    CHECK(texts_of(bench.values("hstore", "('a=>1')", "CREATE EXTENSION hstore")) ==
          Texts{"\"a\"=>\"1\""});
    CHECK(texts_of(bench.values("citext", "('Ab')", "CREATE EXTENSION citext")) == Texts{"Ab"});
}
