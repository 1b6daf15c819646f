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

namespace {

/// The last time up to a moment; 0: none.
Micros last_up_to(const std::vector<Micros>& ascending, Micros moment) {
    const auto next = std::upper_bound(ascending.begin(), ascending.end(), moment);
    return next == ascending.begin() ? 0 : *(next - 1);
}

ArrivalRequest at_moments(const Opened& opened) {
    auto request = last_days(opened, 10);
    request.moments = {request.until - micros_per_day, request.until - 7 * minute, request.until};
    return request;
}

} // namespace

TEST_CASE("the last arrivals up to some moments come from the index in SQLite") {
    rc::prop("however times are written", [] {
        auto times = *rc::gen::container<std::vector<Micros>>(recent_moment());
        const std::string type = *rc::gen::element<std::string>("TIMESTAMP", "TEXT", "REAL");
        const int encoding = type == "TEXT" ? 0 : *rc::gen::inRange(0, 5);
        const std::string odd = *rc::gen::element<std::string>("NULL", "'soon'", "x'00'", "17");
        std::vector<std::string> cells{odd};
        for (const Micros at : times) {
            cells.push_back(sqlite_time(at, encoding));
        }
        const TempDir folder;
        run_sqlite(folder.file("t.db"), sqlite_table(type, cells, "CREATE INDEX i ON t (at)"));
        Opened opened(sqlite_location(folder.file("t.db")));
        const auto request = at_moments(opened);
        const auto found = read_arrivals(*opened.session, request).instants;
        std::sort(times.begin(), times.end());
        for (const Micros moment : request.moments) {
            RC_ASSERT(last_up_to(found, moment) == last_up_to(times, moment));
        }
    });
}

TEST_CASE("texts whose order is not that of their times are all read") {
    const std::string other =
        GENERATE("2024-01-30 23:30:00+02:00", "2024-01-30T20:30:00", "2024-01-30T20:30:00Z");
    const TempDir folder;
    const std::vector<std::string> cells{"'2024-01-30 20:00:00'", "'" + other + "'",
                                         "'2024-01-30 21:00:00'", "'2024-01-31 00:00:00'"};
    run_sqlite(folder.file("t.db"), sqlite_table("TEXT", cells, "CREATE INDEX i ON t (at)"));
    Opened opened(sqlite_location(folder.file("t.db")));
    auto request = last_days(opened, 10);
    request.moments = {test_moment - 3 * 60 * minute};
    CHECK(read_arrivals(*opened.session, request).minutes.size() == cells.size());
}

TEST_CASE("a fraction of a second is no obstacle to an index of texts") {
    const std::string last = GENERATE("2024-01-30T21:00:00Z", "2024-01-30 21:00:00",
                                      "2024-01-30T21:00:00.000Z", "2024-01-30 20:59:59.999");
    const TempDir folder;
    std::string other = last;
    other[11] = '1'; // ten hours earlier
    run_sqlite(folder.file("t.db"), sqlite_table("TEXT", {"'" + other + "'", "'" + last + "'"},
                                                 "CREATE INDEX i ON t (at)"));
    Opened opened(sqlite_location(folder.file("t.db")));
    auto request = last_days(opened, 10);
    const Micros nine = test_moment - 3 * 60 * minute;
    for (const Micros moment : {nine, nine + 1, nine + micros_per_second / 2}) {
        request.moments = {moment};
        const auto found = read_arrivals(*opened.session, request).instants;
        CHECK(moment - last_up_to(found, moment) < micros_per_second);
    }
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
        const auto request = at_moments(opened);
        const auto found = read_arrivals(*opened.session, request).instants;
        RC_ASSERT(found.size() <= request.moments.size() + 2);
        std::sort(stored.begin(), stored.end());
        for (const Micros moment : request.moments) {
            RC_ASSERT(last_up_to(found, moment) == last_up_to(stored, moment));
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
