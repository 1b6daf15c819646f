// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/column_scan.hpp"
#include "assay/scan/profiler.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

using Rows = std::vector<FakeStore::Row>;

constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

std::shared_ptr<FakeStore> store_of(std::vector<ColumnSpec> columns, Rows rows) {
    auto store = std::make_shared<FakeStore>();
    store->tables = {{table_schema("t", std::move(columns)), std::move(rows)}};
    return store;
}

TimeProfile times_of(ColumnType type, const std::vector<Value>& values,
                     TimeLimit limit = {now, now}) {
    Rows rows;
    for (const auto& value : values) {
        rows.push_back({value});
    }
    auto store = store_of({column_spec("at", type)}, std::move(rows));
    FakeSession session(store);
    return scan_times(session, store->tables[0].schema, 0, limit);
}

std::int64_t count_of_encoding(const TimeProfile& times, TimeEncoding encoding) {
    return times.encodings.at(static_cast<std::size_t>(encoding));
}

} // namespace

TEST_CASE("a row dated 2099 does not make a stale table young") {
    const auto times =
        times_of(ColumnType::timestamptz,
                 {integer_value(now - 9 * micros_per_day, ColumnType::timestamptz),
                  integer_value(4'070'908'800 * micros_per_second, ColumnType::timestamptz)});
    CHECK(times.newest_instant == now - 9 * micros_per_day);
    CHECK(times.future_rows == 1);
    CHECK(times.rows == 2);
    CHECK_FALSE(times.newest_naive.has_value());
}

TEST_CASE("the limit itself is not in the future") {
    const auto times =
        times_of(ColumnType::timestamptz, {integer_value(now, ColumnType::timestamptz),
                                           integer_value(now + 1, ColumnType::timestamptz)});
    CHECK(times.newest_instant == now);
    CHECK(times.future_rows == 1);
}

TEST_CASE("clock readings without a zone are held against the limit of clock readings") {
    const TimeLimit limit{now, now + 2 * 3600 * micros_per_second};
    const auto times =
        times_of(ColumnType::timestamp,
                 {integer_value(now + 3600 * micros_per_second, ColumnType::timestamp)}, limit);
    CHECK(times.newest_naive == now + 3600 * micros_per_second);
    CHECK(times.future_rows == 0);
    CHECK_FALSE(times.newest_instant.has_value());
}

TEST_CASE("dates count as their midnight, also those no clock can hold") {
    const auto date = [](std::int64_t days) { return integer_value(days, ColumnType::date); };
    const auto times = times_of(
        ColumnType::date, {date(19'000), date(19'753), date(2'145'042'905), date(-2'440'588)});
    CHECK(times.newest_naive == now);
    CHECK(times.future_rows == 1);
    CHECK(times.infinities == 0);
}

TEST_CASE("infinities are in no other number") {
    const auto at = [](std::int64_t micros) {
        return integer_value(micros, ColumnType::timestamptz);
    };
    const auto times =
        times_of(ColumnType::timestamptz, {at(std::numeric_limits<Micros>::max()),
                                           at(std::numeric_limits<Micros>::min()), at(now - 1)});
    CHECK(times.infinities == 2);
    CHECK(times.future_rows == 0);
    CHECK(times.newest_instant == now - 1);
}

TEST_CASE("texts are read as ISO 8601, and what is no time is counted") {
    const auto times = times_of(
        ColumnType::text,
        {text_value("2024-01-30 12:00:00"), text_value("2024-01-30T13:00:00Z"), text_value(""),
         text_value("now"), text_value("2024-02-30"), text_value("9999-12-31"),
         null_value(ColumnType::text), blob_value("2024-01-30")});
    CHECK(times.rows == 8);
    CHECK(times.nulls == 1);
    CHECK(times.unparsable == 4);
    CHECK(times.future_rows == 1);
    CHECK(times.newest_naive == now - 12 * 3600 * micros_per_second);
    CHECK(times.newest_instant == now - 11 * 3600 * micros_per_second);
    CHECK(count_of_encoding(times, TimeEncoding::iso_text) == 3);
}

TEST_CASE("numbers are an epoch by their size") {
    constexpr std::int64_t seconds = 1'706'000'000;
    const auto times = times_of(
        ColumnType::integer,
        {integer_value(seconds), integer_value(seconds * 1000 + 1),
         integer_value(seconds * 1'000'000 + 2), integer_value(seconds * 1'000'000'000 + 3'999),
         real_value(1'706'000'000.25), real_value(2'460'340.5), integer_value(99'999'999),
         integer_value(-seconds), integer_value(0), integer_value(20240131),
         integer_value(std::numeric_limits<std::int64_t>::max())});
    CHECK(count_of_encoding(times, TimeEncoding::epoch_seconds) == 2);
    CHECK(count_of_encoding(times, TimeEncoding::epoch_millis) == 1);
    CHECK(count_of_encoding(times, TimeEncoding::epoch_micros) == 1);
    CHECK(count_of_encoding(times, TimeEncoding::epoch_nanos) == 2);
    CHECK(count_of_encoding(times, TimeEncoding::julian_day) == 1);
    CHECK(times.unparsable == 4);
    CHECK(times.future_rows == 1);      // the largest number is a nanosecond of the year 2262
    CHECK(times.newest_instant == now); // Julian day 2460340.5
}

TEST_CASE("an epoch in nanoseconds is cut to microseconds without passing a double") {
    const auto times = times_of(ColumnType::integer, {integer_value(1'706'000'000'123'456'789)});
    CHECK(times.newest_instant == 1'706'000'000'123'456);
}

TEST_CASE("an empty column has no newest row") {
    const auto times = times_of(ColumnType::timestamptz, {});
    CHECK(times.rows == 0);
    CHECK_FALSE(times.newest_instant.has_value());
}

TEST_CASE("a table is profiled in one scan of the columns that may be read") {
    auto store =
        store_of({column_spec("id", ColumnType::integer), column_spec("secret", ColumnType::text),
                  column_spec("name", ColumnType::text)},
                 {{integer_value(1), text_value("x"), text_value("a")},
                  {integer_value(2), text_value("x"), null_value(ColumnType::text)},
                  {integer_value(3), text_value("x"), text_value("a")}});
    store->tables[0].schema.columns[1].readable = false;
    FakeSession session(store);
    Workers workers(session, 2);
    const auto profile = profile_table(workers, store->tables[0].schema, {});
    CHECK(store->scanned.size() == 1);
    REQUIRE(profile.rows.has_value());
    CHECK(profile.rows->value == 3);
    CHECK(profile.rows->method == Method::exact);
    CHECK(profile.rows_examined == 3);
    REQUIRE(profile.columns.size() == 2);
    CHECK(profile.columns[0].ordinal == 0);
    CHECK(profile.columns[1].ordinal == 2);
    CHECK(profile.columns[1].nulls == 1);
    CHECK(profile.columns[1].distinct.value == 1);
    CHECK(display(profile.columns[0].max.value()) == "3");
}

TEST_CASE("a sample extrapolates the number of rows and says that it did") {
    auto store =
        store_of({column_spec("id", ColumnType::integer)},
                 {{integer_value(1)}, {integer_value(2)}, {integer_value(3)}, {integer_value(4)}});
    FakeSession session(store);
    ProfileRequest request;
    request.sample_fraction = 0.5;
    Workers workers(session, 2);
    const auto profile = profile_table(workers, store->tables[0].schema, request);
    REQUIRE(profile.rows);
    CHECK(profile.rows->method == Method::sample);
    CHECK(profile.rows->value == 4);
    CHECK(profile.rows->lower == 2); // those that were seen
    CHECK(profile.rows->upper > 4);
    CHECK(profile.rows_examined == 2);
    CHECK(profile.sample_fraction == 0.5);
    CHECK(profile.columns[0].null_share == wilson_interval(0, 2));
    TableSchema strict = store->tables[0].schema;
    strict.columns[0].nullable = false;
    CHECK(profile_table(workers, strict, request).columns[0].null_share == Share{0, 0, 0});
    CHECK_FALSE(profile.columns[0].blank_share);
    CHECK_FALSE(profile.columns[0].misfit_share);
}

TEST_CASE("a table without any readable column still has its rows counted") {
    auto store =
        store_of({column_spec("secret", ColumnType::text)}, {{text_value("x")}, {text_value("y")}});
    store->tables[0].schema.columns[0].readable = false;
    FakeSession session(store);
    Workers workers(session, 2);
    const auto profile = profile_table(workers, store->tables[0].schema, {});
    CHECK(profile.columns.empty());
    CHECK(profile.rows->value == 2);
}

TEST_CASE("an empty table has a profile of every column") {
    auto store = store_of({column_spec("id", ColumnType::integer)}, {});
    FakeSession session(store);
    Workers workers(session, 2);
    const auto profile = profile_table(workers, store->tables[0].schema, {});
    CHECK(profile.rows->value == 0);
    REQUIRE(profile.columns.size() == 1);
    CHECK(profile.columns[0].rows == 0);
    CHECK_FALSE(profile.columns[0].min.has_value());
}
