// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/hash_plan.hpp"
#include "diff_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr SentSums segments{65'536, false};

/// 1,000,000 rows.
HashedSide side_of(Route route, std::vector<ColumnType> columns, double text_bytes = 0) {
    return {route, 1'000'000, std::move(columns), text_bytes};
}

bool is_left_to_servers(const HashedSide& a, const HashedSide& b,
                        HashFunction function = HashFunction::lookup3) {
    return servers_shall_hash({client_hash_cost(a), server_hash_cost(a, segments, function)},
                              {client_hash_cost(b), server_hash_cost(b, segments, function)});
}

const std::vector<ColumnType> key_and_times{ColumnType::integer,   ColumnType::timestamp,
                                            ColumnType::timestamp, ColumnType::timestamptz,
                                            ColumnType::timestamp, ColumnType::timestamp};
const std::vector<ColumnType> key_and_texts{
    ColumnType::integer, ColumnType::text, ColumnType::text, ColumnType::text,
    ColumnType::text,    ColumnType::text, ColumnType::text, ColumnType::decimal};

} // namespace

TEST_CASE("rows that are sent cost the bytes of their cells, and sums next to none") {
    const HashedSide side = side_of(Route::socket, {ColumnType::integer, ColumnType::text}, 20);
    CHECK(client_hash_cost(side).bytes == 1'000'000 * (2 + 12 + 4 + 20));
    CHECK(server_hash_cost(side, segments, HashFunction::lookup3).bytes == 65'536 * 57);
    CHECK(client_hash_cost(side_of(Route::file, {ColumnType::integer})).bytes == 0);
}

TEST_CASE("sums of buckets are sent by each statement of a second") {
    HashedSide side = side_of(Route::socket, {ColumnType::integer});
    const SentSums buckets{8'192, true};
    CHECK(server_hash_cost(side, buckets, HashFunction::lookup3).bytes == 8'192 * 57);
    side.rows = 20'000'000; // at 186 ns
    CHECK(server_hash_cost(side, buckets, HashFunction::lookup3).bytes == 4 * 8'192 * 57);
}

TEST_CASE("no more sums are sent than there are rows") {
    HashedSide side = side_of(Route::socket, {ColumnType::integer});
    side.rows = 10;
    CHECK(server_hash_cost(side, segments, HashFunction::lookup3).bytes == 10 * 57);
    side.rows = 0;
    CHECK(server_hash_cost(side, segments, HashFunction::lookup3) == HashCost{});
    CHECK(client_hash_cost(side) == HashCost{});
}

TEST_CASE("a network costs the time of its bytes, and this machine does not") {
    const auto seconds = [](Route route) {
        return client_hash_cost(side_of(route, {ColumnType::text}, 115)).seconds;
    };
    CHECK(seconds(Route::loopback) == seconds(Route::socket));
    CHECK(seconds(Route::network) - seconds(Route::socket) == Approx(121.0 / 117));
}

TEST_CASE("servers hash texts, and times only where they were to pass a network") {
    const auto texts = [](Route route) { return side_of(route, key_and_texts, 120); };
    CHECK(is_left_to_servers(texts(Route::socket), texts(Route::socket)));
    CHECK(is_left_to_servers(texts(Route::network), texts(Route::network)));
    const auto times = [](Route route) { return side_of(route, key_and_times); };
    CHECK_FALSE(is_left_to_servers(times(Route::socket), times(Route::socket)));
    CHECK_FALSE(is_left_to_servers(times(Route::loopback), times(Route::loopback)));
    CHECK(is_left_to_servers(times(Route::network), times(Route::socket)));
    CHECK(is_left_to_servers(times(Route::network), times(Route::network)));
}

TEST_CASE("a server beside a file hashes what were to pass a network") {
    const auto is_left_to_server = [](Route route) {
        const HashedSide server = side_of(route, key_and_texts, 120);
        const HashedSide file = side_of(Route::file, key_and_texts, 120);
        return servers_shall_hash(
            {client_hash_cost(server), server_hash_cost(server, segments, HashFunction::lookup3)},
            {client_hash_cost(file), like_server_hash_cost(file)});
    };
    CHECK(is_left_to_server(Route::network));
    CHECK_FALSE(is_left_to_server(Route::socket));
    CHECK_FALSE(is_left_to_server(Route::loopback));
}

TEST_CASE("MD5 is worth its time where long texts were to pass a network") {
    const auto texts = [](Route route, double bytes) {
        const HashedSide side = side_of(route, key_and_texts, bytes);
        return is_left_to_servers(side, side, HashFunction::md5);
    };
    CHECK(texts(Route::network, 400));
    CHECK_FALSE(texts(Route::network, 40));
    CHECK_FALSE(texts(Route::socket, 400));
}

TEST_CASE("the client hashes what one of the servers cannot") {
    const HashCosts cannot{{1'000, 99}};
    const HashCosts can{{1'000, 99}, HashCost{1, 1}};
    CHECK(servers_shall_hash(can, can));
    CHECK_FALSE(servers_shall_hash(can, cannot));
    CHECK_FALSE(servers_shall_hash(cannot, can));
}

TEST_CASE("two files are hashed by the client, and the plan says why") {
    const std::string sql = "CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT)";
    TwoFiles files(sql, sql);
    const DiffSide a{*files.a.session, files.a.table};
    const DiffSide b{*files.b.session, files.b.table};
    const HashPlan plan = plan_hash(a, b, request_by_key(a.table, b.table, 1));
    CHECK_FALSE(plan.hash);
    CHECK_FALSE(plan.a.server);
    CHECK(plan.obstacle == "neither side is Postgres");
}

TEST_CASE("the widths of texts come from a plan of the server", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto sent = [](int width) {
        const std::string sql = "CREATE TABLE t (k integer PRIMARY KEY, v text); INSERT INTO t "
                                "SELECT i, repeat('x', " +
                                std::to_string(width) +
                                ") FROM generate_series(1, 1000) AS g(i); ANALYZE t;";
        const PostgresDatabase database(sql);
        Opened a(postgres_location(database));
        Opened b(postgres_location(database));
        const HashPlan plan = plan_hash({*a.session, a.table}, {*b.session, b.table},
                                        request_by_key(a.table, b.table, 1));
        CHECK(a.session->source().route == Route::socket);
        return plan.a.client.bytes;
    };
    CHECK(sent(100) - sent(40) == 60'000);
}

TEST_CASE("a table that nobody analysed is judged by its size", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (k integer PRIMARY KEY, v text) WITH "
                                    "(autovacuum_enabled = off); INSERT INTO t SELECT i, 'x' FROM "
                                    "generate_series(1, 1000) AS g(i)");
    Opened a(postgres_location(database));
    Opened b(postgres_location(database));
    const HashPlan plan = plan_hash({*a.session, a.table}, {*b.session, b.table},
                                    request_by_key(a.table, b.table, 1));
    CHECK(plan.obstacle.empty());
    CHECK(plan.a.client.bytes > 0);
    CHECK(plan.a.server);
}
