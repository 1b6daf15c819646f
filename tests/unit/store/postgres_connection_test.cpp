// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "postgres_support.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

using namespace assay;
using namespace assay::test;
using namespace assay::test::pg;

namespace {

/// The error of opening a session there.
Error open_error(const std::string& conninfo) {
    const auto error = error_of([&] { const PostgresFixture fixture(conninfo); });
    REQUIRE(error.has_value());
    return *error;
}

bool mentions(const Error& error, const std::string& text) {
    return std::string(error.what()).find(text) != std::string::npos;
}

/// Does something at the first batch, from the thread of the scan.
class FirstBatch final : public BatchSink {
public:
    explicit FirstBatch(std::function<void()> action) : m_action(std::move(action)) {}
    void consume(const RowBatch&) override {
        if (m_action) {
            std::exchange(m_action, nullptr)();
        }
    }

private:
    std::function<void()> m_action;
};

constexpr const char* wide_table =
    "CREATE TABLE wide AS SELECT i, repeat(md5(i::text), 30) AS t FROM generate_series(1, 60000) i";

} // namespace

TEST_CASE("case 140: nothing that listens is a connection error that names host and port",
          "[postgres]") {
    const Error error = open_error("host=127.0.0.1 port=1 user=u dbname=d password=hunter2");
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(mentions(error, "u@127.0.0.1:1/d"));
    CHECK_FALSE(mentions(error, "hunter2"));
    CHECK_FALSE(error.hint().empty());
}

TEST_CASE("a missing socket is a connection error that names the directory", "[postgres]") {
    const Error error = open_error("host=/nonexistent user=u dbname=d");
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(mentions(error, "host=/nonexistent"));
}

TEST_CASE("case 141: a host that does not resolve is a connection error", "[postgres]") {
    const Error error = open_error("host=nosuchhost.invalid user=u dbname=d connect_timeout=5");
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(mentions(error, "nosuchhost.invalid"));
}

TEST_CASE("case 147: a server that never answers is given up", "[postgres]") {
    // Accepts into the backlog and stays silent.
    const auto silent = [](SessionOptions& options) {
        options.connect_timeout = std::chrono::milliseconds(300);
    };
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(listener, 1) == 0);
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    const auto error = error_of([&] {
        const PostgresFixture fixture("host=127.0.0.1 user=u dbname=d port=" +
                                          std::to_string(ntohs(address.sin_port)),
                                      silent);
    });
    close(listener);
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::connection);
    CHECK(mentions(*error, "no answer within 0.3 s"));
}

TEST_CASE("case 144: an unknown database or role is a connection error with a hint", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const Error database = open_error(
        PostgresDatabase::with_option(postgres_server(), "dbname", "assay_test_no_such_db"));
    CHECK(database.kind() == ErrorKind::connection);
    CHECK(mentions(database, "assay_test_no_such_db"));
    CHECK_FALSE(mentions(database, "3D000"));
    CHECK(database.hint().find("database") != std::string::npos);
    const Error role = open_error(
        PostgresDatabase::with_option(postgres_server(), "user", "assay_test_no_such_role"));
    CHECK(role.kind() == ErrorKind::connection);
    CHECK(role.hint().find("user name") != std::string::npos);
}

TEST_CASE("a cancelled run does not connect", "[postgres]") {
    const auto error = error_of([] {
        const PostgresFixture fixture("host=127.0.0.1 port=1", [](SessionOptions& options) {
            options.cancellation->request(2);
        });
    });
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::cancelled);
}

TEST_CASE("case 163: the source of a session names server and role and no secret", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database;
    const PostgresFixture fixture(database.conninfo() + " password=hunter2");
    const SourceInfo& source = fixture.session->source();
    CHECK(source.kind == StoreKind::postgresql);
    CHECK(source.url.find("postgresql://") == 0);
    CHECK(source.url.find(database.name()) != std::string::npos);
    CHECK(source.url.find("hunter2") == std::string::npos);
    CHECK(source.role == "primary");
    CHECK(source.server_version.find(' ') == std::string::npos);
    CHECK(source.snapshot_at > 1'600'000'000 * micros_per_second);
    CHECK(source.read_only);
}

TEST_CASE("case 149: a lost connection is a connection error, and is not opened again",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(wide_table);
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const auto kill = [&] {
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                         " WHERE datname = current_database() AND application_name = 'assay'");
    };
    FirstBatch sink(kill);
    const TableSchema& table = table_named(catalog, "wide");
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto error = error_of([&] { fixture.session->scan(whole(table), sink); });
        REQUIRE(error.has_value());
        CHECK(error->kind() == ErrorKind::connection);
    }
    CHECK(database.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'assay'"
                         " AND datname = current_database()") == "0");
}

TEST_CASE("cancelling in the middle of a scan ends it", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(wide_table);
    PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    FirstBatch sink([&] { fixture.cancellation.request(15); });
    const auto error =
        error_of([&] { fixture.session->scan(whole(table_named(catalog, "wide")), sink); });
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::cancelled);
}

TEST_CASE("cancelling from another thread ends a statement that says nothing", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE VIEW slow AS SELECT pg_sleep(60)::text AS x");
    PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    std::thread canceller([&] {
        for (int i = 0; i < 500; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            if (database.value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%'"
                               " AND datname = current_database() AND state = 'active'") == "1") {
                break;
            }
        }
        fixture.cancellation.request(2);
    });
    const auto error = error_of([&] { rows_of(*fixture.session, table_named(catalog, "slow")); });
    canceller.join();
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::cancelled);
}

TEST_CASE("a sink that fails leaves the session usable", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(wide_table);
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const TableSchema& table = table_named(catalog, "wide");
    FirstBatch sink([] { throw Error(ErrorKind::internal, "sink is full"); });
    CHECK(error_of([&] { fixture.session->scan(whole(table), sink); })->kind() ==
          ErrorKind::internal);
    RowCounter counter;
    fixture.session->scan(whole(table), counter);
    CHECK(counter.rows == 60'000);
}

TEST_CASE("case 154: a statement that takes too long is a timeout, and the session goes on",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i;"
                                    "CREATE VIEW slow AS SELECT pg_sleep(60)::text AS x FROM t");
    const PostgresFixture fixture(database.conninfo(), [](SessionOptions& options) {
        options.statement_timeout = std::chrono::milliseconds(200);
    });
    const Catalog catalog = fixture.session->catalog();
    const auto error = error_of([&] { rows_of(*fixture.session, table_named(catalog, "slow")); });
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::timeout);
    CHECK(mentions(*error, "public.slow"));
    CHECK(rows_of(*fixture.session, table_named(catalog, "t")).size() == 1);
}

TEST_CASE("a statement that somebody else cancelled is no timeout", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE FUNCTION stop() RETURNS text LANGUAGE sql AS"
        " 'SELECT pg_cancel_backend(pg_backend_pid())::text || pg_sleep(1)';"
        "CREATE VIEW stopped AS SELECT public.stop() AS x");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const auto error =
        error_of([&] { rows_of(*fixture.session, table_named(catalog, "stopped")); });
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::interrupted);
    CHECK(mentions(*error, "somebody"));
}
