// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/command/pairing.hpp"
#include "assay/command/row_comparison.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TableSchema table(const std::string& schema, const std::string& name,
                  std::vector<std::string> columns = {"id"}) {
    std::vector<ColumnSpec> specs;
    for (auto& column : columns) {
        specs.push_back(column_spec(std::move(column), ColumnType::integer));
    }
    return table_schema(name, std::move(specs), schema);
}

Source source_of(const std::string& id, const std::vector<TableSchema>& tables) {
    auto store = std::make_shared<FakeStore>();
    for (const auto& schema : tables) {
        store->tables.push_back({schema, {}});
    }
    Source source{id, std::make_unique<FakeSession>(store), {}};
    source.catalog = source.session->catalog();
    return source;
}

std::string name_of(const TableSchema* found) {
    return found == nullptr ? "-" : qualified_name(found->ref);
}

Pairs paired(const std::vector<TableSchema>& a, const std::vector<TableSchema>& b,
             const CommonOptions& options = {}) {
    const Source source_a = source_of("a", a);
    const Source source_b = source_of("b", b);
    Document document;
    Pairs pairs;
    for (const auto& pair : pair_tables(source_a, source_b, options, document)) {
        pairs.emplace_back(name_of(pair.a), name_of(pair.b));
    }
    return pairs;
}

Error error_of(const std::vector<TableSchema>& a, const std::vector<TableSchema>& b,
               const CommonOptions& options = {}) {
    try {
        paired(a, b, options);
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error");
    return {ErrorKind::internal, ""};
}

CommonOptions named(std::vector<std::string> tables) {
    CommonOptions options;
    options.tables = std::move(tables);
    return options;
}

} // namespace

TEST_CASE("tables of the same name are a pair, whatever their schemas") {
    CHECK(paired({table("main", "orders")}, {table("public", "orders")}) ==
          Pairs{{"main.orders", "public.orders"}});
    CHECK(paired({table("main", "Orders")}, {table("public", "orders")}) ==
          Pairs{{"main.Orders", "public.orders"}});
    CHECK(paired({table("main", "InvoiceLine")}, {table("public", "invoice_line")}) ==
          Pairs{{"main.InvoiceLine", "public.invoice_line"}});
}

TEST_CASE("the nearest spelling wins") {
    CHECK(paired({table("main", "orders")}, {table("public", "ORDERS"), table("public", "orders")},
                 named({"orders"})) == Pairs{{"main.orders", "public.orders"}});
}

TEST_CASE("a table that one side lacks stands alone") {
    CHECK(paired({table("main", "a"), table("main", "b")},
                 {table("main", "b"), table("main", "c")}) ==
          Pairs{{"main.a", "-"}, {"main.b", "main.b"}, {"-", "main.c"}});
}

TEST_CASE("several schemas are told apart by their names") {
    const std::vector<TableSchema> both = {table("public", "orders"), table("sales", "orders")};
    CHECK(paired(both, both) ==
          Pairs{{"public.orders", "public.orders"}, {"sales.orders", "sales.orders"}});
    CHECK(paired({table("main", "orders")}, both, named({"main.orders"})) ==
          Pairs{{"main.orders", "public.orders"}});
    const auto error =
        error_of({table("main", "orders")}, {table("north", "orders"), table("south", "orders")},
                 named({"main.orders"}));
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(error.hint().find("--schema") != std::string::npos);
}

TEST_CASE("a pattern must match on one side at least, and may be of either spelling") {
    const std::vector<TableSchema> a = {table("main", "InvoiceLine"), table("main", "other")};
    const std::vector<TableSchema> b = {table("public", "invoice_line"), table("public", "other")};
    const Pairs expected{{"main.InvoiceLine", "public.invoice_line"}};
    CHECK(paired(a, b, named({"InvoiceLine"})) == expected);
    CHECK(paired(a, b, named({"invoice_line"})) == expected);
    CHECK(paired(a, b, named({"InvoiceLine", "invoice_line"})) == expected);
    CHECK(error_of(a, b, named({"nothing_at_all"})).kind() == ErrorKind::not_found);
    CHECK(error_of(a, b, named({"other", "nothing_at_all"})).kind() == ErrorKind::not_found);
}

TEST_CASE("an empty side has none of the tables of the other one") {
    CHECK(paired({}, {table("public", "orders")}) == Pairs{{"-", "public.orders"}});
    CHECK(paired({table("public", "orders")}, {}) == Pairs{{"public.orders", "-"}});
    CHECK(error_of({}, {}).kind() == ErrorKind::not_found);
}

TEST_CASE("columns match by the same rules, each at most once") {
    const auto a = table("main", "t", {"Id", "unitPrice", "only_here", "name"});
    const auto b = table("public", "t", {"unit_price", "id", "NAME", "name", "only_there"});
    const auto matches = match_columns(a, b);
    CHECK(matches.both == std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {1, 0}, {3, 3}});
    CHECK(matches.only_a == std::vector<std::size_t>{2});
    CHECK(matches.only_b == std::vector<std::size_t>{2, 4});
    CHECK(match_columns(table("m", "t", {}), b).only_b.size() == 5);
}

TEST_CASE("rows are compared by the key that was named, else the primary key, else whole") {
    auto a = table("main", "t", {"id", "code", "x"});
    const auto b = table("public", "t", {"X", "ID", "CODE"});
    VolumeDiffOptions options;
    CHECK(plan_comparison({&a, &b}, options, {TextRule::exact}).key.empty());
    CHECK(plan_comparison({&a, &b}, options, {TextRule::exact}).request.other.size() == 3);
    a.primary_key = Key{"", {"id"}};
    const auto plan = plan_comparison({&a, &b}, options, {TextRule::exact});
    CHECK(plan.key == std::vector<std::string>{"id"});
    CHECK(plan.other == std::vector<std::string>{"code", "x"});
    CHECK(plan.request.key.at(0).a == 0);
    CHECK(plan.request.key.at(0).b == 1);
    options.key = {"CODE"};
    options.ignore = {"x"};
    CHECK(plan_comparison({&a, &b}, options, {TextRule::exact}).key ==
          std::vector<std::string>{"code"});
    CHECK(plan_comparison({&a, &b}, options, {TextRule::exact}).other ==
          std::vector<std::string>{"id"});
    options.key = {"coed"};
    CHECK_THROWS_AS(plan_comparison({&a, &b}, options, {TextRule::exact}), Error);
}

TEST_CASE("blanks at the end of texts count only where both stores keep them") {
    auto a = table("main", "t", {"id", "name"});
    a.columns[1].type = ColumnType::text;
    const auto rule_of = [&](TextRule rule, std::size_t column) {
        return plan_comparison({&a, &a}, {}, {rule}).request.other.at(column).comparison;
    };
    CHECK(rule_of(TextRule::exact, 1) == Comparison::text);
    CHECK(rule_of(TextRule::padded, 1) == Comparison::padded_text);
    CHECK(rule_of(TextRule::padded, 0) == Comparison::number);
}

TEST_CASE("a declared key that one side lacks is no key, a named one is an error") {
    auto a = table("main", "t", {"id", "x"});
    const auto b = table("public", "t", {"x"});
    a.primary_key = Key{"", {"id"}};
    VolumeDiffOptions options;
    const auto plan = plan_comparison({&a, &b}, options, {TextRule::exact});
    CHECK(plan.key.empty());
    CHECK(column_difference({&a, &b}, options).only_a == std::vector<std::string>{"id"});
    options.key = {"id"};
    CHECK_THROWS_AS(plan_comparison({&a, &b}, options, {TextRule::exact}), Error);
    const auto c = table("public", "t", {"z"});
    CHECK_THROWS_AS(plan_comparison({&a, &c}, {}, {TextRule::exact}), Error);
}
