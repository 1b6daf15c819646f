// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/since.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace assay;

namespace {

ColumnSpec column(std::string name, ColumnType type) {
    ColumnSpec spec;
    spec.name = std::move(name);
    spec.type = type;
    return spec;
}

/// 2024-01-31 06:00:00.5 UTC, which is an hour later on the clock of the naive times.
constexpr TimeStart start{1'706'680'800'500'000, 1'706'684'400'500'000};

} // namespace

TEST_CASE("in Postgres a condition on time compares with a constant of the column's type") {
    const auto condition = [](ColumnType type) {
        return since_condition(StoreKind::postgresql, column("at \"x\"", type), start);
    };
    CHECK(condition(ColumnType::timestamptz) == "\"at \"\"x\"\"\" OPERATOR(pg_catalog.>=) "
                                                "'2024-01-31T06:00:00.5Z'::pg_catalog.timestamptz");
    CHECK(condition(ColumnType::timestamp) == "\"at \"\"x\"\"\" OPERATOR(pg_catalog.>=) "
                                              "'2024-01-31 07:00:00.5'::pg_catalog.timestamp");
    CHECK(condition(ColumnType::date) ==
          "\"at \"\"x\"\"\" OPERATOR(pg_catalog.>=) '2024-01-31'::pg_catalog.date");
}

TEST_CASE("in Postgres only dates and timestamps say from when a row is, in SQLite anything may") {
    for (const ColumnType type :
         {ColumnType::date, ColumnType::timestamp, ColumnType::timestamptz}) {
        CHECK(can_hold_time(StoreKind::postgresql, column("c", type)));
    }
    for (const ColumnType type : {ColumnType::text, ColumnType::time, ColumnType::integer}) {
        CHECK_FALSE(can_hold_time(StoreKind::postgresql, column("c", type)));
        CHECK(can_hold_time(StoreKind::sqlite, column("c", type)));
    }
}

TEST_CASE(
    "a condition on time of SQLite names the column only in quotes, and the moment in digits") {
    const std::string sql =
        since_condition(StoreKind::sqlite, column("a' OR 1 --", ColumnType::text), start);
    CHECK(sql.starts_with("CASE typeof(\"a' OR 1 --\") WHEN 'text'"));
    CHECK(sql.find(">= 1706680800.500000 ") != std::string::npos);
    CHECK(sql.find(">= 1706680800500.") != std::string::npos);
    CHECK(sql.find(">= 1706680800500000 ") != std::string::npos);
    CHECK(sql.find(">= 1706680800500000000 ") != std::string::npos);
}

TEST_CASE("a moment at either end of time still makes a condition") {
    constexpr Micros first = std::numeric_limits<Micros>::min() + 1;
    constexpr Micros last = std::numeric_limits<Micros>::max() - 1;
    for (const Micros moment : {first, Micros{-1}, Micros{0}, last}) {
        const std::string sql =
            since_condition(StoreKind::sqlite, column("c", ColumnType::text), {moment, moment});
        CHECK(sql.find(".-") == std::string::npos);
        CHECK(sql.find(" BC") == std::string::npos); // no text in SQLite
        CHECK(sql.find(".-") == std::string::npos);
        CHECK(sql.find(" BC") == std::string::npos); // no text in SQLite
        CHECK_FALSE(since_condition(StoreKind::postgresql, column("c", ColumnType::timestamptz),
                                    {moment, moment})
                        .empty());
    }
}
