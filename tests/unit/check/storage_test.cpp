// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/storage.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;
using namespace assay::test;

TEST_CASE("a table whose indexes hold its rows passes, every fault is told") {
    const TableSchema table = table_schema("orders", {column_spec("id", ColumnType::integer)});
    CHECK(check_storage(table, "").status == Status::pass);
    const CheckResult one = check_storage(table, "row 7 missing from index orders_email");
    CHECK(one.status == Status::fail);
    CHECK(one.severity == Severity::critical);
    CHECK(one.message == "the store finds 1 fault: row 7 missing from index orders_email");
    CHECK(one.evidence == Facts{{"faults", Fact::List{"row 7 missing from index orders_email"}}});
    const CheckResult two = check_storage(table, "row 7 missing\nrow 8 missing");
    CHECK(two.message == "the store finds 2 faults: row 7 missing");
    CHECK(two.observed.value == Fact(2));
    std::string many = "x";
    for (int i = 1; i < 100; ++i) {
        many += "\nx";
    }
    CHECK(check_storage(table, many).message == "the store finds at least 100 faults: x");
}
