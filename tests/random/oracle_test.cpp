// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "places.hpp"
#include "profile_oracle.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace assay::test {

TEST_CASE("a profile with one wrong number does not agree with plain SQL") {
    SqlitePlace place;
    place.make("CREATE TABLE t (c REAL, d TEXT); INSERT INTO t VALUES (1, 'a'), (1.5, ' '), "
               "(1.5, 'abc'), (9e999, CAST(x'ff' AS TEXT)), (NULL, 'a'); ");
    const TableProfile profile = place.open().profile(1);
    const auto plain = place.plain();
    const std::vector<std::function<void(TableProfile&, ColumnProfile&, ColumnProfile&)>> lies{
        [](auto& table, auto&, auto&) { ++table.rows->value; },
        [](auto& table, auto&, auto&) { --table.rows_examined; },
        [](auto&, auto& number, auto&) { ++number.nulls; },
        [](auto&, auto& number, auto&) { ++number.distinct.value; },
        [](auto&, auto& number, auto&) {
            number.distinct = {3, Method::estimate, std::nullopt, std::nullopt};
        },
        [](auto&, auto& number, auto&) { number.infinities = 0; },
        [](auto&, auto& number, auto&) { ++number.misfits; },
        [](auto&, auto& number, auto&) { number.min.reset(); },
        [](auto&, auto& number, auto&) { number.max->real = 1.25; },
        [](auto&, auto& number, auto&) { *number.mean *= 1 + 1e-11; },
        [](auto&, auto& number, auto&) { *number.stddev *= 1 + 1e-8; },
        [](auto&, auto& number, auto&) { number.quantiles.at(6).value.real = 1; },
        [](auto&, auto& number, auto&) { number.quantiles.pop_back(); },
        [](auto&, auto& number, auto&) { ++number.top.at(0).count; },
        [](auto&, auto&, auto& text) { text.top.at(0).value.bytes = "b"; },
        [](auto&, auto&, auto& text) { text.top.pop_back(); },
        [](auto&, auto&, auto& text) { ++text.blanks; },
        [](auto&, auto&, auto& text) { text.invalid_utf8 = 0; },
        [](auto&, auto&, auto& text) { text.lengths->max = 4; },
        [](auto&, auto&, auto& text) { text.min->bytes = "A"; }};
    for (std::size_t i = 0; i < lies.size(); ++i) {
        INFO("lie " << i);
        TableProfile wrong = profile;
        lies[i](wrong, wrong.columns.at(0), wrong.columns.at(1));
        Ledger ledger;
        compare_profile(*plain, wrong, ledger);
        CHECK(ledger.faults() != "");
    }
    Ledger honest;
    compare_profile(*plain, profile, honest);
    CHECK(honest.faults() == "");
}

} // namespace assay::test
