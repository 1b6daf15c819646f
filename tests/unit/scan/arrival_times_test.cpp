// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/arrival_times.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr Micros minute = 60 * micros_per_second;

ArrivalRequest last_days(const Opened& opened, std::int64_t days) {
    return {opened.source(), test_moment - days * micros_per_day, test_moment + minute - 1, ""};
}

/// What read_arrivals() promises, of the instants themselves.
Arrivals expected(std::vector<Micros> times, const ArrivalRequest& request) {
    Arrivals arrivals;
    std::sort(times.begin(), times.end());
    std::map<std::int64_t, std::vector<Micros>> minutes;
    for (const Micros at : times) {
        if (at < request.from) {
            arrivals.instants = {at};
        } else if (at <= request.until) {
            minutes[at / minute].push_back(at);
        }
    }
    for (const auto& [index, all] : minutes) {
        arrivals.instants.push_back(all.front());
        if (all.front() != all.back()) {
            arrivals.instants.push_back(all.back());
        }
        arrivals.minutes.emplace_back(index * minute, static_cast<std::int64_t>(all.size()));
    }
    return arrivals;
}

} // namespace

TEST_CASE("arrivals are the same from an index and from a scan, in every encoding of SQLite") {
    rc::prop("for any times", [] {
        const auto times = *rc::gen::container<std::vector<Micros>>(recent_moment());
        const std::string type = *rc::gen::element<std::string>("TIMESTAMP", "TEXT", "REAL");
        const int encoding = type == "TEXT" ? 0 : *rc::gen::inRange(0, 5);
        std::vector<std::string> cells{"NULL", "'soon'", "x'00'"};
        for (const Micros at : times) {
            cells.push_back(sqlite_time(at, encoding));
        }
        for (const char* index : {"", "CREATE INDEX i ON t (at)"}) {
            const TempDir folder;
            run_sqlite(folder.file("t.db"), sqlite_table(type, cells, index));
            Opened opened(sqlite_location(folder.file("t.db")));
            const auto request = last_days(opened, 10);
            RC_ASSERT(arrivals_sql(StoreKind::sqlite, request).empty() == (index[0] == 0));
            const auto found = read_arrivals(*opened.session, request);
            const auto wanted = expected(times, request);
            RC_ASSERT(found.instants == wanted.instants);
            RC_ASSERT(found.minutes == wanted.minutes);
        }
    });
}

TEST_CASE("arrivals in Postgres come from one grouped statement", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const std::string type = GENERATE("timestamp", "timestamptz");
    const PostgresDatabase database("CREATE TABLE t (at " + type + ")");
    rc::prop("for " + type, [&] {
        const auto times = *rc::gen::container<std::vector<Micros>>(recent_moment());
        std::string sql = "TRUNCATE t; INSERT INTO t VALUES (NULL), ('infinity'), ('-infinity');";
        for (const Micros at : times) {
            sql += "INSERT INTO t VALUES ('" + format_timestamp(at) + "+00');";
        }
        database.execute(sql);
        Opened opened(postgres_location(database));
        const auto request = last_days(opened, 10);
        const auto found = read_arrivals(*opened.session, request);
        const auto wanted = expected(times, request);
        RC_ASSERT(found.instants == wanted.instants);
        RC_ASSERT(found.minutes == wanted.minutes);
    });
}

TEST_CASE("the last arrivals up to some moments come from the index in Postgres", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const std::string type = GENERATE("timestamp", "timestamptz", "date");
    const PostgresDatabase database("CREATE TABLE t (at " + type + "); CREATE INDEX ON t (at)");
    rc::prop("for " + type, [&] {
        const auto times = *rc::gen::container<std::vector<Micros>>(recent_moment());
        std::string sql = "TRUNCATE t; INSERT INTO t VALUES (NULL), ('infinity'), ('-infinity');";
        std::vector<Micros> stored;
        for (const Micros at : times) {
            sql += "INSERT INTO t VALUES ('" + format_timestamp(at) + "+00');";
            stored.push_back(type == "date"
                                 ? at - ((at % micros_per_day) + micros_per_day) % micros_per_day
                                 : at);
        }
        database.execute(sql);
        Opened opened(postgres_location(database));
        auto request = last_days(opened, 10);
        request.moments = {request.until - micros_per_day, request.until - 7 * minute,
                           request.until};
        const auto found = read_arrivals(*opened.session, request).instants;
        RC_ASSERT(found.size() <= request.moments.size() + 2);
        std::sort(stored.begin(), stored.end());
        for (const Micros moment : request.moments) {
            const auto last_up_to = [moment](const std::vector<Micros>& all) {
                const auto next = std::upper_bound(all.begin(), all.end(), moment);
                return next == all.begin() ? 0 : *(next - 1);
            };
            RC_ASSERT(last_up_to(found) == last_up_to(stored));
        }
    });
}

TEST_CASE("naive times are those of the zone that was named") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               sqlite_table("TEXT", {"'2024-01-30 12:00:00'"}, "CREATE INDEX i ON t (at)"));
    Opened opened(sqlite_location(folder.file("t.db")));
    auto request = last_days(opened, 10);
    const auto utc = read_arrivals(*opened.session, request).instants;
    request.assume_tz = "Europe/Berlin";
    const auto berlin = read_arrivals(*opened.session, request).instants;
    REQUIRE(utc.size() == 1);
    REQUIRE(berlin.size() == 1);
    CHECK(utc[0] - berlin[0] == 60 * minute);
}
