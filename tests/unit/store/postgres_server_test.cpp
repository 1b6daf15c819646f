// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/server_notes.hpp"
#include "postgres_support.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace assay;
using namespace assay::test;
using namespace assay::test::pg;

namespace {

constexpr int version_15 = 150'018;

SourceInfo source_with(const std::function<void(SourceInfo&)>& change) {
    SourceInfo source;
    source.kind = StoreKind::postgresql;
    source.url = "postgresql://app@db1/shop";
    source.server_version = "15.18";
    source.role = "primary";
    source.tls = "verified";
    change(source);
    return source;
}

/// The one note on such a source, "" for none.
std::string only_note(const SourceInfo& source, int version = version_15) {
    const auto notes = postgres::server_notes(source, {}, version);
    REQUIRE(notes.size() <= 1);
    return notes.empty() ? "" : notes.front();
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool any_holds(const std::vector<std::string>& notes, const std::string& part) {
    return std::any_of(notes.begin(), notes.end(),
                       [&](const std::string& note) { return holds(note, part); });
}

std::string mode_for(const std::string& conninfo) {
    return std::string(postgres::sslmode_to_ask_for(postgres::parse_conninfo(conninfo)));
}

} // namespace

TEST_CASE("case 218: a clock that is off counts from five seconds beyond the time of asking") {
    constexpr Micros second = micros_per_second;
    CHECK_FALSE(postgres::clock_skew(100 * second, 100 * second, 100 * second));
    CHECK_FALSE(postgres::clock_skew(105 * second, 90 * second, 100 * second));
    CHECK_FALSE(postgres::clock_skew(95 * second, 100 * second, 130 * second));
    CHECK(postgres::clock_skew(106 * second, 90 * second, 100 * second) == 6 * second);
    CHECK(postgres::clock_skew(40 * second, 100 * second, 101 * second) == -60 * second);
}

TEST_CASE("case 218: a skewed clock is said with its direction") {
    const auto skewed = [](Micros skew) {
        return only_note(source_with([&](SourceInfo& source) { source.clock_skew = skew; }));
    };
    CHECK(holds(skewed(3600 * micros_per_second), "1 h ahead of that of this machine"));
    CHECK(holds(skewed(-7 * micros_per_second), "7 s behind that of this machine"));
}

TEST_CASE("case 162: the lag of a standby is said as a bound, or as unknown") {
    const auto note = [](std::optional<Micros> lag) {
        return only_note(source_with([&](SourceInfo& source) {
            source.role = "standby";
            source.replay_lag = lag;
        }));
    };
    CHECK(holds(note(90 * micros_per_second), "1 min 30 s old: it lags behind by that at most"));
    CHECK(holds(note(std::nullopt), "is unknown"));
}

TEST_CASE("case 166: a server newer than any that is known is said") {
    const SourceInfo source =
        source_with([](SourceInfo& info) { info.server_version = "19beta1"; });
    CHECK(only_note(source, 180'004).empty());
    CHECK(holds(only_note(source, 190'000), "Postgres 19beta1 is newer than any"));
}

TEST_CASE("case 234: an unprotected connection is said, a verified or local one is not") {
    const auto note = [](const std::string& tls) {
        return only_note(source_with([&](SourceInfo& source) { source.tls = tls; }));
    };
    CHECK(note("verified").empty());
    CHECK(note("local").empty());
    CHECK(holds(note("unverified"), "nobody proved who answers"));
    CHECK(holds(note("none"), "postgresql://app@db1/shop is not encrypted"));
}

TEST_CASE("case 234: TLS is asked for where the way leaves the machine and nobody said otherwise") {
    CHECK(mode_for("postgresql://app@db1/shop") == "require");
    CHECK(mode_for("host=db1 sslrootcert=/ca.pem") == "verify-full");
    CHECK(mode_for("host=127.0.0.1,db1") == "require");
    CHECK(mode_for("host=db1 sslmode=disable").empty());
    CHECK(mode_for("host=db1 sslmode=prefer").empty());
    CHECK(mode_for("host=/run/postgresql").empty());
    CHECK(mode_for("host=localhost").empty());
    CHECK(mode_for("host=127.0.0.1,::1").empty());
    CHECK(mode_for("service=shop").empty());
}

TEST_CASE("case 161: a standby that holds back its primary is said") {
    postgres::ServerFacts server;
    server.holds_back_primary = true;
    const auto notes = postgres::server_notes(source_with([](SourceInfo&) {}), server, version_15);
    REQUIRE(notes.size() == 1);
    CHECK(holds(notes.front(), "hot_standby_feedback is on"));
}

TEST_CASE("case 54: collations of another version are said", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (a text PRIMARY KEY COLLATE \"en-x-icu\");"
                                    "CREATE TABLE plain (a text PRIMARY KEY)");
    const auto notes = [&] {
        return PostgresFixture(database.conninfo()).session->catalog().notes;
    };
    CHECK_FALSE(any_holds(notes(), "REINDEX"));
    PostgresClient client(database.conninfo());
    client.execute("UPDATE pg_collation SET collversion = '0' WHERE collname = 'en-x-icu'");
    CHECK(any_holds(notes(), "1 index was sorted by another version of a collation"));
    client.execute("UPDATE pg_database SET datcollversion = '0'"
                   " WHERE datname = current_database()");
    CHECK(any_holds(notes(), "the collation of the database has another version"));
}

TEST_CASE("case 157: a transaction that was idle too long is a lost connection", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i");
    RecordingObserver observer;
    Cancellation cancellation;
    SessionOptions options;
    options.observer = &observer;
    options.cancellation = &cancellation;
    options.application = "test"; // whose statements are not those of the protocol
    postgres::Connection connection(database.conninfo(), options);
    connection.execute("BEGIN");
    connection.execute("SET LOCAL idle_in_transaction_session_timeout = '50ms'");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto error = error_of([&] { connection.execute("SELECT 1"); });
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::connection);
    CHECK_FALSE(error->hint().empty());
    INFO(error->what());
    CHECK(holds(error->what(), "idle"));
}
