// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/content.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// A profile of one column.
TableProfile profile_of(std::int64_t rows, std::int64_t nulls, std::int64_t distinct) {
    TableProfile profile;
    profile.schema = table_schema("t", {column_spec("c", ColumnType::integer)});
    profile.rows_examined = rows;
    profile.columns.resize(1);
    profile.columns[0].rows = rows;
    profile.columns[0].nulls = nulls;
    profile.columns[0].distinct.value = distinct;
    return profile;
}

std::vector<CheckResult> of_rule(const TableProfile& profile, std::string_view id) {
    auto results = check_content(profile);
    std::erase_if(results, [&](const CheckResult& result) { return result.id != id; });
    return results;
}

CheckResult only(const TableProfile& profile, std::string_view id) {
    const auto found = of_rule(profile, id);
    REQUIRE(found.size() == 1);
    return found.front();
}

} // namespace

TEST_CASE("an empty table is a finding and nothing else is said of it") {
    const auto results = check_content(profile_of(0, 0, 0));
    REQUIRE(results.size() == 1);
    CHECK(results[0].id == "table.not_empty");
    CHECK(results[0].status == Status::fail);
    CHECK(results[0].message == "the table is empty");
    CHECK(only(profile_of(1, 0, 1), "table.not_empty").status == Status::pass);
    CHECK(only(profile_of(1, 0, 1), "table.not_empty").message == "1 row");
}

TEST_CASE("an empty sample says nothing about the table") {
    auto profile = profile_of(0, 0, 0);
    profile.sample_fraction = 0.1;
    CHECK(only(profile, "table.not_empty").status == Status::skipped);
    CHECK(only(profile, "table.not_empty").method == Method::sample);
}

TEST_CASE("a column without a value is a finding") {
    const auto all = only(profile_of(7, 7, 0), "completeness.all_null");
    CHECK(all.status == Status::fail);
    CHECK(all.message == "all 7 rows are NULL");
    CHECK(all.rows_failed == 7);
    CHECK(all.columns == std::vector<std::string>{"c"});
    CHECK(only(profile_of(1, 1, 0), "completeness.all_null").message == "the only row is NULL");
    const auto some = only(profile_of(7, 6, 1), "completeness.all_null");
    CHECK(some.status == Status::pass);
    CHECK(some.message == "1 value");
    CHECK(some.rows_failed == 0);
    auto sample = profile_of(7, 7, 0);
    sample.sample_fraction = 0.5;
    CHECK(only(sample, "completeness.all_null").message == "all 7 rows of the sample are NULL");
}

TEST_CASE("a column with one value in five rows or more is constant") {
    CHECK(of_rule(profile_of(4, 0, 1), "distribution.constant").empty());
    CHECK(of_rule(profile_of(9, 5, 1), "distribution.constant").empty());
    const auto constant = only(profile_of(5, 0, 1), "distribution.constant");
    CHECK(constant.status == Status::fail);
    CHECK(constant.message == "one value in all 5 rows");
    CHECK(only(profile_of(7, 2, 1), "distribution.constant").message ==
          "one value in all 5 rows that have a value");
    const auto varied = only(profile_of(5, 0, 2), "distribution.constant");
    CHECK(varied.status == Status::pass);
    CHECK(varied.message == "2 distinct values");
    auto estimated = profile_of(5, 0, 1);
    estimated.columns[0].distinct.method = Method::estimate;
    CHECK(only(estimated, "distribution.constant").status == Status::pass);
    CHECK(only(estimated, "distribution.constant").message == "1 distinct value");
}

TEST_CASE("values that do not fit are only possible where the store enforces nothing") {
    auto profile = profile_of(5, 0, 5);
    profile.columns[0].misfits = 1;
    CHECK(of_rule(profile, "validity.declared_type").empty());
    profile.schema.columns[0].enforced = false;
    const auto misfit = only(profile, "validity.declared_type");
    CHECK(misfit.status == Status::fail);
    CHECK(misfit.rows_failed == 1);
    CHECK(misfit.message == "1 of 5 rows does not fit integer");
    profile.columns[0].misfits = 2;
    CHECK(only(profile, "validity.declared_type").message == "2 of 5 rows do not fit integer");
    profile.columns[0].misfits = 0;
    CHECK(only(profile, "validity.declared_type").status == Status::pass);
    CHECK(only(profile, "validity.declared_type").message == "every value fits integer");
    profile.schema.columns[0].declared_type.clear();
    CHECK(of_rule(profile, "validity.declared_type").empty());
}

TEST_CASE("a table without any readable column still has its rows counted") {
    auto profile = profile_of(3, 0, 0);
    profile.columns.clear();
    CHECK(check_content(profile).size() == 1);
}

TEST_CASE("rows without their parent row are a finding") {
    const auto table = table_schema("orders", {column_spec("customer_id", ColumnType::integer)});
    const ForeignKey key{"fk", {"customer_id"}, {"public", "customers"}, {"id"}, true};
    const auto good = check_orphans(table, key, {5, 0});
    CHECK(good.status == Status::pass);
    CHECK(good.message == "every row has its row in customers");
    const auto one = check_orphans(table, key, {5, 1});
    CHECK(one.status == Status::fail);
    CHECK(one.severity == Severity::critical);
    CHECK(one.message == "1 of 5 rows points to a row of customers that does not exist");
    CHECK(one.rows_failed == 1);
    CHECK(*find_fact(one.evidence, "references") == Fact("public.customers"));
    CHECK(*find_fact(one.evidence, "referenced_columns") == Fact(Fact::List{"id"}));
    CHECK(check_orphans(table, key, {1200, 1100}).message ==
          "1,100 of 1,200 rows point to a row of customers that does not exist");
    CHECK(check_orphans(table, key, {0, 0}).status == Status::pass);
    CHECK(check_orphans(table, key, {0, 0}).message == "no row refers to customers");
    CHECK(good.fingerprint == one.fingerprint);
}
