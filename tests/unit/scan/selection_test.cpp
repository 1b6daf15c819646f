// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/scan/selection.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

using Names = std::vector<std::string>;

TableSchema table(const std::string& schema, const std::string& name,
                  TableKind kind = TableKind::table) {
    auto made = table_schema(name, {column_spec("id", ColumnType::integer)}, schema);
    made.kind = kind;
    return made;
}

/// In the order of a catalog: by schema, then by name.
Catalog shop() {
    Catalog catalog;
    catalog.tables = {table("public", "Customers"),
                      table("public", "logs", TableKind::partitioned),
                      table("public", "logs_2024", TableKind::partition),
                      table("public", "logs_2025", TableKind::partition),
                      table("public", "odd.name"),
                      table("public", "order_items"),
                      table("public", "orders"),
                      table("public", "remote", TableKind::foreign),
                      table("public", "search", TableKind::virtual_table),
                      table("public", "totals", TableKind::materialized_view),
                      table("public", "v_open", TableKind::view),
                      table("public", "v_paid", TableKind::view),
                      table("sales", "orders")};
    return catalog;
}

Names selected(const Catalog& catalog, const Selection& selection) {
    Names names;
    for (const auto* found : select_tables(catalog, selection).tables) {
        names.push_back(qualified_name(found->ref));
    }
    return names;
}

Names picked(const Names& patterns, const Names& exclude = {}) {
    Selection selection;
    selection.patterns = patterns;
    selection.exclude = exclude;
    return selected(shop(), selection);
}

/// What goes wrong, with the hint; fails the test when nothing does.
Error error_of(const Catalog& catalog, const Selection& selection) {
    try {
        select_tables(catalog, selection);
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error");
    return {ErrorKind::internal, ""};
}

Error error_of(const std::string& pattern) {
    Selection selection;
    selection.patterns = {pattern};
    return error_of(shop(), selection);
}

Error column_error(const TableSchema& schema, const std::string& name) {
    try {
        require_column(schema, name);
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error");
    return {ErrorKind::internal, ""};
}

} // namespace

TEST_CASE("without a pattern every table is selected, but no stand-in of one") {
    CHECK(picked({}) == Names{"public.Customers", "public.logs", "public.odd.name",
                              "public.order_items", "public.orders", "public.totals",
                              "sales.orders"});
    auto notes = select_tables(shop(), {}).notes;
    std::sort(notes.begin(), notes.end());
    CHECK(notes == Names{"left out 1 foreign table: name it with -t",
                         "left out 1 virtual table: name it with -t",
                         "left out 2 partitions, whose parent stands for them",
                         "left out 2 views: name them with -t"});
}

TEST_CASE(
    "a partition that has partitions itself is left out like the others, and read when named") {
    Catalog catalog;
    catalog.tables = {table("public", "logs", TableKind::partitioned),
                      table("public", "logs_2024", TableKind::partitioned),
                      table("public", "logs_2024_1", TableKind::partition),
                      table("public", "others", TableKind::partitioned)};
    catalog.tables[0].descendants = {{2, {"public", "logs_2024"}}, {3, {"public", "logs_2024_1"}}};
    catalog.tables[1].descendants = {{3, {"public", "logs_2024_1"}}};
    CHECK(selected(catalog, {}) == Names{"public.logs", "public.others"});
    CHECK(select_tables(catalog, {}).notes ==
          Names{"left out 2 partitions, whose parent stands for them"});
    Selection selection;
    selection.patterns = {"logs*"};
    CHECK(selected(catalog, selection) == Names{"public.logs"});
    selection.patterns = {"logs_2024"};
    CHECK(selected(catalog, selection) == Names{"public.logs_2024"});
}

TEST_CASE("views are selected when asked for, partitions and foreign tables are not") {
    Selection selection;
    selection.views = Views::all;
    const auto names = selected(shop(), selection);
    CHECK(std::count(names.begin(), names.end(), "public.v_open") == 1);
    CHECK(std::count(names.begin(), names.end(), "public.logs_2024") == 0);
    CHECK(std::count(names.begin(), names.end(), "public.remote") == 0);
}

TEST_CASE("what is named to the letter is selected, whatever it is") {
    for (const auto* name : {"v_open", "logs_2024", "remote", "search", "totals"}) {
        CHECK(picked({name}) == Names{std::string("public.") + name});
    }
}

TEST_CASE("globs match tables, and leave out what no pattern would select") {
    CHECK(picked({"order*"}) == Names{"public.order_items", "public.orders", "sales.orders"});
    CHECK(picked({"o?ders"}) == Names{"public.orders", "sales.orders"});
    CHECK(picked({"logs*"}) == Names{"public.logs"});
    CHECK(picked({"*.orders"}) == Names{"public.orders", "sales.orders"});
    CHECK(picked({"s*.*"}) == Names{"sales.orders"});
    CHECK(picked({"*"}) == picked({}));
    CHECK(picked({"**"}) == picked({}));
    CHECK(error_of("v_*").kind() == ErrorKind::not_found);
}

TEST_CASE("a name may be narrowed by its schema") {
    CHECK(picked({"orders"}) == Names{"public.orders", "sales.orders"});
    CHECK(picked({"sales.orders"}) == Names{"sales.orders"});
    Selection selection;
    selection.schema = "sales";
    CHECK(selected(shop(), selection) == Names{"sales.orders"});
    selection.patterns = {"orders"};
    CHECK(selected(shop(), selection) == Names{"sales.orders"});
}

TEST_CASE("double quotes take a name to the letter") {
    CHECK(picked({"\"odd.name\""}) == Names{"public.odd.name"});
    CHECK(picked({"public.\"odd.name\""}) == Names{"public.odd.name"});
    CHECK(picked({"\"public\".\"orders\""}) == Names{"public.orders"});
    CHECK(error_of("\"ORDERS\"").kind() == ErrorKind::not_found);
    CHECK(error_of("\"order*\"").kind() == ErrorKind::not_found);
    const auto parts = parse_table_pattern("a.\"b\"\"c*\"");
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].text == "a");
    CHECK(parts[1].text == "b\"c*");
    CHECK_FALSE(parts[1].has_wildcard());
}

TEST_CASE("a pattern that is no name is a usage error") {
    for (const auto* bad :
         {"", ".", "a.", ".a", "a..b", "a.b.c", "\"open", "\"a\"b", "a.\"b", "\"a\".b.c"}) {
        INFO(bad);
        CHECK_THROWS_AS(parse_table_pattern(bad), Error);
        CHECK(error_of(bad).kind() == ErrorKind::usage);
        CHECK_FALSE(error_of(bad).hint().empty());
    }
    CHECK(std::string(error_of("\x1b[31m.b.c").what()).find('\x1b') == std::string::npos);
}

TEST_CASE("case is folded only where the exact name is not there") {
    CHECK(picked({"ORDERS"}) == Names{"public.orders", "sales.orders"});
    CHECK(picked({"customers"}) == Names{"public.Customers"});
    CHECK(picked({"CUST*"}) == Names{"public.Customers"});
    Catalog catalog;
    catalog.tables = {table("public", "Orders"), table("public", "orders")};
    Selection selection;
    selection.patterns = {"orders"};
    CHECK(selected(catalog, selection) == Names{"public.orders"});
    selection.patterns = {"ORDERS"};
    const auto error = error_of(catalog, selection);
    CHECK(error.kind() == ErrorKind::not_found);
    CHECK(error.what() == std::string("'ORDERS' can mean 'public.Orders' and 'public.orders'"));
    CHECK(error.hint() == "write the name with the same upper and lower case");
    selection.patterns = {"ORDER*"};
    CHECK(selected(catalog, selection).size() == 2);
}

TEST_CASE("a name that is not there is answered with what is") {
    CHECK(error_of("ordrs").kind() == ErrorKind::not_found);
    CHECK(error_of("ordrs").what() == std::string("no table matches 'ordrs'"));
    CHECK(error_of("ordrs").hint() == "did you mean 'orders'?");
    CHECK(error_of("xyzzy_quux").hint() == "looked in schema public and sales");
    CHECK(error_of("private.orders").hint() == "there is 'public.orders' and 'sales.orders'");
    Selection selection;
    selection.patterns = {"totals"};
    selection.schema = "sales";
    CHECK(error_of(shop(), selection).hint() == "there is 'public.totals'");
    CHECK(error_of({}, selection).hint() == "the database holds no tables");
}

TEST_CASE("one pattern that matches nothing is an error beside others that do") {
    Selection selection;
    selection.patterns = {"orders", "nothing_at_all"};
    CHECK(error_of(shop(), selection).kind() == ErrorKind::not_found);
}

TEST_CASE("a table that several patterns match is selected once, in catalog order") {
    CHECK(picked({"orders", "order*", "ORDERS"}) ==
          Names{"public.order_items", "public.orders", "sales.orders"});
    CHECK(picked({"sales.*", "public.orders"}) == Names{"public.orders", "sales.orders"});
}

TEST_CASE("what is excluded is not selected, of whatever kind it is") {
    CHECK(picked({"order*"}, {"*_items"}) == Names{"public.orders", "sales.orders"});
    CHECK(picked({"order*"}, {"sales.*"}) == Names{"public.order_items", "public.orders"});
    CHECK(picked({"order*"}, {"ORDERS"}) == Names{"public.order_items"});
    CHECK(picked({"v_open", "orders"}, {"v_*"}) == Names{"public.orders", "sales.orders"});
    CHECK(picked({"orders"}, {"nothing_at_all"}) == Names{"public.orders", "sales.orders"});
    CHECK(picked({"logs_2024", "logs"}, {"logs_*"}) == Names{"public.logs"});
}

TEST_CASE("nothing selected is an error, never an empty success") {
    Selection selection;
    selection.exclude = {"*"};
    CHECK(error_of(shop(), selection).kind() == ErrorKind::not_found);
    CHECK(error_of({}, {}).kind() == ErrorKind::not_found);
    selection = {};
    selection.schema = "sale";
    const auto error = error_of(shop(), selection);
    CHECK(error.what() == std::string("no table is selected in schema 'sale'"));
    CHECK(error.hint() == "did you mean 'sales'?");
    Catalog views;
    views.tables = {table("public", "v", TableKind::view)};
    CHECK(error_of(views, {}).hint().find("--views") != std::string::npos);
}

TEST_CASE("case 282: a hostile pattern cannot keep the matcher busy") {
    Catalog catalog;
    catalog.tables = {table("public", std::string(5000, 'a') + "b")};
    Selection selection;
    selection.patterns = {"*a*a*a*a*a*a*a*a*a*a*a*a*c"};
    CHECK(error_of(catalog, selection).kind() == ErrorKind::not_found);
    selection.patterns = {"*a*a*a*a*a*a*b"};
    CHECK(selected(catalog, selection).size() == 1);
}

TEST_CASE("a column is found to the letter, then without regard to case") {
    const auto schema = table_schema(
        "t", {column_spec("id", ColumnType::integer), column_spec("Email", ColumnType::text),
              column_spec("a b", ColumnType::text), column_spec("A", ColumnType::text),
              column_spec("a", ColumnType::text), column_spec("q\"x", ColumnType::text)});
    CHECK(require_column(schema, "id") == 0);
    CHECK(require_column(schema, "email") == 1);
    CHECK(require_column(schema, "\"Email\"") == 1);
    CHECK(require_column(schema, "a b") == 2);
    CHECK(require_column(schema, "A") == 3);
    CHECK(require_column(schema, "a") == 4);
    CHECK(require_column(schema, "q\"x") == 5);
    CHECK(require_column(schema, "\"q\"\"x\"") == 5);
}

TEST_CASE("a column that is not there is answered with what is") {
    auto schema = table_schema(
        "t", {column_spec("id", ColumnType::integer), column_spec("Email", ColumnType::text)});
    const auto mistyped = column_error(schema, "emial");
    CHECK(mistyped.kind() == ErrorKind::not_found);
    CHECK(mistyped.what() == std::string("table t has no column 'emial'"));
    CHECK(mistyped.hint() == "did you mean 'Email'?");
    CHECK(column_error(schema, "xyzzy").hint() == "its columns are id and Email");
    CHECK(column_error(schema, "\"email\"").kind() == ErrorKind::not_found);
    CHECK(column_error(schema, "\"id\"x").kind() == ErrorKind::not_found);
    CHECK(column_error(schema, "").kind() == ErrorKind::not_found);
    CHECK(column_error(table_schema("t", {}), "id").hint() == "it has no columns");
}

TEST_CASE("case 10: a column whose name two spellings could mean is refused with both") {
    const auto schema = table_schema(
        "t", {column_spec("EMAIL", ColumnType::text), column_spec("Email", ColumnType::text)});
    const auto error = column_error(schema, "email");
    CHECK(error.kind() == ErrorKind::not_found);
    CHECK(error.what() == std::string("'email' can mean 'EMAIL' and 'Email'"));
    CHECK(error.hint() == "write the name with the same upper and lower case");
    CHECK(require_column(schema, "Email") == 1);
    CHECK(require_column(schema, "\"EMAIL\"") == 0);
}
