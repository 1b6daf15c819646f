// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/scan/profiler.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// Whole numbers, fractions, texts and misfits, with NULLs, repeated and not.
std::shared_ptr<FakeStore> mixed_store(int rows) {
    auto store = std::make_shared<FakeStore>();
    auto free = column_spec("free", ColumnType::integer);
    free.enforced = false;
    FakeStore::Table table{table_schema("t", {column_spec("id", ColumnType::integer),
                                              column_spec("price", ColumnType::real),
                                              column_spec("name", ColumnType::text), free}),
                           {}};
    for (int i = 0; i < rows; ++i) {
        table.rows.push_back(
            {integer_value(i), i % 7 == 0 ? null_value(ColumnType::real) : real_value(i / 3.0),
             text_value(i % 3 == 0 ? "same" : "name " + std::to_string(i % 50)),
             i % 11 == 5 ? text_value("misfit " + std::to_string(i)) : integer_value(i % 5)});
    }
    store->tables.push_back(std::move(table));
    return store;
}

TableProfile profile_of(const std::shared_ptr<FakeStore>& store, unsigned jobs) {
    FakeSession session(store);
    Workers workers(session, jobs);
    const TableSchema& table = store->tables[0].schema;
    ProfileRequest request;
    request.parts = session.split(profile_scan(table, request));
    return profile_table(workers, table, request);
}

void check_same(const ColumnProfile& a, const ColumnProfile& b) {
    CHECK(a.rows == b.rows);
    CHECK(a.nulls == b.nulls);
    CHECK(a.distinct == b.distinct);
    CHECK(a.min == b.min);
    CHECK(a.max == b.max);
    CHECK(a.mean == b.mean); // to the last bit
    CHECK(a.stddev == b.stddev);
    CHECK(a.misfits == b.misfits);
    CHECK(a.misfit_example == b.misfit_example);
    REQUIRE(a.quantiles.size() == b.quantiles.size());
    for (std::size_t i = 0; i < a.quantiles.size(); ++i) {
        CHECK(a.quantiles[i].value == b.quantiles[i].value);
    }
    REQUIRE(a.top.size() == b.top.size());
    for (std::size_t i = 0; i < a.top.size(); ++i) {
        CHECK(a.top[i].value == b.top[i].value);
        CHECK(a.top[i].count == b.top[i].count);
    }
    REQUIRE(a.patterns.size() == b.patterns.size());
    for (std::size_t i = 0; i < a.patterns.size(); ++i) {
        CHECK(a.patterns[i].mask == b.patterns[i].mask);
        CHECK(a.patterns[i].count == b.patterns[i].count);
    }
}

TableSchema keyed_table() {
    TableSchema table = table_schema("t", {column_spec("id", ColumnType::integer),
                                           column_spec("code", ColumnType::text),
                                           column_spec("blob", ColumnType::other)});
    table.primary_key = Key{"", {"id"}};
    return table;
}

Index unique_index(std::vector<std::string> columns) {
    Index index;
    index.columns = std::move(columns);
    index.unique = true;
    return index;
}

} // namespace

TEST_CASE("a profile is the same to the last bit for any number of workers") {
    auto store = mixed_store(1'000);
    store->part_rows = 64;
    store->batch_rows = 10;
    const TableProfile one = profile_of(store, 1);
    CHECK(one.rows_examined == 1'000);
    CHECK(one.columns[3].misfit_example == text_value("misfit 5", ColumnType::integer));
    for (unsigned jobs = 2; jobs <= 8; ++jobs) {
        INFO(jobs << " jobs");
        const TableProfile many = profile_of(store, jobs);
        CHECK(many.rows_examined == one.rows_examined);
        REQUIRE(many.columns.size() == one.columns.size());
        for (std::size_t i = 0; i < one.columns.size(); ++i) {
            INFO(one.schema.columns[i].name);
            check_same(one.columns[i], many.columns[i]);
        }
    }
}

TEST_CASE("a store that cannot fork still reads all parts of a table") {
    auto store = mixed_store(100);
    store->part_rows = 9;
    store->can_fork = false;
    CHECK(profile_of(store, 4).rows_examined == 100);
}

TEST_CASE("each worker reads its parts in one scan") {
    auto store = mixed_store(100);
    store->part_rows = 10;
    profile_of(store, 4);
    CHECK(store->scanned.size() == 4);
}

TEST_CASE("a column alone in a key has its distinct values from the key") {
    TableSchema table = keyed_table();
    CHECK(is_declared_unique(table, 0));
    CHECK_FALSE(is_declared_unique(table, 1));
    table.indexes.push_back(unique_index({"code"}));
    CHECK(is_declared_unique(table, 1));
}

TEST_CASE("an index that does not bind all rows makes no column unique") {
    TableSchema table = keyed_table();
    Index index = unique_index({"code"});
    SECTION("of several columns") { index.columns = {"code", "id"}; }
    SECTION("of some rows") { index.partial = true; }
    SECTION("of an expression") { index.columns = {""}; }
    SECTION("not valid") { index.valid = false; }
    SECTION("not unique") { index.unique = false; }
    table.indexes.push_back(index);
    CHECK_FALSE(is_declared_unique(table, 1));
}

TEST_CASE("the key of an inheritance parent does not bind its children") {
    TableSchema table = keyed_table();
    table.has_children = true;
    CHECK_FALSE(is_declared_unique(table, 0));
    table.kind = TableKind::partitioned;
    CHECK(is_declared_unique(table, 0));
    table.kind = TableKind::view;
    CHECK_FALSE(is_declared_unique(table, 0));
}

TEST_CASE("a value that is only known by its text form is not unique by declaration") {
    TableSchema table = keyed_table();
    table.indexes.push_back(unique_index({"blob"}));
    CHECK_FALSE(is_declared_unique(table, 2));
}

TEST_CASE("a declared key counts its values without NULL") {
    auto store = std::make_shared<FakeStore>();
    TableSchema table = keyed_table();
    table.indexes.push_back(unique_index({"code"}));
    store->tables.push_back({table,
                             {{integer_value(1), null_value(), null_value()},
                              {integer_value(2), null_value(), null_value()},
                              {integer_value(3), text_value("x"), null_value()}}});
    const TableProfile profile = profile_of(store, 2);
    CHECK(profile.columns[0].distinct == Count{3, Method::exact, std::nullopt, std::nullopt});
    CHECK(profile.columns[1].distinct == Count{1, Method::exact, std::nullopt, std::nullopt});
    CHECK(profile.columns[1].max == text_value("x"));
    CHECK(profile.columns[1].top.empty());
}

TEST_CASE("when one reader fails the others stop, and its error is the one that is told") {
    auto store = mixed_store(10'000);
    store->part_rows = 10;
    std::atomic<int> parts_read{0};
    // The second part fails, and the other readers wait for the order to stop in their first one.
    store->before_part = [&](const ScanPart& part) {
        if (part.index == 1) {
            throw Error(ErrorKind::timeout, "the statement took too long");
        }
        ++parts_read;
        std::unique_lock lock(store->mutex);
        store->changed.wait_for(lock, std::chrono::seconds(20),
                                [&] { return store->cancelled > 0; });
    };
    try {
        profile_of(store, 4);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::timeout);
        CHECK(std::string(error.what()) == "the statement took too long");
    }
    CHECK(store->cancelled == 3);
    CHECK(parts_read <= 3); // of 1,000
}

TEST_CASE("after a failure the same workers read the next table") {
    auto store = mixed_store(100);
    store->part_rows = 10;
    FakeSession session(store);
    Workers workers(session, 4);
    const TableSchema& table = store->tables[0].schema;
    ProfileRequest request;
    request.parts = session.split(profile_scan(table, request));
    store->before_part = [](const ScanPart&) { throw Error(ErrorKind::query, "no"); };
    CHECK_THROWS_AS(profile_table(workers, table, request), Error);
    CHECK(workers.has_failed());
    store->before_part = nullptr;
    CHECK(profile_table(workers, table, request).rows_examined == 100);
    CHECK_FALSE(workers.has_failed());
}
