// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/command/pair_progress.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>
#include <utility>

using namespace assay;

namespace {

TableSchema a_table() {
    TableSchema table;
    table.ref = {"public", "t"};
    for (const char* const name : {"id", "v"}) {
        ColumnSpec column;
        column.name = name;
        column.type = ColumnType::integer;
        column.declared_type = "bigint";
        column.nullable = false;
        table.columns.push_back(std::move(column));
    }
    table.primary_key = Key{"t_pkey", {"id"}};
    return table;
}

RowComparison plan_of(const TableSchema& table) {
    RowComparison plan;
    plan.tables = {&table, &table};
    plan.request.key = {{0, 0, Comparison::number, {}}};
    plan.request.other = {{1, 1, Comparison::number, {}}};
    return plan;
}

Value text_value(const std::string& text) {
    Value value;
    value.type = ColumnType::text;
    value.kind = CellKind::text;
    value.bytes = text;
    return value;
}

SeenDifferences seen_differences() {
    SeenDifferences seen;
    seen.columns.resize(2);
    seen.columns.front().add(text_value("Ab"), text_value("ab"));
    seen.columns.front().add(text_value("a "), text_value("a"));
    SeenPlace& place = seen.places.at(index_of(ChangeKind::changed));
    place.rows = 2;
    place.time.add(-86'400'000'001, text_value("1969-12-30 23:59:59"));
    place.time.add(5, text_value("1970-01-01"));
    place.days = {{-2, 1}, {0, 1}};
    seen.samples.at(index_of(ChangeKind::only_b)) = {Facts{{"change", "+"}}};
    return seen;
}

PairProgress a_progress() {
    PairProgress progress;
    progress.plan = "0123456789abcdef";
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    progress.ended = {{-5, 1'000'000, 2'000'000, 0},
                      {most, 3'000'001, 4'000'000, 0},
                      {most, 5'000'000, 6'000'000, 7}};
    progress.slices.last = progress.ended.back().keys_to;
    progress.slices.sums.equal_rows = 12;
    progress.slices.sums.unequal = {{{std::numeric_limits<std::int64_t>::min(), -7}, 3},
                                    {{0, std::numeric_limits<std::int64_t>::max()}, 1}};
    progress.slices.ranges_read = 7;
    progress.slices.found.only_a = 1;
    progress.slices.found.only_b = 2;
    progress.slices.found.changed = 3;
    progress.slices.found.unchanged = 40;
    progress.slices.found.blanks_differ = 5;
    progress.slices.found.close = 6;
    progress.slices.found.changed_cells = {3, 0};
    progress.seen = seen_differences();
    return progress;
}

Facts facts_of(const PairProgress& progress) { return std::get<Facts>(fact_of(progress).value); }

void replace(Facts& facts, const std::string& name, Fact fact) {
    for (auto& [key, value] : facts) {
        if (key == name) {
            value = std::move(fact);
        }
    }
}

} // namespace

TEST_CASE("how far a comparison came can be read back") {
    const PairProgress progress = a_progress();
    const PairProgress read = read_progress(fact_of(progress));
    CHECK(read.plan == progress.plan);
    CHECK(read.slices.last == progress.slices.last);
    CHECK(read.slices.sums.equal_rows == 12);
    CHECK(read.slices.sums.unequal == progress.slices.sums.unequal);
    CHECK(read.slices.ranges_read == 7);
    CHECK(read.slices.found.only_a == 1);
    CHECK(read.slices.found.only_b == 2);
    CHECK(read.slices.found.changed == 3);
    CHECK(read.slices.found.unchanged == 40);
    CHECK(read.slices.found.blanks_differ == 5);
    CHECK(read.slices.found.close == 6);
    CHECK(read.slices.found.changed_cells == std::vector<std::int64_t>{3, 0});
    CHECK(read.seen == progress.seen);
    REQUIRE(read.ended.size() == 3);
    CHECK(read.ended[0].keys_to == -5);
    CHECK(read.ended[0].at_a == 1'000'000);
    CHECK(read.ended[1].at_a == 3'000'001);
    CHECK(read.ended[2].ranges_read == 7);
    CHECK(rows_in_progress({{"resume", fact_of(progress)}}) == 12 + 46);
    CHECK(rows_in_progress({{"resume", "x"}}) == 0);
    CHECK(rows_in_progress({}) == 0);
}

TEST_CASE("what says nothing sensible of how far a comparison came is refused") {
    const auto refused = [](const std::string& name, Fact fact) {
        Facts facts = facts_of(a_progress());
        replace(facts, name, std::move(fact));
        CHECK_THROWS_AS(read_progress(facts), Error);
    };
    refused("plan", Fact());
    refused("parts", Fact::List{});
    refused("parts", Fact::List{Facts{{"keys_to", "5"}}});
    refused("equal_rows", "-1");
    refused("equal_rows", 1);
    refused("unequal", Fact::List{"1 2"});
    refused("unequal", Fact::List{"2 1 0"});
    refused("unequal", Fact::List{"1 2 3 4"});
    refused("unequal", Fact::List{"1 2 3", "2 3 4"});
    refused("unequal", "none");
    // More rows than there can be, of which sums would overflow.
    refused("equal_rows", "9223372036854775807");
    refused("unequal", Fact::List{"1 2 9223372036854775807"});
    refused("unequal", Fact::List{"1 2 9007199254740992"});
    refused("unequal", Fact::List{"1 2 -1"});
    refused("ranges_read", "-1");
    refused("found", Fact());
    refused("found", Facts{{"only_a", "1"}});
    refused("seen", Fact());
    CHECK_THROWS_AS(read_progress("x"), Error);
    Facts no_rows = facts_of(a_progress());
    replace(no_rows, "equal_rows", "0");
    CHECK_NOTHROW(read_progress(no_rows));
    replace(no_rows, "ranges_read", "0");
    replace(no_rows, "unequal", Fact::List{});
    CHECK_THROWS_AS(read_progress(no_rows), Error);
    Facts wrong_order = facts_of(a_progress());
    auto& parts = std::get<Fact::List>(wrong_order[1].second.value);
    std::swap(parts[0], parts[1]);
    CHECK_THROWS_AS(read_progress(wrong_order), Error);
}

TEST_CASE("what was seen of rows that differ can be read back, or is refused") {
    CHECK(read_seen(fact_of(SeenDifferences())) == SeenDifferences());
    const auto refused = [](const std::string& name, Fact fact) {
        Facts facts = std::get<Facts>(fact_of(seen_differences()).value);
        replace(facts, name, std::move(fact));
        CHECK_THROWS_AS(read_seen(facts), Error);
    };
    refused("columns", Fact());
    refused("columns", Fact::List{Facts{{"cells", "1"}, {"found", Fact::List{"99 0 1"}}}});
    refused("columns", Fact::List{Facts{{"cells", "1"}, {"found", Fact::List{"1 0"}}}});
    refused("places", Fact::List{});
    refused("samples", Fact::List{"x", "y", "z"});
    CHECK_THROWS_AS(read_seen("x"), Error);
}

TEST_CASE("the words tell how far both steps of a comparison came") {
    PairProgress progress;
    progress.slices.last = 2'099'999;
    progress.slices.ranges_read = 812;
    progress.slices.sums.unequal.resize(1'288);
    CHECK(words_of(progress) ==
          "compared up to key 2,099,999; 812 of 2,100 ranges that differ there are read");
}

TEST_CASE("a comparison that has not ended a slice leaves nothing to go on from") {
    CHECK(a_progress().can_go_on());
    CHECK_FALSE(PairProgress().can_go_on());
}

TEST_CASE("the digest of a plan tells other rows, columns and tolerances apart") {
    const TableSchema table = a_table();
    const RowComparison plan = plan_of(table);
    CHECK(plan_digest(plan) == plan_digest(plan_of(table)));
    const auto other = [&](const auto& change) {
        RowComparison changed = plan_of(table);
        change(changed);
        CHECK(plan_digest(changed) != plan_digest(plan));
    };
    other([](RowComparison& changed) { changed.request.where_a = "v > 1"; });
    other([](RowComparison& changed) { changed.request.where_b = "v > 1"; });
    other([](RowComparison& changed) { changed.request.young_a = "v > 1"; });
    other([](RowComparison& changed) { changed.request.other.clear(); });
    other([](RowComparison& changed) { std::swap(changed.request.key, changed.request.other); });
    other([](RowComparison& changed) {
        changed.request.other.front().tolerance = CellTolerance{"0.1", 0};
    });
    other([](RowComparison& changed) {
        changed.request.other.front().comparison = Comparison::text;
    });
}

TEST_CASE("only a key of integers alone lets a comparison go on within a table") {
    TableSchema table = a_table();
    CHECK(reason_not_to_slice(plan_of(table), ValuesPolicy::safe).empty());
    CHECK(reason_not_to_slice(plan_of(table), ValuesPolicy::none).starts_with("--values none"));
    table.columns.front().nullable = true;
    CHECK(reason_not_to_slice(plan_of(table), ValuesPolicy::safe).starts_with("its key is not"));
    table.columns.front().nullable = false;
    table.columns.front().enforced = false;
    CHECK(reason_not_to_slice(plan_of(table), ValuesPolicy::safe).starts_with("its key is not"));
    table.columns.front().enforced = true;
    table.primary_key.reset();
    CHECK(reason_not_to_slice(plan_of(table), ValuesPolicy::safe).starts_with("its key is not"));
}
