// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_repair.hpp"

#include "assay/command/volume_diff_repair_whole.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

constexpr std::string_view hostile = "k\"; DROP TABLE y; --\nDROP TABLE y;";

TableSchema table_of(const std::string& name) {
    TableSchema table;
    table.ref = {"main", name};
    table.columns.resize(3);
    table.columns[0].name = hostile;
    table.columns[0].type = ColumnType::integer;
    table.columns[1].name = "v";
    table.columns[1].type = ColumnType::text;
    table.columns[2].name = "g";
    table.columns[2].type = ColumnType::integer;
    table.columns[2].generated = Generated::stored;
    for (auto& column : table.columns) {
        column.declared_type = column.type == ColumnType::text ? "TEXT" : "INTEGER";
    }
    return table;
}

Value integer(std::int64_t number) {
    return {ColumnType::integer, CellKind::integer, number, 0, ""};
}
Value text(std::string bytes) { return {ColumnType::text, CellKind::text, 0, 0, std::move(bytes)}; }

/// A pair of tables whose first column is the key.
struct Pair {
    TableSchema a = table_of("x\nDROP TABLE y; --");
    TableSchema b = a;
    RowComparison plan;
    VolumeRepairFacts facts;

    Pair() {
        plan.tables = {&a, &b};
        plan.request.key = {{0, 0, Comparison::number}};
        plan.request.other = {{1, 1, Comparison::text}, {2, 2, Comparison::number}};
        facts.url_b = "b\nDROP TABLE y;";
    }
};

std::string written(const VolumeRepair& repair) {
    std::string plan;
    repair.write([&](std::string_view piece) { plan += piece; });
    return plan;
}

RowChange only(ChangeKind kind, Value key, const std::vector<Value>& cells) {
    RowChange row;
    row.kind = kind;
    row.key = {std::move(key)};
    (kind == ChangeKind::only_a ? row.a : row.b) = cells;
    return row;
}

RowChange changed(std::size_t column, const std::vector<Value>& a, const std::vector<Value>& b) {
    RowChange row;
    row.key = {integer(1)};
    row.key_b = row.key;
    row.a = a;
    row.b = b;
    row.cells = {{column, a[column], b[column]}};
    return row;
}

bool has(const std::string& plan, std::string_view part) {
    return plan.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a plan of nothing says so") {
    const Pair pair;
    const std::string plan = written(VolumeRepair(pair.plan, pair.facts));
    CHECK(has(plan, "-- There is nothing to do.\n"));
    CHECK_FALSE(has(plan, "CREATE"));
}

TEST_CASE("neither names nor places leave the comments or the quotes of a plan for side B") {
    const Pair pair;
    VolumeRepair repair(pair.plan, pair.facts);
    repair.add(only(ChangeKind::only_b, integer(7), {text("'; DROP TABLE y; --\n"), integer(1)}));
    const std::string plan = written(repair);
    CHECK(has(plan, R"(Run it on side B, b\nDROP TABLE y;)"));
    CHECK(plan.starts_with(R"(-- Repair plan for "main"."x\nDROP TABLE y; --")"));
    CHECK(has(plan, "d.\"k\"\"; DROP TABLE y; --\nDROP TABLE y;\" = o.k1"));
    CHECK(has(plan, "\n(1,0,7,'''; DROP TABLE y; --'||char(10),1);"));
    CHECK(has(plan, "\nDELETE FROM "));
    CHECK_FALSE(has(plan, "\nUPDATE "));
}

TEST_CASE("an update sets the columns that changed, and never generated ones") {
    const Pair pair;
    VolumeRepair repair(pair.plan, pair.facts);
    repair.add(changed(0, {text("new"), integer(1)}, {text("old"), integer(1)}));
    const std::string plan = written(repair);
    CHECK(has(plan, " AS d SET \"v\" = n.c1 FROM "));
    CHECK(has(plan, "assay_before VALUES\n(1,0,1,'old',1);"));
    CHECK(has(plan, "assay_after VALUES\n(1,0,1,'new',NULL);"));
    repair.add(changed(1, {text("old"), integer(1)}, {text("old"), integer(2)}));
    CHECK(repair.left_out() == 1);
    CHECK(has(written(repair), "only generated columns differ."));
}

TEST_CASE("an insert leaves out what the store makes itself") {
    const Pair pair;
    VolumeRepair repair(pair.plan, pair.facts);
    repair.add(only(ChangeKind::only_a, integer(7), {text("new"), integer(14)}));
    CHECK(has(written(repair), "\", \"v\") SELECT n.k1, n.c1 FROM "));
}

TEST_CASE("rows without a name are left out, and told") {
    const Pair pair;
    VolumeRepair repair(pair.plan, pair.facts);
    RowChange twice = only(ChangeKind::only_a, integer(7), {text("x"), integer(1)});
    twice.same_key = 2;
    repair.add(twice);
    repair.add(only(ChangeKind::only_b, Value{}, {text("x"), integer(1)}));
    CHECK(repair.left_out() == 2);
    const std::string plan = written(repair);
    CHECK(has(plan, "= 7: its key stands more than once"));
    CHECK(has(plan, "= NULL: its key has a NULL"));
    CHECK(has(plan, "There is nothing to do."));
    CHECK(repair.evidence() ==
          Facts{{"inserts", 0}, {"updates", 0}, {"deletes", 0}, {"left_out", 2}});
}

namespace {

/// A pair of tables that are compared by whole rows.
struct KeylessPair : Pair {
    KeylessPair() {
        plan.request.other.insert(plan.request.other.begin(), plan.request.key.front());
        plan.request.key.clear();
    }
};

RowChange copies(std::size_t in_a, std::size_t in_b, const std::vector<Value>& row) {
    RowChange change;
    change.kind = in_a > in_b ? ChangeKind::only_a : ChangeKind::only_b;
    change.key = row;
    change.copies_a = in_a;
    change.copies_b = in_b;
    if (in_b > 0) {
        change.key_b = row;
    }
    return change;
}

} // namespace

TEST_CASE(
    "a plan of whole rows says how many copies there are and shall be, once for all of them") {
    const KeylessPair pair;
    WholeRowRepair repair(pair.plan, pair.facts);
    const auto less = copies(1, 3, {integer(7), text("x"), integer(1)});
    const auto more = copies(2, 0, {integer(8), text("y"), integer(2)});
    for (const auto& change : {less, less, more, more}) {
        repair.add(change);
    }
    std::string plan;
    repair.write([&](std::string_view piece) { plan += piece; });
    CHECK(has(plan, "\n(1,1,3,1,7,'x',1);"));
    CHECK(has(plan, "\n(2,2,0,2,8,'y',2);"));
    CHECK(has(plan, "It inserts 2 rows and deletes 2: "));
    CHECK(has(plan, "\", \"v\") SELECT o.c1, o.c2 FROM "));
    CHECK(repair.evidence() ==
          Facts{{"inserts", 2}, {"updates", 0}, {"deletes", 2}, {"left_out", 0}});
}

TEST_CASE("copies of which some would go stay where a column was not compared") {
    KeylessPair pair;
    pair.plan.request.other.pop_back();
    WholeRowRepair repair(pair.plan, pair.facts);
    repair.add(copies(1, 2, {integer(7), text("x")}));
    repair.add(copies(0, 2, {integer(8), text("x")})); // all of them go
    repair.add(copies(0, 2, {integer(8), text("x")}));
    auto mixed = copies(0, 2, {integer(9), text("x")});
    mixed.key_b.clear();
    repair.add(mixed);
    CHECK(repair.left_out() == 2);
    CHECK(repair.evidence() ==
          Facts{{"inserts", 0}, {"updates", 0}, {"deletes", 2}, {"left_out", 2}});
}
