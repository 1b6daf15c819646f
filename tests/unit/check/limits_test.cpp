// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicates.hpp"
#include "assay/check/freshness.hpp"
#include "assay/check/volume.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace assay;

namespace {

constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z
constexpr Micros day = micros_per_day;

FreshnessFacts facts_of_age(Micros age) {
    FreshnessFacts facts;
    facts.table = {"public", "orders"};
    facts.column = "created_at";
    facts.times.rows = 10;
    facts.times.encodings.at(0) = 10;
    facts.newest = now - age;
    facts.now = now;
    return facts;
}

CheckResult find(const std::vector<CheckResult>& results, std::string_view id) {
    const auto found = std::find_if(results.begin(), results.end(),
                                    [&](const CheckResult& result) { return result.id == id; });
    REQUIRE(found != results.end());
    return *found;
}

CheckResult aged(const FreshnessFacts& facts, Micros max_age) {
    return find(check_freshness(facts, {max_age, std::nullopt}), "freshness.max_age");
}

RowDifference rows_of(std::int64_t only_a, std::int64_t only_b, std::int64_t changed,
                      std::int64_t same) {
    RowDifference rows;
    rows.table = {"public", "orders"};
    rows.key = {"id"};
    rows.only_a = only_a;
    rows.only_b = only_b;
    rows.changed = changed;
    rows.unchanged = same;
    rows.rows_a = only_a + changed + same;
    rows.rows_b = only_b + changed + same;
    return rows;
}

CheckResult counted(std::int64_t a, std::int64_t b, const char* tolerance = "0") {
    return check_row_counts(
        {{"public", "t"}, {a, Method::exact, {}, {}}, {b, Method::exact, {}, {}}},
        *parse_tolerance(tolerance));
}

DuplicateFacts duplicates_of(std::int64_t rows, std::int64_t keys, std::int64_t surplus,
                             std::int64_t largest) {
    DuplicateFacts facts;
    facts.table = {"public", "t"};
    facts.key = {"email"};
    facts.counts.rows = rows;
    facts.counts.duplicated_keys = keys;
    facts.counts.surplus_rows = surplus;
    facts.counts.largest_group = largest;
    facts.counts.distinct_keys = rows - surplus;
    return facts;
}

} // namespace

TEST_CASE("a table is stale when its age in whole seconds exceeds the limit") {
    CHECK(aged(facts_of_age(day), day).status == Status::pass);
    CHECK(aged(facts_of_age(day + micros_per_second - 1), day).status == Status::pass);
    CHECK(aged(facts_of_age(day + micros_per_second), day).status == Status::fail);
    CHECK(aged(facts_of_age(0), 0).status == Status::pass);
    const auto stale = aged(facts_of_age(3 * day + 4 * 3600 * micros_per_second), day);
    CHECK(stale.status == Status::fail);
    CHECK(stale.severity == Severity::critical);
    CHECK(stale.message == "newest row is 3 d 4 h old, allowed is 1 d");
    CHECK(stale.observed == Observed{std::int64_t{273'600}, "s"});
    CHECK(stale.expected == "<= 86400 s");
    CHECK(*find_fact(stale.evidence, "age_s") == Fact(std::int64_t{273'600}));
    CHECK(*find_fact(stale.evidence, "newest") == Fact("2024-01-27T20:00:00Z"));
}

TEST_CASE("a row a little ahead of the clock is of age 0, not of a negative one") {
    const auto result = aged(facts_of_age(-200 * micros_per_second), day);
    CHECK(result.status == Status::pass);
    CHECK(result.observed.value == Fact(std::int64_t{0}));
}

TEST_CASE("a table without any time is not old but in a state of its own") {
    auto facts = facts_of_age(0);
    facts.newest.reset();
    const auto told = [&](std::string_view id) {
        const auto results = check_freshness(facts, {day, day / 2});
        CHECK(results.size() == 3); // this, future rows, unparsable rows
        const auto result = find(results, id);
        CHECK(result.status == Status::fail);
        CHECK(result.severity == Severity::critical);
        return result.message;
    };
    facts.times = {};
    CHECK(told("freshness.empty") == "the table is empty: it has no newest row");
    facts.times.rows = facts.times.nulls = 10;
    CHECK(told("freshness.undated") == "all 10 rows have NULL there");
    facts.times.rows = facts.times.nulls = 1;
    CHECK(told("freshness.undated") == "the only row has NULL there");
    facts.times.rows = 4;
    CHECK(told("freshness.undated") == "no value can be read as a time");
    facts.times.infinities = 3;
    CHECK(told("freshness.undated") == "the only times are infinite");
    facts.times.future_rows = 1;
    CHECK(told("freshness.undated") == "no row is dated up to now, 1 row is in the future");
}

TEST_CASE("an empty table that nobody promised anything about is a warning") {
    auto facts = facts_of_age(0);
    facts.newest.reset();
    facts.times = {};
    for (const FreshnessLimits& limits : {FreshnessLimits{}, FreshnessLimits{{}, day}}) {
        CHECK(find(check_freshness(facts, limits), "freshness.empty").severity ==
              Severity::warning);
    }
}

TEST_CASE("every state of a table has its name") {
    const auto state = [](const FreshnessFacts& facts, const FreshnessLimits& limits) {
        return to_string(freshness_state(facts, limits));
    };
    CHECK(state(facts_of_age(day), {}) == "unknown");
    CHECK(state(facts_of_age(day), {day, {}}) == "fresh");
    CHECK(state(facts_of_age(day), {day, day / 2}) == "ageing");
    CHECK(state(facts_of_age(2 * day), {day, day / 2}) == "stale");
    auto facts = facts_of_age(0);
    facts.newest.reset();
    CHECK(state(facts, {day, {}}) == "undated");
    facts.times.future_rows = 1;
    CHECK(state(facts, {day, {}}) == "future");
    facts.times = {};
    CHECK(state(facts, {day, {}}) == "empty");
}

TEST_CASE("what is many times too old may be more severe") {
    const auto severity = [](Micros age) {
        return find(check_freshness(facts_of_age(age),
                                    {{}, day, {{2, Severity::critical}, {1.5, Severity::info}}}),
                    "freshness.warn_age")
            .severity;
    };
    CHECK(severity(day + micros_per_second) == Severity::warning);
    CHECK(severity(2 * day) == Severity::warning); // an info step takes nothing away
    CHECK(severity(2 * day + micros_per_second) == Severity::critical);
}

TEST_CASE("without a limit the age is told and nothing is judged") {
    const auto result = find(check_freshness(facts_of_age(day), {}), "freshness.max_age");
    CHECK(result.status == Status::skipped);
    CHECK(result.message == "newest row is 1 d old; no limit was given");
    CHECK(result.remedy.find("--max-age") != std::string::npos);
}

TEST_CASE("each limit that was given is judged, and only those") {
    const auto has = [](const FreshnessLimits& limits, std::string_view id) {
        const auto results = check_freshness(facts_of_age(day), limits);
        return std::any_of(results.begin(), results.end(),
                           [&](const CheckResult& result) { return result.id == id; });
    };
    CHECK(has({day, {}}, "freshness.max_age"));
    CHECK_FALSE(has({day, {}}, "freshness.warn_age"));
    CHECK_FALSE(has({{}, day}, "freshness.max_age"));
    CHECK(has({{}, day}, "freshness.warn_age"));
    const auto both = check_freshness(facts_of_age(day), {2 * day, day / 2});
    CHECK(find(both, "freshness.max_age").status == Status::pass);
    CHECK(find(both, "freshness.warn_age").status == Status::fail);
    CHECK(find(both, "freshness.warn_age").severity == Severity::warning);
}

TEST_CASE("rows of the future and values that are no time are findings of their own") {
    auto facts = facts_of_age(0);
    auto results = check_freshness(facts, {day, {}});
    CHECK(find(results, "freshness.future_rows").status == Status::pass);
    CHECK(find(results, "freshness.unparsable_rows").status == Status::pass);
    facts.times.future_rows = 1;
    facts.times.unparsable = 2;
    results = check_freshness(facts, {day, {}});
    CHECK(find(results, "freshness.future_rows").status == Status::fail);
    CHECK(find(results, "freshness.future_rows").message == "1 row is dated in the future");
    CHECK(find(results, "freshness.future_rows").rows_failed == 1);
    CHECK(find(results, "freshness.unparsable_rows").status == Status::fail);
    CHECK(find(results, "freshness.unparsable_rows").message ==
          "2 rows have a value that is no time");
}

TEST_CASE("an assumed zone and a guessed column are told") {
    auto facts = facts_of_age(day);
    CHECK(find_fact(aged(facts, day).evidence, "assumed_time_zone") == nullptr);
    CHECK(find_fact(aged(facts, day).evidence, "column_guessed") == nullptr);
    facts.zone = "Europe/Berlin";
    facts.guessed_why = "its name says so";
    CHECK(*find_fact(aged(facts, day).evidence, "assumed_time_zone") == Fact("Europe/Berlin"));
    CHECK(*find_fact(aged(facts, day).evidence, "column_guessed") == Fact("its name says so"));
    CHECK(aged(facts, day).message ==
          "newest row is 1 d old (times read as Europe/Berlin), allowed is 1 d");
}

TEST_CASE("surplus rows are held against the tolerance") {
    const auto none = check_duplicates(duplicates_of(5, 0, 0, 1), {});
    CHECK(none.status == Status::pass);
    CHECK(none.message == "no key occurs twice in 5 rows");
    const auto some = check_duplicates(duplicates_of(5, 2, 3, 3), {});
    CHECK(some.status == Status::fail);
    CHECK(some.message ==
          "3 of 5 rows repeat another one: 2 keys occur more than once, the most frequent 3 times");
    CHECK(some.rows_failed == 3);
    CHECK(some.columns == std::vector<std::string>{"email"});
    CHECK(
        check_duplicates(duplicates_of(2, 1, 1, 2), {}).message ==
        "1 of 2 rows repeats another one: 1 key occurs more than once, the most frequent 2 times");
    CHECK(check_duplicates(duplicates_of(5, 2, 3, 3), *parse_tolerance("3")).status ==
          Status::pass);
    CHECK(check_duplicates(duplicates_of(5, 2, 3, 3), *parse_tolerance("60%")).status ==
          Status::pass);
    CHECK(check_duplicates(duplicates_of(5, 2, 3, 3), *parse_tolerance("59%")).status ==
          Status::fail);
}

TEST_CASE("an empty table has no duplicates, and whole rows are called rows") {
    auto facts = duplicates_of(0, 0, 0, 0);
    CHECK(check_duplicates(facts, {}).status == Status::pass);
    CHECK(check_duplicates(facts, {}).message == "the table holds no row to compare");
    facts = duplicates_of(4, 1, 1, 2);
    facts.key.clear();
    facts.nulls = NullPolicy::equal;
    const auto result = check_duplicates(facts, {});
    CHECK(
        result.message ==
        "1 of 4 rows repeats another one: 1 row occurs more than once, the most frequent 2 times");
    CHECK(*find_fact(result.evidence, "compared") == Fact("whole rows"));
    CHECK(*find_fact(result.evidence, "null_policy") == Fact("equal"));
    for (const auto* name : {"rows", "distinct_keys", "duplicated_keys", "surplus_rows",
                             "largest_group", "null_key_rows", "groups"}) {
        INFO(name);
        CHECK(find_fact(result.evidence, name) != nullptr);
    }
}

TEST_CASE("row counts differ within the tolerance or not") {
    CHECK(counted(10, 10).status == Status::pass);
    CHECK(counted(10, 10).message == "10 rows on both sides");
    CHECK(counted(1, 1).message == "1 row on both sides");
    CHECK(counted(0, 0).message == "0 rows on both sides");
    CHECK(counted(10, 12).status == Status::fail);
    CHECK(counted(10, 12).message == "10 in A, 12 in B: B has 2 more rows (+20 %)");
    CHECK(counted(12, 11).message == "12 in A, 11 in B: B has 1 fewer row (-8.33 %)");
    CHECK(counted(0, 5).message == "0 in A, 5 in B: B has 5 more rows");
    CHECK(counted(5, 0).status == Status::fail);
    CHECK(counted(10, 12, "2").status == Status::pass);
    CHECK(counted(90, 100, "10%").status == Status::pass);
    CHECK(counted(100, 90, "10%").status == Status::pass);
    CHECK(counted(89, 100, "10%").status == Status::fail);
    CHECK(counted(10, 12).fingerprint == counted(10, 10).fingerprint);
    CHECK(counted(10, 10).method == Method::exact);
    const RowCounts estimated{
        {"public", "t"}, {10, Method::estimate, {}, {}}, {10, Method::exact, {}, {}}};
    CHECK(check_row_counts(estimated, {}).method == Method::estimate);
    CHECK(check_row_counts(estimated, {}).message.front() == '~');
}

TEST_CASE("a table or a column on one side only is a finding") {
    CHECK(missing_table({"public", "t"}, "A").status == Status::fail);
    CHECK(missing_table({"public", "t"}, "A").message == "the table is only in A");
    const TableRef table{"public", "t"};
    const auto good = check_columns({table, {}, {}});
    CHECK(good.status == Status::pass);
    CHECK(good.message == "both sides have the same columns");
    CHECK(check_columns({table, {"x"}, {}}).status == Status::fail);
    CHECK(check_columns({table, {"x"}, {}}).message == "column x only in A");
    CHECK(check_columns({table, {"x", "y"}, {"z"}}).message ==
          "columns x and y only in A and z only in B");
    CHECK(check_columns({table, {"x"}, {"z"}}).columns == std::vector<std::string>{"x", "z"});
    // Mended later, it must be seen as the same check.
    CHECK(check_columns({table, {"x"}, {}}).fingerprint == good.fingerprint);
}

TEST_CASE("blanks at the end of texts are a finding of their own") {
    const TableRef table{"public", "t"};
    CHECK(check_trailing_blanks(table, 5, 0).status == Status::pass);
    const auto one = check_trailing_blanks(table, 5, 1);
    CHECK(one.status == Status::fail);
    CHECK(one.severity == Severity::warning);
    CHECK(one.message == "1 row differs only in the blanks at the end of a text");
    CHECK(one.rows_failed == 1);
    CHECK(check_trailing_blanks(table, 5, 2).message ==
          "2 rows differ only in the blanks at the end of a text");
}

TEST_CASE("rows that differ are held against the tolerance") {
    const auto same = check_rows(rows_of(0, 0, 0, 9), {});
    CHECK(same.status == Status::pass);
    CHECK(same.message == "all 9 rows are the same");
    CHECK(check_rows(rows_of(0, 0, 0, 1), {}).message == "the only row is the same");
    CHECK(check_rows(rows_of(0, 0, 0, 0), {}).message == "both sides are empty");
    CHECK(check_rows(rows_of(0, 0, 0, 0), {}).status == Status::pass);
    auto near = rows_of(0, 0, 0, 9);
    near.within_tolerance = 4;
    CHECK(check_rows(near, {}).message ==
          "all 9 rows are the same, 4 of them within the tolerances");
    near.changed = 1;
    CHECK(check_rows(near, {}).message ==
          "1 row changed, 9 the same, 4 of them within the tolerances");
    const auto different = check_rows(rows_of(1, 2, 3, 94), {});
    CHECK(different.status == Status::fail);
    CHECK(different.message == "1 row only in A, 2 rows only in B and 3 rows changed, 94 the same");
    CHECK(different.rows_failed == 6);
    CHECK(*find_fact(different.evidence, "unchanged") == Fact(std::int64_t{94}));
    CHECK(check_rows(rows_of(1, 2, 3, 94), *parse_tolerance("6")).status == Status::pass);
    CHECK(check_rows(rows_of(0, 1, 0, 99), *parse_tolerance("1%")).status == Status::pass);
    CHECK(check_rows(rows_of(0, 2, 0, 98), *parse_tolerance("1%")).status == Status::fail);
    auto more = rows_of(0, 0, 1, 0);
    more.more_evidence = {{"samples", Fact::List{}}};
    CHECK(find_fact(check_rows(more, {}).evidence, "samples") != nullptr);
}
