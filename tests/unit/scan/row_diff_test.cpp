// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/scan/row_diff.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// A row of up to one key column and two others; 0 stands for NULL.
using Row = std::vector<int>;
using Rows = std::vector<Row>;

Value cell(int number) {
    return number == 0 ? null_value(ColumnType::integer) : integer_value(number);
}

std::shared_ptr<FakeStore> store_of(const Rows& rows, std::size_t columns, std::size_t batch_rows) {
    auto store = std::make_shared<FakeStore>();
    std::vector<ColumnSpec> specs(columns, column_spec("c", ColumnType::integer));
    FakeStore::Table table{table_schema("t", std::move(specs)), {}};
    for (const auto& row : rows) {
        table.rows.emplace_back();
        for (const int number : row) {
            table.rows.back().push_back(cell(number));
        }
    }
    store->tables.push_back(std::move(table));
    store->batch_rows = batch_rows;
    return store;
}

/// Compare by the first `keys` columns; 0: by whole rows.
RowDiffRequest request_of(std::size_t columns, std::size_t keys, std::size_t limit) {
    RowDiffRequest request;
    for (std::size_t i = 0; i < columns; ++i) {
        (i < keys ? request.key : request.other).push_back({i, i, Comparison::number});
    }
    request.limit = limit;
    return request;
}

struct Setup {
    std::size_t columns = 3;
    std::size_t keys = 1;
    std::size_t limit = 10;
    std::size_t batch_rows = 7;
};

RowDiff diff_of(const Rows& a, const Rows& b, const Setup& setup = {}) {
    const auto store_a = store_of(a, setup.columns, setup.batch_rows);
    const auto store_b = store_of(b, setup.columns, setup.batch_rows);
    FakeSession session_a(store_a);
    FakeSession session_b(store_b);
    return diff_rows({session_a, store_a->tables[0].schema}, {session_b, store_b->tables[0].schema},
                     request_of(setup.columns, setup.keys, setup.limit));
}

std::int64_t size_of(const Rows& rows) { return static_cast<std::int64_t>(rows.size()); }

/// The rows of each key, sorted.
std::map<Row, Rows> by_key(const Rows& rows, std::size_t keys, std::size_t columns) {
    const auto width = static_cast<std::ptrdiff_t>(keys == 0 ? columns : keys);
    std::map<Row, Rows> groups;
    for (const auto& row : rows) {
        groups[Row(row.begin(), row.begin() + width)].push_back(row);
    }
    for (auto& [key, group] : groups) {
        std::sort(group.begin(), group.end());
    }
    return groups;
}

std::int64_t null_keys(const Rows& rows, const Setup& setup) {
    const auto width = static_cast<std::ptrdiff_t>(setup.keys == 0 ? setup.columns : setup.keys);
    return std::count_if(rows.begin(), rows.end(), [&](const Row& row) {
        return std::find(row.begin(), row.begin() + width, 0) != row.begin() + width;
    });
}

/// The numbers by the definition, key by key, with multisets of rows.
RowDiff expected_diff(const Rows& a, const Rows& b, const Setup& setup) {
    RowDiff diff;
    diff.rows_a = size_of(a);
    diff.rows_b = size_of(b);
    diff.null_key_rows_a = null_keys(a, setup);
    diff.null_key_rows_b = null_keys(b, setup);
    const auto groups_a = by_key(a, setup.keys, setup.columns);
    auto groups_b = by_key(b, setup.keys, setup.columns);
    const auto count = [&](const Rows& left, const Rows& right) {
        Rows same;
        std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                              std::back_inserter(same));
        const auto rest_a = size_of(left) - size_of(same);
        const auto rest_b = size_of(right) - size_of(same);
        diff.unchanged += size_of(same);
        diff.changed += std::min(rest_a, rest_b);
        diff.only_a += rest_a - std::min(rest_a, rest_b);
        diff.only_b += rest_b - std::min(rest_a, rest_b);
        diff.duplicate_key_rows_a += std::max<std::int64_t>(size_of(left) - 1, 0);
        diff.duplicate_key_rows_b += std::max<std::int64_t>(size_of(right) - 1, 0);
    };
    for (const auto& [key, group] : groups_a) {
        count(group, groups_b[key]);
        groups_b.erase(key);
    }
    for (const auto& [key, group] : groups_b) {
        count({}, group);
    }
    return diff;
}

Rows a_table(const Setup& setup) {
    Rows rows(*rc::gen::inRange<std::size_t>(0, 25));
    for (auto& row : rows) {
        for (std::size_t i = 0; i < setup.columns; ++i) {
            row.push_back(*rc::gen::inRange(0, i == 0 ? 8 : 3));
        }
    }
    return rows;
}

/// The other table, with some rows taken away, changed, repeated and moved.
Rows disturbed(Rows rows, const Setup& setup) {
    const auto steps = *rc::gen::inRange(0, 8);
    for (int i = 0; i < steps && !rows.empty(); ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, rows.size());
        switch (*rc::gen::inRange(0, 4)) {
        case 0: rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 1: rows[at].back() = *rc::gen::inRange(0, 3); break;
        case 2: rows.push_back(Row(rows[at])); break;
        default: std::swap(rows[at], rows.front()); break;
        }
    }
    if (*rc::gen::arbitrary<bool>()) {
        rows.push_back(Row(setup.columns, 0));
    }
    return rows;
}

Row row_of(const std::vector<Value>& values) {
    Row row;
    for (const auto& value : values) {
        row.push_back(static_cast<int>(value.integer));
    }
    return row;
}

} // namespace

TEST_CASE("tables with the same rows in another order are the same") {
    const auto diff = diff_of({{1, 1, 1}, {2, 0, 2}, {3, 3, 3}}, {{3, 3, 3}, {1, 1, 1}, {2, 0, 2}});
    CHECK(diff.unchanged == 3);
    CHECK(diff.only_a + diff.only_b + diff.changed == 0);
    CHECK(diff.changed_cells == std::vector<std::int64_t>{0, 0});
}

TEST_CASE("rows of one side and changed cells are told apart") {
    const auto diff =
        diff_of({{1, 1, 1}, {2, 2, 2}, {4, 1, 1}}, {{1, 1, 1}, {2, 2, 0}, {5, 1, 1}, {6, 1, 1}});
    CHECK(diff.rows_a == 3);
    CHECK(diff.rows_b == 4);
    CHECK(diff.unchanged == 1);
    CHECK(diff.changed == 1);
    CHECK(diff.only_a == 1);
    CHECK(diff.only_b == 2);
    CHECK(diff.changed_cells == std::vector<std::int64_t>{0, 1});
    REQUIRE(diff.changed_rows.size() == 1);
    CHECK(row_of(diff.changed_rows[0].key) == Row{2});
    REQUIRE(diff.changed_rows[0].cells.size() == 1);
    CHECK(diff.changed_rows[0].cells[0].column == 1);
    CHECK(diff.changed_rows[0].cells[0].a.integer == 2);
    CHECK(diff.changed_rows[0].cells[0].b.kind == CellKind::null);
    REQUIRE(diff.only_a_rows.size() == 1);
    CHECK(row_of(diff.only_a_rows[0].key) == Row{4});
    REQUIRE(diff.only_b_rows.size() == 2);
    CHECK(row_of(diff.only_b_rows[0].key) == Row{5});
    CHECK(row_of(diff.only_b_rows[1].key) == Row{6});
}

TEST_CASE("an empty side leaves every row to the other one") {
    const auto diff = diff_of({}, {{1, 1, 1}, {2, 2, 2}});
    CHECK(diff.only_b == 2);
    CHECK(diff.only_b_rows.size() == 2);
    const auto none = diff_of({}, {});
    CHECK(none.rows_a + none.rows_b + none.unchanged == 0);
}

TEST_CASE("without a key a changed row is one row on each side") {
    Setup setup;
    setup.keys = 0;
    const auto diff = diff_of({{1, 1, 1}, {2, 2, 2}}, {{1, 1, 1}, {2, 2, 3}}, setup);
    CHECK(diff.changed == 0);
    CHECK(diff.only_a == 1);
    CHECK(diff.only_b == 1);
    REQUIRE(diff.only_b_rows.size() == 1);
    CHECK(row_of(diff.only_b_rows[0].key) == Row{2, 2, 3});
}

TEST_CASE("rows with the same key are matched as multisets") {
    const auto diff = diff_of({{1, 1, 1}, {1, 1, 1}, {1, 2, 2}}, {{1, 1, 1}, {1, 2, 1}});
    CHECK(diff.unchanged == 1);
    CHECK(diff.changed == 1);
    CHECK(diff.only_a == 1);
    CHECK(diff.duplicate_key_rows_a == 2);
    CHECK(diff.duplicate_key_rows_b == 1);
}

TEST_CASE("NULL keys match NULL keys and are counted") {
    const auto diff = diff_of({{0, 1, 1}, {0, 2, 2}}, {{0, 1, 1}});
    CHECK(diff.unchanged == 1);
    CHECK(diff.only_a == 1);
    CHECK(diff.null_key_rows_a == 2);
    CHECK(diff.null_key_rows_b == 1);
}

TEST_CASE("columns stand in different places and types on both sides") {
    auto store_a = std::make_shared<FakeStore>();
    auto store_b = std::make_shared<FakeStore>();
    store_a->tables = {{table_schema("t", {column_spec("id", ColumnType::integer),
                                           column_spec("price", ColumnType::decimal),
                                           column_spec("at", ColumnType::timestamptz)}),
                        {{integer_value(1), text_value("1.10", ColumnType::decimal),
                          integer_value(0, ColumnType::timestamptz)},
                         {integer_value(2), text_value("NaN", ColumnType::decimal),
                          null_value(ColumnType::timestamptz)}}}};
    store_b->tables = {{table_schema("t", {column_spec("at", ColumnType::text),
                                           column_spec("price", ColumnType::real),
                                           column_spec("id", ColumnType::real)}),
                        {{text_value("1970-01-01T00:00:00Z"), real_value(1.1), real_value(1.0)},
                         {text_value(""), real_value(2.5), real_value(2.0)}}}};
    FakeSession a(store_a);
    FakeSession b(store_b);
    RowDiffRequest request;
    request.key = {{0, 2, Comparison::number}};
    request.other = {{1, 1, Comparison::number}, {2, 0, Comparison::time}};
    const auto diff =
        diff_rows({a, store_a->tables[0].schema}, {b, store_b->tables[0].schema}, request);
    CHECK(diff.unchanged == 1);
    CHECK(diff.changed == 1);
    CHECK(diff.changed_cells == std::vector<std::int64_t>{1, 1}); // NULL is not the empty text
}

TEST_CASE("rows within the tolerances are unchanged, equal ones first") {
    const auto diff_with = [](const Rows& a, const Rows& b, const std::string& by) {
        const auto store_a = store_of(a, 3, 7);
        const auto store_b = store_of(b, 3, 7);
        FakeSession session_a(store_a);
        FakeSession session_b(store_b);
        auto request = request_of(3, 1, 10);
        request.other[0].tolerance = CellTolerance{by, 0};
        return diff_rows({session_a, store_a->tables[0].schema},
                         {session_b, store_b->tables[0].schema}, request);
    };
    const Rows a{{1, 10, 1}, {2, 20, 1}, {3, 30, 1}, {4, 0, 1}, {5, 50, 1}};
    const Rows b{{1, 12, 1}, {2, 23, 1}, {3, 30, 2}, {4, 1, 1}, {6, 50, 1}};
    const auto diff = diff_with(a, b, "2");
    CHECK(diff.close == 1);
    CHECK(diff.unchanged == 1);
    CHECK(diff.changed == 3); // too far, another column, and NULL is near nothing
    CHECK(diff.only_a == 1);
    CHECK(diff.only_b == 1);
    CHECK(diff.changed_cells == std::vector<std::int64_t>{2, 1});
    CHECK(diff.changed_rows.size() == 3);
    CHECK(diff_with(a, b, "3").close == 2);
    CHECK(diff_with(a, a, "3").close == 0);

    // Several rows of one key: 2 meets 2, and then 1 meets 3 or does not.
    CHECK(diff_with({{1, 1, 1}, {1, 2, 1}}, {{1, 2, 1}, {1, 3, 1}}, "2").unchanged == 2);
    const auto apart = diff_with({{1, 1, 1}, {1, 2, 1}}, {{1, 2, 1}, {1, 4, 1}, {1, 9, 1}}, "2");
    CHECK(apart.unchanged == 1);
    CHECK(apart.changed == 1);
    CHECK(apart.only_b == 1);
    CHECK(apart.only_b_rows.size() == 1);
}

TEST_CASE("every row that differs is shown with its values, in the order of keys") {
    const auto store_a = store_of({{1, 1, 1}, {2, 2, 2}, {4, 1, 1}, {7, 1, 1}}, 3, 7);
    const auto store_b = store_of({{1, 1, 1}, {2, 2, 0}, {5, 1, 2}, {7, 1, 1}}, 3, 7);
    FakeSession a(store_a);
    FakeSession b(store_b);
    auto request = request_of(3, 1, 0);
    request.look = 100;
    std::string seen;
    request.visit = [&](const RowChange& row) {
        seen += std::to_string(row.key.at(0).integer);
        seen += row.a.empty() ? "+" : row.b.empty() ? "-" : "~";
        seen += std::to_string((row.a.empty() ? row.b : row.a).at(1).integer) + " ";
    };
    const DiffSide side_a{a, store_a->tables[0].schema};
    const DiffSide side_b{b, store_b->tables[0].schema};
    auto diff = diff_rows(side_a, side_b, request);
    CHECK(seen == "2~2 4-1 5+2 ");
    CHECK(diff.changed_rows.empty());
    CHECK(diff.extent == Extent::all);
    request.extent = Extent::first;
    CHECK(diff_rows(side_a, side_b, request).extent == Extent::first);
    FakeSession a_again(store_a);
    CHECK(diff_rows(side_a, {a_again, side_a.table}, request).extent == Extent::all);
}

TEST_CASE("rows that differ only in trailing blanks are unchanged, and counted") {
    const auto text_store = [](const std::vector<std::pair<std::string, std::string>>& rows) {
        auto store = std::make_shared<FakeStore>();
        store->tables = {{table_schema("t", {column_spec("k", ColumnType::text),
                                             column_spec("v", ColumnType::text)}),
                          {}}};
        for (const auto& [key, value] : rows) {
            store->tables[0].rows.push_back({text_value(key), text_value(value)});
        }
        return store;
    };
    const auto store_a =
        text_store({{"a", "x"}, {"b ", "y"}, {"c", "z  "}, {"d", "1"}, {"e", "v"}, {"e", "v "}});
    const auto store_b =
        text_store({{"a", "x"}, {"b", "y"}, {"c", "z"}, {"d", "2 "}, {"e", "v "}, {"e", "v"}});
    FakeSession a(store_a);
    FakeSession b(store_b);
    const auto diff_by = [&](Comparison comparison) {
        RowDiffRequest request;
        request.key = {{0, 0, comparison}};
        request.other = {{1, 1, comparison}};
        return diff_rows({a, store_a->tables[0].schema}, {b, store_b->tables[0].schema}, request);
    };
    const auto padded = diff_by(Comparison::padded_text);
    CHECK(padded.unchanged == 5);
    CHECK(padded.changed == 1);
    CHECK(padded.blanks_differ == 2); // "b " and "z  "; the rows of "e" only changed places
    const auto exact = diff_by(Comparison::text);
    CHECK(exact.blanks_differ == 0);
    CHECK(exact.unchanged == 3);
    CHECK(exact.changed == 2);
    CHECK(exact.only_a == 1);
    CHECK(exact.only_b == 1);
}

TEST_CASE("equal sides are read once, sides that differ twice, and no more") {
    const auto scans = [](const Rows& rows_b, std::size_t limit) {
        const auto store_a = store_of({{1, 1, 1}}, 3, 7);
        const auto store_b = store_of(rows_b, 3, 7);
        FakeSession a(store_a);
        FakeSession b(store_b);
        diff_rows({a, store_a->tables[0].schema}, {b, store_b->tables[0].schema},
                  request_of(3, 1, limit));
        return store_a->scanned.size();
    };
    CHECK(scans({{1, 1, 1}}, 10) == 1);
    CHECK(scans({{1, 1, 2}}, 10) == 2);
    CHECK(scans({{2, 1, 1}}, 0) == 1); // nothing to show and no cells to count
    CHECK(scans({{1, 1, 2}}, 0) == 2); // cells are counted all the same
}

TEST_CASE("an error of either side comes out, that of the first side first") {
    for (const bool both : {false, true}) {
        const auto store_a = store_of({{1, 1, 1}}, 3, 7);
        const auto store_b = store_of({{1, 1, 1}}, 3, 7);
        store_b->failures.emplace(TableRef{"public", "t"},
                                  Error(ErrorKind::permission, "b failed"));
        if (both) {
            store_a->failures.emplace(TableRef{"public", "t"},
                                      Error(ErrorKind::timeout, "a failed"));
        }
        FakeSession a(store_a);
        FakeSession b(store_b);
        try {
            diff_rows({a, store_a->tables[0].schema}, {b, store_b->tables[0].schema},
                      request_of(3, 1, 5));
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.kind() == (both ? ErrorKind::timeout : ErrorKind::permission));
        }
    }
}

TEST_CASE("the difference is what multisets of rows say") {
    rc::prop("for any two tables, keys, limits and sizes of batches", [] {
        Setup setup;
        setup.columns = *rc::gen::inRange<std::size_t>(1, 4);
        setup.keys = *rc::gen::inRange<std::size_t>(0, setup.columns + 1);
        setup.limit = *rc::gen::element<std::size_t>(0, 1, 3, 100);
        setup.batch_rows = *rc::gen::element<std::size_t>(1, 7);
        const Rows a = a_table(setup);
        const Rows b = *rc::gen::inRange(0, 4) == 0 ? a_table(setup) : disturbed(a, setup);
        const RowDiff diff = diff_of(a, b, setup);
        const RowDiff expected = expected_diff(a, b, setup);

        RC_ASSERT(diff.rows_a == expected.rows_a);
        RC_ASSERT(diff.rows_b == expected.rows_b);
        RC_ASSERT(diff.unchanged == expected.unchanged);
        RC_ASSERT(diff.changed == expected.changed);
        RC_ASSERT(diff.only_a == expected.only_a);
        RC_ASSERT(diff.only_b == expected.only_b);
        RC_ASSERT(diff.duplicate_key_rows_a == expected.duplicate_key_rows_a);
        RC_ASSERT(diff.duplicate_key_rows_b == expected.duplicate_key_rows_b);
        RC_ASSERT(diff.null_key_rows_a == expected.null_key_rows_a);
        RC_ASSERT(diff.null_key_rows_b == expected.null_key_rows_b);
        RC_ASSERT(diff.rows_a == diff.unchanged + diff.changed + diff.only_a);
        RC_ASSERT(diff.rows_b == diff.unchanged + diff.changed + diff.only_b);
    });
    rc::prop("with unique keys the changed cells are exactly those that differ", [] {
        const Setup setup;
        Rows a;
        Rows b;
        std::vector<std::int64_t> cells(2);
        const auto count = *rc::gen::inRange(0, 20);
        for (int id = 1; id <= count; ++id) {
            a.push_back({id, *rc::gen::inRange(0, 3), *rc::gen::inRange(0, 3)});
            b.push_back({id, *rc::gen::inRange(0, 3), *rc::gen::inRange(0, 3)});
            cells[0] += a.back()[1] != b.back()[1] ? 1 : 0;
            cells[1] += a.back()[2] != b.back()[2] ? 1 : 0;
        }
        std::reverse(b.begin(), b.end());
        RC_ASSERT(diff_of(a, b, setup).changed_cells == cells);
    });
    rc::prop("the other way round it is the same difference", [] {
        const Setup setup;
        const Rows a = a_table(setup);
        const Rows b = disturbed(a, setup);
        const auto there = diff_of(a, b, setup);
        const auto back = diff_of(b, a, setup);
        RC_ASSERT(there.only_a == back.only_b);
        RC_ASSERT(there.only_b == back.only_a);
        RC_ASSERT(there.changed == back.changed);
        RC_ASSERT(there.changed_cells == back.changed_cells);
    });
    rc::prop("what is shown is there, whole, within the limit and in the order of keys", [] {
        Setup setup;
        setup.limit = *rc::gen::element<std::size_t>(0, 1, 2, 100);
        const Rows a = a_table(setup);
        const Rows b = disturbed(a, setup);
        const auto diff = diff_of(a, b, setup);
        const auto groups_a = by_key(a, setup.keys, setup.columns);
        const auto groups_b = by_key(b, setup.keys, setup.columns);
        const auto wanted = [&](std::int64_t count) {
            return std::min(setup.limit, static_cast<std::size_t>(count));
        };
        RC_ASSERT(diff.only_a_rows.size() == wanted(diff.only_a));
        RC_ASSERT(diff.only_b_rows.size() == wanted(diff.only_b));
        RC_ASSERT(diff.changed_rows.size() == wanted(diff.changed));
        for (const auto& row : diff.only_a_rows) {
            RC_ASSERT(groups_a.contains(row_of(row.key)));
        }
        for (const auto& row : diff.only_b_rows) {
            RC_ASSERT(groups_b.contains(row_of(row.key)));
        }
        for (const auto& row : diff.changed_rows) {
            RC_ASSERT(groups_a.contains(row_of(row.key)));
            RC_ASSERT(groups_b.contains(row_of(row.key)));
            RC_ASSERT(!row.cells.empty());
            for (const auto& change : row.cells) {
                RC_ASSERT(compare(change.a, change.b) != 0);
            }
        }
        for (const auto* rows : {&diff.only_a_rows, &diff.only_b_rows, &diff.changed_rows}) {
            RC_ASSERT(std::is_sorted(rows->begin(), rows->end(), [](const auto& x, const auto& y) {
                return row_of(x.key) < row_of(y.key);
            }));
        }
    });
}
