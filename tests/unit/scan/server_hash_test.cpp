// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/segment_diff.hpp"
#include "assay/scan/server_hash_choice.hpp"
#include "assay/scan/server_segments.hpp"
#include "assay/scan/unequal_ranges.hpp"
#include "diff_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// A type that servers hash, and values that are easily taken for each other.
struct TypeSample {
    std::string type;
    HashKind kind;
    std::vector<std::string> values;
};

const std::vector<TypeSample>& samples() {
    static const std::vector<TypeSample> all{
        {"bigint",
         HashKind::integer,
         {"0", "1", "-1", "2", "4294967296", "4294967297", "-4294967296", "9223372036854775807",
          "'-9223372036854775808'"}},
        {"integer",
         HashKind::small_integer,
         {"0", "1", "-1", "256", "65536", "2147483647", "'-2147483648'"}},
        {"smallint", HashKind::small_integer, {"0", "1", "-1", "32767", "'-32768'"}},
        {"numeric",
         HashKind::decimal,
         {"0", "5", "-5", "50000", "-50000", "0.0005", "1e40", "-1e40", "'NaN'", "12345.6789"}},
        {"real", HashKind::real, {"0", "1", "-1", "0.1", "'NaN'", "'Infinity'", "'-Infinity'"}},
        {"double precision",
         HashKind::wide_real,
         {"0", "1", "-1", "0.1", "0.30000000000000004", "1e300", "'NaN'", "'Infinity'"}},
        {"boolean", HashKind::boolean, {"false", "true"}},
        {"text", HashKind::text, {"''", "' '", "'a'", "'A'", "'a '", "'0'", "U&'\\00e4'"}},
        {"uuid",
         HashKind::uuid,
         {"'00000000-0000-0000-0000-000000000000'", "'00000000-0000-0000-0000-000000000001'",
          "'00000001-0000-0000-0000-000000000000'"}},
        {"timestamp",
         HashKind::moment,
         {"'2000-01-01'", "'2000-01-01 00:00:00.000001'", "'1970-01-01'", "'3000-01-01'",
          "'3000-01-01 00:00:00.000001'", "'infinity'", "'-infinity'", "'4713-01-01 BC'",
          "'2241-12-31 23:59:59.999998'", "'2241-12-31 23:59:59.999999'", "'2242-01-01'",
          "'2242-01-01 00:00:00.000001'", "'1700-01-01'", "'1700-01-01 00:00:00.000001'",
          "'1699-12-31 23:59:59.999999'", "'1699-12-31 23:59:59.999998'"}},
        {"timestamptz",
         HashKind::moment,
         {"'1970-01-01 00:00+00'", "'1970-01-01 01:00+00'", "'2241-12-31 23:59:59.999999+00'",
          "'2242-01-01 00:00+00'", "'2242-01-01 00:00:00.000001+00'"}},
        {"time",
         HashKind::time_of_day,
         {"'00:00'", "'00:00:00.000001'", "'01:11:34.967296'", "'24:00'"}},
        {"date",
         HashKind::date,
         {"'1970-01-01'", "'2000-01-01'", "'5874897-01-01'", "'infinity'"}}};
    return all;
}

std::int64_t hash_of(Session& session, HashFunction function, HashKind kind,
                     const std::string& value) {
    const std::string hash = row_hash_sql({function, {kind}}, {value});
    const Query query{"SELECT " + first_half_sql(function, hash), {ColumnType::integer}};
    return session.query_row(query).at(0).integer;
}

/// "v numeric, ..." of some types.
std::string a_table(const std::vector<TypeSample>& columns) {
    std::string sql = "CREATE TABLE t (k bigint PRIMARY KEY";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        sql += fmt::format(", \"c '{}\" {}", i, columns[i].type);
    }
    return sql + ");";
}

std::string a_value(const TypeSample& column) {
    const bool is_null = *rc::gen::inRange(0, 4) == 0;
    return (is_null ? "NULL" : *rc::gen::elementOf(column.values)) + "::" + column.type;
}

/// 500 rows of few different values, far enough apart that there are segments.
std::string some_rows(const std::vector<TypeSample>& columns) {
    std::string values;
    for (const TypeSample& column : columns) {
        values += fmt::format(", CASE i % 3 WHEN 0 THEN {} WHEN 1 THEN {} ELSE {} END",
                              a_value(column), a_value(column), a_value(column));
    }
    return fmt::format("INSERT INTO t SELECT i{} FROM generate_series(-100, 4899, 10) AS g(i);",
                       values);
}

std::string some_changes(const std::vector<TypeSample>& columns) {
    std::string sql;
    for (int left = *rc::gen::inRange(0, 6); left > 0; --left) {
        const int key = 10 * *rc::gen::inRange(-10, 490);
        const auto column = *rc::gen::inRange<std::size_t>(0, columns.size() + 1);
        sql += column == columns.size() ? fmt::format("DELETE FROM t WHERE k = {};", key)
                                        : fmt::format("UPDATE t SET \"c '{}\" = {} WHERE k = {};",
                                                      column, a_value(columns[column]), key);
    }
    return sql;
}

} // namespace

TEST_CASE("a server hashes with the functions whose answers are known", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (at int)");
    Opened opened(postgres_location(database));
    const auto of_text = [&](HashFunction function, const std::string& text) {
        return hash_of(*opened.session, function, HashKind::text, text);
    };
    CHECK(of_text(HashFunction::lookup3, "''") == -6'939'563'903'564'495'251);
    CHECK(of_text(HashFunction::lookup3, "'abc'") == -6'747'756'470'228'489'321);
    // The first half of the MD5 of "3:abc", by RFC 1321.
    CHECK(of_text(HashFunction::md5, "'abc'") == -1'719'258'448'020'583'127);
    for (const HashFunction function : {HashFunction::lookup3, HashFunction::md5}) {
        CHECK(hash_alike(*opened.session, *opened.session, function));
    }
}

TEST_CASE("different values of a type have different hashes on a server", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (at int)");
    Opened opened(postgres_location(database));
    for (const HashFunction function : {HashFunction::lookup3, HashFunction::md5}) {
        for (const TypeSample& sample : samples()) {
            const auto hash = [&](const std::string& value) {
                return hash_of(*opened.session, function, sample.kind,
                               "(" + value + "::" + sample.type + ")");
            };
            std::set<std::int64_t> hashes{hash("NULL")};
            for (const auto& value : sample.values) {
                INFO(sample.type << " " << value);
                CHECK(hashes.insert(hash(value)).second);
            }
        }
        const auto number = [&](HashKind kind, const char* value) {
            return hash_of(*opened.session, function, kind, value);
        };
        CHECK(number(HashKind::decimal, "1.10::numeric") ==
              number(HashKind::decimal, "1.1::numeric"));
        CHECK(number(HashKind::decimal, "0.00::numeric") ==
              number(HashKind::decimal, "0::numeric"));
        CHECK(number(HashKind::wide_real, "'-0'::float8") ==
              number(HashKind::wide_real, "'0'::float8"));
    }
}

TEST_CASE("values that change places with their neighbour are seen", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (at int)");
    Opened opened(postgres_location(database));
    const auto of_two = [&](HashFunction function, HashKind kind, const std::string& first,
                            const std::string& second) {
        const std::string hash = row_hash_sql({function, {kind, kind}}, {first, second});
        const Query query{"SELECT " + first_half_sql(function, hash), {ColumnType::integer}};
        return opened.session->query_row(query).at(0).integer;
    };
    for (const HashFunction function : {HashFunction::lookup3, HashFunction::md5}) {
        for (TypeSample sample : samples()) {
            sample.values.insert(sample.values.end(), {"NULL"});
            if (sample.kind == HashKind::decimal) {
                sample.values.insert(sample.values.end(), {"'Infinity'", "'-Infinity'"});
            }
            for (const auto& one : sample.values) {
                for (const auto& other : sample.values) {
                    INFO(sample.type << " " << one << " and " << other);
                    const std::string a = "(" + one + "::" + sample.type + ")";
                    const std::string b = "(" + other + "::" + sample.type + ")";
                    CHECK((one == other || of_two(function, sample.kind, a, b) !=
                                               of_two(function, sample.kind, b, a)));
                }
            }
        }
    }
}

TEST_CASE("no text looks like the end of one column and the start of another", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (at int)");
    Opened opened(postgres_location(database));
    const auto of_two = [&](const std::string& first, const std::string& second) {
        const ServerHash hash{HashFunction::md5, {HashKind::text, HashKind::text}};
        const Query query{"SELECT " + row_hash_sql(hash, {first, second}), {ColumnType::text}};
        return opened.session->query_row(query).at(0).bytes;
    };
    const std::set<std::string> hashes{of_two("'a'", "'b'"),   of_two("'a1:b'", "''"),
                                       of_two("''", "'a1:b'"), of_two("'a'", "NULL::text"),
                                       of_two("'a-'", "''"),   of_two("NULL::text", "'a'"),
                                       of_two("'-'", "'1:a'"), of_two("'b'", "'a'"),
                                       of_two("'ab'", "''"),   of_two("''", "'ab'")};
    CHECK(hashes.size() == 10);
}

TEST_CASE("servers that keep texts in different encodings take MD5", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto in_encoding = [](const std::string& encoding) {
        return "ENCODING '" + encoding + "' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
    };
    const std::string sql = "CREATE TABLE t (k int PRIMARY KEY, v text);"
                            "INSERT INTO t SELECT i, chr(228) || i FROM generate_series(1, 9000) "
                            "AS g(i);";
    const PostgresDatabase utf8(sql);
    const PostgresDatabase latin1(sql + "UPDATE t SET v = 'o' WHERE k = 77;",
                                  in_encoding("LATIN1"));
    const PostgresDatabase bytes("CREATE TABLE t (k int PRIMARY KEY, v text)",
                                 in_encoding("SQL_ASCII"));
    Opened a(postgres_location(utf8));
    Opened b(postgres_location(latin1));
    Opened c(postgres_location(bytes));
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    const RowDiffRequest request = request_by_key(a.table, b.table, 1);
    const auto function = [&](const DiffSide& other) {
        const auto choice = choose_server_hash(side_a, other, request);
        return choice.hash ? std::optional(choice.hash->function) : std::nullopt;
    };
    CHECK(function(side_a) == HashFunction::lookup3);
    CHECK(function(side_b) == HashFunction::md5);
    CHECK(function({*c.session, c.table}) == std::nullopt);

    const KeySegments segments({1, 9'000}, 256);
    const auto sums = compare_sums(side_a, side_b, request, segments,
                                   choose_server_hash(side_a, side_b, request).hash);
    REQUIRE(sums);
    REQUIRE(sums->unequal.size() == 1);
    CHECK(sums->unequal[0].keys.first <= 77);
    CHECK(sums->unequal[0].keys.last >= 77);
    CHECK(sums->equal_rows > 8'900);
}

namespace {

/// Compare random tables of two servers, with up to so many columns besides the key.
template <typename Compare>
void compare_servers(int most_columns, const Compare& compare) {
    PostgresDatabase first;
    PostgresDatabase second;
    rc::prop("whatever differs", [&] {
        const auto columns = *rc::gen::resize(
            most_columns, rc::gen::nonEmpty(rc::gen::container<std::vector<TypeSample>>(
                              rc::gen::elementOf(samples()))));
        const std::string sql = "DROP TABLE IF EXISTS t;" + a_table(columns) + some_rows(columns);
        first.execute(sql);
        second.execute(sql + some_changes(columns));
        Opened a(postgres_location(first));
        Opened b(postgres_location(second));
        compare(DiffSide{*a.session, a.table}, DiffSide{*b.session, b.table},
                request_by_key(a.table, b.table, 1));
    });
}

} // namespace

TEST_CASE("servers hash integers of two widths alike", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const std::string rows = "INSERT INTO t SELECT i, i * 100000 FROM generate_series(1, 9000) "
                             "AS g(i);";
    const PostgresDatabase first("CREATE TABLE t (k bigint PRIMARY KEY, v integer);" + rows);
    const PostgresDatabase second("CREATE TABLE t (k integer PRIMARY KEY, v bigint);" + rows +
                                  "UPDATE t SET v = v + 4294967296 WHERE k = 77;");
    Opened a(postgres_location(first));
    Opened b(postgres_location(second));
    const DiffSide side_a{*a.session, a.table};
    const DiffSide side_b{*b.session, b.table};
    const RowDiffRequest request = request_by_key(a.table, b.table, 1);
    REQUIRE(choose_server_hash(side_a, side_b, request).hash ==
            ServerHash{HashFunction::lookup3, {HashKind::integer, HashKind::integer}});
    const RowDiff diff = diff_tables(side_a, side_b, request);
    CHECK(diff.changed == 1);
    CHECK(diff.unchanged == 8'999);
}

TEST_CASE("servers find what a comparison row by row finds", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_servers(6, [](const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
        RC_ASSERT(choose_server_hash(a, b, request).hash.has_value());
        check_same(diff_tables(a, b, request), diff_rows(a, b, request));
    });
}

TEST_CASE("with MD5 they find the same", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_servers(6, [](const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
        auto hash = choose_server_hash(a, b, request).hash;
        RC_ASSERT(hash.has_value());
        hash->function = HashFunction::md5;
        const auto sums = compare_sums(a, b, request, KeySegments({-100, 4'899}, 64), hash);
        RC_ASSERT(sums.has_value());
        check_same(read_unequal(a, b, request, *sums), diff_rows(a, b, request));
    });
}

TEST_CASE("servers put keys of any type into buckets", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_servers(4, [](const DiffSide& a, const DiffSide& b, RowDiffRequest request) {
        request.key.insert(request.key.begin(), request.other.front());
        request.other.erase(request.other.begin());
        RC_PRE(bucket_hash(a, b, request).has_value());
        if (const auto found = diff_by_buckets(a, b, request, bucket_hash(a, b, request))) {
            check_same(*found, diff_rows(a, b, request));
        }
    });
}

TEST_CASE("only columns of one type are left to the servers", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto is_left_to_servers = [](const std::string& type_a, const std::string& type_b) {
        const PostgresDatabase first("CREATE TABLE t (k int PRIMARY KEY, v " + type_a + ")");
        const PostgresDatabase second("CREATE TABLE t (k bigint PRIMARY KEY, v " + type_b + ")");
        Opened a(postgres_location(first));
        Opened b(postgres_location(second));
        return choose_server_hash({*a.session, a.table}, {*b.session, b.table},
                                  request_by_key(a.table, b.table, 1))
            .hash.has_value();
    };
    CHECK(is_left_to_servers("text", "varchar(9)"));
    CHECK(is_left_to_servers("numeric(9,2)", "numeric"));
    CHECK(is_left_to_servers("smallint", "bigint"));
    CHECK_FALSE(is_left_to_servers("real", "double precision"));
    CHECK_FALSE(is_left_to_servers("timestamp", "timestamptz"));
    CHECK_FALSE(is_left_to_servers("timestamp", "time"));
    CHECK_FALSE(is_left_to_servers("text", "char(9)"));
    for (const char* const type : {"integer", "numeric(9,2)", "timestamp", "time", "varchar(9)"}) {
        INFO(type);
        CHECK_FALSE(is_left_to_servers(std::string(type) + "[]", std::string(type) + "[]"));
    }
    CHECK_FALSE(is_left_to_servers("jsonb", "jsonb"));
    CHECK_FALSE(is_left_to_servers("interval", "interval"));
}
