// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/row_totals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>

using namespace assay;

namespace {

constexpr Micros hour = 3600 * micros_per_second;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

/// A run on each of the days before, up to an hour off.
RowTotalFacts daily(int days, std::int64_t rows,
                    const std::function<std::int64_t(int back)>& past) {
    RowTotalFacts facts;
    facts.table = {"public", "t"};
    facts.now = {now, rows};
    for (int back = days; back >= 1; --back) {
        facts.past.push_back({now - back * micros_per_day + (back % 3 - 1) * hour, past(back)});
    }
    return facts;
}

std::int64_t growing(int back) { return 100'000 - back * 1000; }

std::int64_t number(const CheckResult& result, std::string_view name) {
    const Fact* fact = find_fact(result.evidence, name);
    const auto* value = fact == nullptr ? nullptr : std::get_if<std::int64_t>(&fact->value);
    return value == nullptr ? -1 : *value;
}

} // namespace

TEST_CASE("a table that only grows has no fewer rows than before") {
    auto facts = daily(1, 98'999, growing);
    CHECK(check_shrunk(facts).status == Status::skipped);
    facts.deletes = Deletes::never;
    const auto shrunk = check_shrunk(facts);
    CHECK(shrunk.status == Status::fail);
    CHECK(shrunk.severity == Severity::critical);
    CHECK(shrunk.message == "1 row fewer than 1 d before: 98,999 are left");
    CHECK(number(shrunk, "rows_before") == 99'000);
    facts.now.rows = 1;
    CHECK(check_shrunk(facts).message == "98,999 rows fewer than 1 d before: 1 is left");
    facts.now.rows = 99'000;
    CHECK(check_shrunk(facts).status == Status::pass);
    facts.past.clear();
    CHECK(check_shrunk(facts).status == Status::skipped);
}

TEST_CASE("seven runs show that a table only grows, and one that shrank is left alone") {
    CHECK(check_shrunk(daily(6, 5, growing)).status == Status::skipped);
    const auto shrunk = check_shrunk(daily(7, 5, growing));
    CHECK(shrunk.status == Status::fail);
    CHECK(shrunk.severity == Severity::warning);
    const auto both = daily(20, 900, [](int back) { return back % 2 == 0 ? 1000 : 950; });
    CHECK(check_shrunk(both).status == Status::skipped);
}

TEST_CASE("the rows of a table are held against those of days before") {
    const auto same = [](std::int64_t rows) {
        return check_row_total(daily(14, rows, [](int) { return 1000; }));
    };
    CHECK(same(1000).status == Status::pass);
    CHECK(same(500).status == Status::fail);
    CHECK(same(0).severity == Severity::critical);
    CHECK(same(500).message ==
          "it has 500 rows, about 1,000 were expected (usual are 862 to 1,161)");
    CHECK(check_row_total(daily(6, 0, growing)).status == Status::skipped);
    CHECK(check_row_total(daily(14, 100'000, growing)).status == Status::pass);
}

TEST_CASE("what a table grew by is held against the days before") {
    const auto grown = [](std::int64_t rows) { return check_growth(daily(14, rows, growing)); };
    CHECK(grown(100'000).status == Status::pass);
    CHECK(grown(100'010).status == Status::pass);
    const auto none = grown(99'000);
    CHECK(none.status == Status::fail);
    CHECK(none.severity == Severity::critical);
    CHECK(none.message.starts_with("it grew by 0 rows in a day, about 1,000 were expected"));
    CHECK(grown(98'000).message.starts_with("it lost 1,000 rows in a day"));
    CHECK(grown(110'000).status == Status::fail);
    // Seven days tell of six changes.
    CHECK(check_growth(daily(7, 100'000, growing)).status == Status::skipped);
    CHECK(check_growth(daily(8, 100'000, growing)).status == Status::pass);
}

TEST_CASE("runs that are missing, or many in a day, change nothing") {
    auto facts = daily(20, 100'000, growing);
    facts.past.erase(facts.past.begin() + 5);
    const std::size_t runs = facts.past.size();
    for (std::size_t i = 0; i < runs; ++i) {
        facts.past.push_back({facts.past[i].at + 9 * hour, 1});
    }
    std::sort(facts.past.begin(), facts.past.end(),
              [](const RowTotal& a, const RowTotal& b) { return a.at < b.at; });
    CHECK(check_growth(facts).status == Status::pass);
    CHECK(number(check_growth(facts), "points") == 17);
    facts.past.erase(facts.past.end() - 2, facts.past.end());
    CHECK(check_growth(facts).message == "learning: no run counted the rows about a day ago");
    // A day on the calendar is no part of the past.
    facts = daily(20, 100'000, growing);
    const std::int64_t today = calendar_day(now);
    facts.calendar = {{today - 1, today}};
    CHECK(check_growth(facts).status == Status::skipped);
    CHECK(check_row_total(facts).status == Status::pass);
}

TEST_CASE("a share of rows is judged as the rows that it would be today") {
    RowShareFacts facts;
    facts.table = {"public", "t"};
    facts.column = "amount";
    facts.metric = "null_fraction";
    facts.what = "NULL";
    for (int back = 20; back >= 1; --back) {
        // A twentieth, of tables that grow.
        const std::int64_t rows = 40'000 - back * 1'000;
        facts.past.push_back({now - back * micros_per_day, rows, rows / 20});
    }
    facts.now = {now, 40'000, 2'000};
    const auto usual = check_row_share(facts);
    CHECK(usual.status == Status::pass);
    CHECK(usual.message.starts_with("2,000 of 40,000 rows are NULL, about 2,000 were expected"));
    CHECK(number(usual, "rows") == 2'000);
    facts.now.counted = 4'000;
    const auto doubled = check_row_share(facts);
    CHECK(doubled.status == Status::fail);
    CHECK(doubled.id == "volume.metric");
    CHECK(doubled.method == Method::exact);
    facts.now = {now, 400, 20};
    CHECK(check_row_share(facts).status == Status::pass);
    facts.now = {now, 0, 0};
    CHECK(check_row_share(facts).status == Status::skipped);
    facts.now = {now, 40'000, 2'000};
    facts.past.resize(6);
    CHECK(check_row_share(facts).status == Status::skipped);
    facts.past.assign(10, {now - 2 * micros_per_day, 0, 0});
    CHECK(check_row_share(facts).status == Status::skipped);
}
