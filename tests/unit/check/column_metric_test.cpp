// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/column_metric.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

constexpr Micros now = 1'706'659'200 * micros_per_second;

/// A mean of about 12.5, twenty days long.
ColumnMetricFacts some_facts(double today) {
    ColumnMetricFacts facts;
    facts.table = {"public", "t"};
    facts.column = "amount";
    facts.metric = "mean";
    facts.what = "the mean";
    facts.now = {now, today};
    facts.rows_examined = 100;
    for (int back = 20; back >= 1; --back) {
        facts.past.push_back({now - back * micros_per_day, back % 2 == 0 ? 12.4 : 12.6});
    }
    return facts;
}

} // namespace

TEST_CASE("a number of a column is judged by those of the days before") {
    const auto usual = check_column_metric(some_facts(12.5));
    CHECK(usual.status == Status::pass);
    CHECK(usual.id == "volume.metric");
    CHECK(usual.message.starts_with("the mean is 12.5, about 12."));
    CHECK(usual.message.find(" was expected (usual are ") != std::string::npos);
    CHECK(usual.rows_examined == 100);
    CHECK(find_fact(usual.evidence, "metric")->value == Fact("mean").value);
    CHECK(find_fact(usual.evidence, "value")->value == Fact(12.5).value);
    CHECK(find_fact(usual.evidence, "rows") == nullptr);
    const auto tenfold = check_column_metric(some_facts(125));
    CHECK(tenfold.status == Status::fail);
    CHECK(tenfold.severity == Severity::critical);
    CHECK(tenfold.observed.unit.empty());
}

TEST_CASE("a number with too little past is learning") {
    auto facts = some_facts(12.5);
    facts.past.resize(6);
    CHECK(check_column_metric(facts).status == Status::skipped);
    facts.past.clear();
    const auto first = check_column_metric(facts);
    CHECK(first.status == Status::skipped);
    CHECK(first.message ==
          "learning: the mean is 12.5; 0 days before it are known, and 7 are needed");
    facts = some_facts(12.5);
    facts.calendar = {{0, 1'000'000}};
    CHECK(check_column_metric(facts).status == Status::skipped);
}

TEST_CASE("an estimate is said to be one, and metrics of a column are different places") {
    auto facts = some_facts(12.5);
    facts.method = Method::estimate;
    CHECK(check_column_metric(facts).method == Method::estimate);
    const auto mean = check_column_metric(facts).fingerprint;
    facts.metric = "median";
    CHECK(check_column_metric(facts).fingerprint != mean);
    CHECK(check_column_metric(facts).columns == std::vector<std::string>{"amount"});
}
