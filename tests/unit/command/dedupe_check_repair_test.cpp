// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_repair.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

std::int64_t kept(const std::vector<DuplicateRow>& rows, Keep keep) {
    return row_to_keep(rows, keep).place.place;
}

std::string plan_of(const TableSchema& table, const std::vector<DuplicateRows>& groups) {
    const auto placed = PlacedTable::of(StoreKind::sqlite, table);
    RepairFacts facts;
    facts.table = &*placed;
    facts.key = {0};
    facts.rows = 3;
    std::string plan;
    write_repair_plan(facts, groups, [&](std::string_view piece) { plan += piece; });
    return plan;
}

} // namespace

TEST_CASE("the row that stays is the first, the last or the most complete") {
    const std::vector<DuplicateRow> rows{{{0, 1}, 20, 2}, {{0, 2}, 10, 1}, {{0, 3}, 30, 2}};
    CHECK(kept(rows, Keep::first) == 2);
    CHECK(kept(rows, Keep::last) == 3);
    CHECK(kept(rows, Keep::most_complete) == 3); // of two the last
}

TEST_CASE("a row without a time stays only if all are without") {
    const auto none = DuplicateRow{}.at;
    const std::vector<DuplicateRow> some{{{0, 1}, none, 0}, {{0, 2}, 10, 0}, {{0, 3}, none, 0}};
    CHECK(kept(some, Keep::first) == 2);
    CHECK(kept(some, Keep::last) == 2);
    const std::vector<DuplicateRow> all{{{0, 2}, none, 0}, {{0, 1}, none, 0}, {{0, 3}, none, 0}};
    CHECK(kept(all, Keep::first) == 1);
    CHECK(kept(all, Keep::last) == 3);
    CHECK(kept(all, Keep::most_complete) == 3);
}

TEST_CASE("a name cannot leave the comment or the quotes of a plan") {
    TableSchema table;
    table.ref = {"main", "x\nDROP TABLE y; --"};
    table.columns.emplace_back().name = "k\"; DROP TABLE y; --\nDROP TABLE y;";
    DuplicateRows group;
    group.rows = 2;
    group.first = {{{0, 1}, 0, 0}, {{0, 2}, 0, 0}};
    const std::string plan = plan_of(table, {group});
    CHECK(plan.find("-- Repair plan for \"main\".\"x\\nDROP TABLE y; --\"") == 0);
    CHECK(plan.find("d.\"k\"\"; DROP TABLE y; --\nDROP TABLE y;\" IS ") != std::string::npos);
    CHECK(plan.find("DELETE FROM") != std::string::npos);
    CHECK(plan_of(table, {}).find("DELETE FROM") == std::string::npos);
}
