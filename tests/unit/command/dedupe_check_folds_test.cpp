// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/command/dedupe_check_folds.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;

namespace {

TableSchema people() {
    TableSchema table;
    table.ref = {"main", "people"};
    for (const std::string name : {"id", "email", "odd, name"}) {
        ColumnSpec column;
        column.name = name;
        column.type = name == "id" ? ColumnType::integer : ColumnType::text;
        table.columns.push_back(column);
    }
    return table;
}

const FoldRule automatic{FoldOrigin::automatic};
const FoldRule by_case{FoldOrigin::named, {Fold::letter_case}};

} // namespace

TEST_CASE("a column has its own rule before that of the others") {
    FoldRules rules;
    CHECK(rules.empty());
    rules.of("EMAIL") = by_case;
    CHECK_FALSE(rules.empty());
    const TableSchema table = people();
    CHECK(fold_rules_of(table, {0, 2}, rules).empty());
    auto found = fold_rules_of(table, {2, 1}, rules);
    REQUIRE(found.size() == 2);
    CHECK(found[0].origin == FoldOrigin::unsaid);
    CHECK(found[1].folds == by_case.folds);
    rules.others = automatic;
    found = fold_rules_of(table, {2, 1}, rules);
    CHECK(found[0].origin == FoldOrigin::automatic);
    CHECK(found[1].origin == FoldOrigin::named);
}

TEST_CASE("a rule about a column that nobody compares is refused") {
    FoldRules rules;
    rules.of("email") = by_case;
    const TableSchema table = people();
    CHECK_NOTHROW(require_folded_in_keys(table, {1}, rules));
    CHECK_THROWS_WITH(require_folded_in_keys(table, {0}, rules),
                      "--fold names column email, which is in no key of table people");
    rules.of("emial") = by_case;
    CHECK_THROWS_WITH(fold_rules_of(table, {1}, rules), "table people has no column 'emial'");
}

TEST_CASE("few rows are read whole, of many about ten thousand") {
    CHECK(fold_sample(0).fraction == 1);
    CHECK(fold_sample(10'000).fraction == 1);
    CHECK(fold_sample(1'000'000).fraction == Approx(.01));
}

TEST_CASE("only texts that are to be folded automatically are sampled") {
    const TableSchema table = people();
    const FoldQuestion question{&table, {0, 1, 2}, {automatic, automatic, by_case}, "id > 1"};
    CHECK(fold_sample_scan(question).columns == std::vector<std::size_t>{1});
    CHECK(fold_sample_scan(question).where == "id > 1");
    const auto columns = folded_columns(question, choose_folds_by_name(question));
    CHECK(words_of_folds(columns) ==
          "id as it is (it is of type integer); email without case, trim and email (by its name "
          "alone); \"odd, name\" without case");
}
