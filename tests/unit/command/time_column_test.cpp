// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/time_column.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

ColumnSpec timestamp(const std::string& name) { return column_spec(name, ColumnType::timestamptz); }

ColumnSpec loose(const std::string& name, ColumnType type) {
    auto column = column_spec(name, type);
    column.enforced = false;
    return column;
}

/// The name of the guessed column, or "" for none.
std::string guessed(std::vector<ColumnSpec> columns) {
    const auto table = table_schema("t", std::move(columns));
    const auto found = guess_time_column(table);
    return found ? table.columns.at(found->ordinal).name : "";
}

} // namespace

TEST_CASE("the column that says when a row came is preferred") {
    CHECK(guessed({timestamp("created_at"), timestamp("updated_at"), timestamp("loaded_at")}) ==
          "loaded_at");
    CHECK(guessed({timestamp("created_at"), timestamp("updated_at")}) == "updated_at");
    CHECK(guessed({timestamp("event_time"), timestamp("created_at")}) == "created_at");
    CHECK(guessed({timestamp("something"), timestamp("order_date")}) == "order_date");
    CHECK(guessed({timestamp("something")}) == "something");
    CHECK(guessed({timestamp("CreatedAt")}) == "CreatedAt");
    CHECK(guessed({timestamp("last_update")}) == "last_update");
}

TEST_CASE("times that say nothing about the row are never taken") {
    for (const auto* name : {"birth_date", "date_of_birth", "dob", "expires_at", "due_date",
                             "valid_from", "valid_until", "start_date", "end_date", "hire_date",
                             "deleted_at", "BirthDate", "required_date", "planned_at"}) {
        INFO(name);
        CHECK(guessed({timestamp(name)}).empty());
        CHECK(guessed({timestamp(name), timestamp("created_at")}) == "created_at");
    }
}

TEST_CASE("a column of a time type beats one that only has such a name") {
    CHECK(guessed({loose("some_time", ColumnType::text), timestamp("other")}) == "other");
    CHECK(guessed({loose("a_date", ColumnType::text), loose("b", ColumnType::date)}) == "b");
}

TEST_CASE("where the store enforces no types the name alone may do") {
    for (const auto type :
         {ColumnType::text, ColumnType::integer, ColumnType::real, ColumnType::other}) {
        CHECK(guessed({loose("created_at", type)}) == "created_at");
        CHECK(guessed({column_spec("created_at", type)}).empty());
        CHECK(guessed({loose("name", type)}).empty());
    }
    CHECK(guessed({loose("created_at", ColumnType::bytes)}).empty());
    CHECK(guessed({loose("created_at", ColumnType::boolean)}).empty());
}

TEST_CASE("a column that may not be read is not taken, and no column is no guess") {
    auto hidden = timestamp("created_at");
    hidden.readable = false;
    CHECK(guessed({hidden}).empty());
    CHECK(guessed({hidden, timestamp("other")}) == "other");
    CHECK(guessed({}).empty());
    CHECK(guessed({column_spec("id", ColumnType::integer), column_spec("at", ColumnType::time)})
              .empty());
}

TEST_CASE("the first of equals is taken, and the reason is told") {
    CHECK(guessed({timestamp("b_created"), timestamp("a_created")}) == "b_created");
    const auto table = table_schema("t", {timestamp("created_at")});
    CHECK(guess_time_column(table)->why ==
          "its name says when the row was made, its type is timestamptz");
}
