// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/like_server.hpp"

#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/key_buckets.hpp"
#include "assay/scan/server_hash_choice.hpp"
#include "assay/scan/server_segments.hpp"
#include "assay/scan/unequal_ranges.hpp"
#include "diff_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// One value as both stores write it.
struct Twin {
    std::string postgres;
    std::string sqlite;
};

struct TwinType {
    std::string postgres;
    std::string sqlite;
    std::vector<Twin> values;     ///< others of the type are easily taken for them
    std::vector<std::string> odd; ///< what SQLite alone holds in such a column
};

Twin same(const std::string& value) { return {value, value}; }

const std::vector<TwinType>& types() {
    static const std::vector<TwinType> all{
        {"bigint",
         "BIGINT",
         {same("0"),
          same("1"),
          same("-1"),
          same("4294967296"),
          same("-4294967296"),
          same("9223372036854775807"),
          {"5", "5.0"}},
         {"'1x'", "x'31'", "1.5", "1e19", "1e300"}},
        {"integer",
         "INTEGER",
         {same("0"), same("1"), same("-1"), same("65536"), same("'-2147483648'")},
         {"4294967297", "3e9", "''"}},
        {"numeric",
         "DECIMAL(20,6)",
         {same("0"),
          same("5"),
          same("-5"),
          same("50000"),
          same("-50000"),
          same("0.0005"),
          same("-0.05"),
          same("12345.6789"),
          {"12.50", "12.5"},
          {"1e20", "1e20"},
          {"100000000", "100000000.0"}},
         {"'five'", "x'35'"}},
        {"double precision",
         "DOUBLE",
         {same("0.1"), same("-1.5"), same("1e300"), {"'-0'", "0.0"}, {"7", "7"}, same("4.5e15")},
         {"'0.1x'", "9007199254740993"}},
        {"boolean", "BOOLEAN", {{"true", "1"}, {"false", "0"}}, {"2", "1e19", "'true'"}},
        {"text",
         "TEXT",
         {same("''"),
          same("'a'"),
          same("'A'"),
          same("'a '"),
          same("'0'"),
          {"U&'\\00e4'", "'ä'"},
          same("'a text of more than twelve bytes'")},
         {"x'61'"}},
        {"uuid",
         "TEXT",
         {same("'00000000-0000-0000-0000-000000000000'"),
          same("'d4a980a4-850f-47c8-91d5-aecbc7abe0ed'")},
         {"'D4A980A4-850F-47C8-91D5-AECBC7ABE0ED'", "'d4a980a4850f47c891d5aecbc7abe0ed'", "''"}},
        {"timestamp",
         "TIMESTAMP",
         {same("'2000-01-01 00:00:00'"),
          same("'2000-01-01 00:00:00.000001'"),
          {"'1970-01-01'", "'1970-01-01T00:00Z'"},
          same("'1969-12-31 23:59:59.999999'"),
          same("'2241-12-31 23:59:59.999999'"),
          same("'2242-01-01 00:00:00.000001'"),
          same("'1699-12-31 23:59:59.999999'"),
          same("'0001-02-03 04:05:06.789'"),
          same("'9999-12-31 23:59:59.999999'"),
          same("'infinity'"),
          same("'-infinity'")},
         {"'soon'"}},
        {"timestamptz",
         "TEXT",
         {{"'2000-01-01 01:00:00+01'", "'2000-01-01 00:00:00'"},
          {"'2000-01-01 00:00:00.5+00'", "'2000-01-01 02:00:00.5+02:00'"}},
         {"'now'"}},
        {"date",
         "DATE",
         {same("'1970-01-01'"),
          {"'2024-02-29'", "'2024-02-29 00:00'"},
          same("'0001-01-01'"),
          same("'9999-12-31'"),
          same("'infinity'"),
          same("'-infinity'")},
         {"'2024-02-29 00:01'", "'never'"}}};
    return all;
}

struct TwoTables {
    std::string postgres;
    std::string sqlite;
};

/// 300 rows that are equal on both sides, of few different ones.
TwoTables equal_tables(const std::vector<TwinType>& columns) {
    TwoTables sql{"CREATE TABLE t (k bigint PRIMARY KEY", "CREATE TABLE t (k INTEGER PRIMARY KEY"};
    std::vector<TwoTables> rows(5);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto& [postgres, sqlite, values, odd] = columns[i];
        sql.postgres += fmt::format(", c{} {}", i, postgres);
        sql.sqlite += fmt::format(", c{} {}", i, sqlite);
        for (TwoTables& row : rows) {
            const auto choice = *rc::gen::inRange<std::size_t>(0, values.size() + 1);
            const Twin twin = choice < values.size() ? values[choice] : same("NULL");
            row.postgres += ", " + twin.postgres;
            row.sqlite += ", " + twin.sqlite;
        }
    }
    const char* before = "); INSERT INTO t VALUES ";
    for (std::size_t i = 0; i < 300; ++i) {
        const std::string start = fmt::format("{}({}", before, 20 * static_cast<int>(i) - 1'000);
        sql.postgres += start + rows[i % rows.size()].postgres + ")";
        sql.sqlite += start + rows[i % rows.size()].sqlite + ")";
        before = ", ";
    }
    return sql;
}

/// In the file alone.
std::string some_changes(const std::vector<TwinType>& columns) {
    std::string sql;
    for (int left = *rc::gen::inRange(0, 6); left > 0; --left) {
        const int key = 20 * *rc::gen::inRange(0, 300) - 1'000;
        const auto at = *rc::gen::inRange<std::size_t>(0, columns.size());
        const auto& odd = columns[at].odd;
        const auto choice = *rc::gen::inRange<std::size_t>(0, odd.size() + 3);
        if (choice == odd.size() + 2) {
            const auto other = *rc::gen::inRange<std::size_t>(0, columns.size());
            sql +=
                fmt::format("UPDATE t SET c{0} = c{1}, c{1} = c{0} WHERE k = {2};", at, other, key);
        } else if (choice > odd.size()) {
            sql += fmt::format("DELETE FROM t WHERE k = {};", key);
        } else {
            sql += fmt::format(
                "UPDATE t SET c{} = {} WHERE k = {};", at,
                choice == odd.size() ? columns[at].values.back().sqlite : odd[choice], key);
        }
    }
    return sql;
}

std::vector<TwinType> some_types() {
    return *rc::gen::resize(6, rc::gen::nonEmpty(rc::gen::container<std::vector<TwinType>>(
                                   rc::gen::elementOf(types()))));
}

/// Call `compare` with a file and a server: equal ones, and after some changes of the file.
template <typename Compare>
void compare_file_with_server(const Compare& compare) {
    PostgresDatabase database;
    rc::prop("whatever differs", [&] {
        const auto columns = some_types();
        const TwoTables sql = equal_tables(columns);
        const TempDir dir;
        const Location file = make_sqlite(dir.file("t.db"), sql.sqlite);
        database.execute("DROP TABLE IF EXISTS t;" + sql.postgres);
        for (const std::string& changes : {std::string(), some_changes(columns)}) {
            run_sqlite(dir.file("t.db"), changes);
            Opened a(file);
            Opened b(postgres_location(database));
            compare(DiffSide{*a.session, a.table}, DiffSide{*b.session, b.table},
                    request_by_key(a.table, b.table, 1), changes);
        }
    });
}

} // namespace

TEST_CASE("a number that no value of a server equals has a hash of its own") {
    const auto hash_of = [](HashKind kind, const Value& value) {
        RowBatch batch;
        batch.row_count = 1;
        append_value(batch.columns.emplace_back(ColumnType::integer), value);
        const std::vector<HashKind> kinds{kind};
        const std::vector<Comparison> comparisons{Comparison::number};
        std::vector<std::uint64_t> hashes;
        std::string scratch;
        hash_like_server(kinds, comparisons, batch, hashes, scratch);
        return hashes.at(0);
    };
    const auto integer = [](std::int64_t number) {
        return Value{ColumnType::integer, CellKind::integer, number, 0, {}};
    };
    const auto real = [](double number) {
        return Value{ColumnType::integer, CellKind::real, 0, number, {}};
    };
    for (const HashKind kind : {HashKind::integer, HashKind::small_integer, HashKind::boolean}) {
        const std::uint64_t zero = hash_of(kind, integer(0));
        CHECK(hash_of(kind, real(0)) == zero);
        CHECK(hash_of(kind, real(1)) == hash_of(kind, integer(1)));
        for (const double number : {1e19, -1e19, 1e300, 0.5}) {
            INFO(number);
            CHECK(hash_of(kind, real(number)) != zero);
        }
    }
    CHECK(hash_of(HashKind::small_integer, real(3e9)) !=
          hash_of(HashKind::small_integer, integer(0)));
    CHECK(hash_of(HashKind::small_integer, integer(4'294'967'296)) !=
          hash_of(HashKind::small_integer, integer(0)));
    CHECK(hash_of(HashKind::wide_real, integer(9'007'199'254'740'993)) !=
          hash_of(HashKind::wide_real, real(9'007'199'254'740'992)));
}

TEST_CASE("the client hashes what SQLite holds as a server hashes its equal", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_file_with_server([](const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                                const std::string& changes) {
        const auto hash = choose_server_hash(a, b, request).hash;
        RC_ASSERT(hash.has_value());
        const auto sums = compare_sums(a, b, request, KeySegments({-1'000, 4'980}, 64), hash);
        RC_ASSERT(sums.has_value());
        RC_ASSERT(!changes.empty() || sums->unequal.empty());
        check_same(read_unequal(a, b, request, *sums), diff_rows(a, b, request));
    });
}

TEST_CASE("keys of SQLite are in the buckets that a server puts their equals into", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    compare_file_with_server([](const DiffSide& a, const DiffSide& b, RowDiffRequest request,
                                const std::string& changes) {
        request.key.insert(request.key.begin(), request.other.front());
        request.other.erase(request.other.begin());
        const auto hash = choose_server_hash(a, b, request).hash;
        RC_ASSERT(hash.has_value());
        if (changes.empty()) {
            RowLayout layout = layout_of(Side::a, request);
            layout.like_server = hash->kinds;
            RC_ASSERT(
                read_buckets(a.session, a.table, layout, 64).buckets ==
                sum_buckets_in_server(b.session, b.table, layout_of(Side::b, request), 64, *hash)
                    .buckets);
        }
        if (const auto found = diff_by_buckets(a, b, request, hash)) {
            check_same(*found, diff_rows(a, b, request));
        }
    });
}
