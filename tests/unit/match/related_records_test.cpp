// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "quality.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

std::string day(std::uint32_t n) { return std::to_string(19'300'101 + number(n + 7) % 799'999); }

std::string made_up_street(std::uint32_t n) {
    return std::to_string(1 + number(n + 3) % 200) + " " + made_up_name(n % 701 + 30'000) +
           " street";
}

/// The postcode, the county and the state of persons follow from their city.
Known townspeople(std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t town = number(n) % 60;
        known.add({made_up_name(number(n + 1) % 90), made_up_name(number(n + 2) % 300 + 1000),
                   made_up_street(n), made_up_name(town + 5000),
                   std::to_string(10'000 + number(town) % 90'000), made_up_name(town / 4 + 6000),
                   made_up_name(town / 20 + 7000), day(n)},
                  n);
    }
    return known;
}

/// Persons who share a surname, a street, a city and a telephone by threes.
Known families(std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t family = n / 3;
        known.add({made_up_name(number(n + 1) % 90), made_up_name(number(family) % 300 + 1000),
                   made_up_street(family), made_up_name(number(family) % 60 + 5000), day(n),
                   std::to_string(1'000'000'000 + number(family + 9))},
                  n);
    }
    return known;
}

/// Persons of whom fifteen each have one employer, whose address and telephone they share.
Known colleagues(std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t firm = n / 15;
        const std::string surname = made_up_name(number(n + 2) % 300 + 1000);
        const std::string company = made_up_name(firm + 8000);
        known.add({made_up_name(number(n + 1) % 90), surname, company + " ltd", company + ".com",
                   made_up_name(number(firm) % 60 + 5000), made_up_street(firm),
                   std::to_string(1'000'000'000 + number(n + 9)), surname + "@" + company + ".com"},
                  n);
    }
    return known;
}

/// Persons of whom some share an office by twos: its street, city, name and telephone.
Known persons_and_offices(std::uint32_t count, std::uint32_t offices) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t office = n < 2 * offices ? n / 2 : n;
        known.add({made_up_name(number(n + 1) % 90), made_up_name(number(n + 2) % 300 + 1000),
                   day(n), made_up_street(office), made_up_name(number(office) % 400 + 5000),
                   made_up_name(office + 8000) + " ltd",
                   std::to_string(1'000'000'000 + number(office + 9))},
                  n);
    }
    return known;
}

/// Products of which each has up to four sizes that differ in nothing else.
Known sizes_of_products(std::uint32_t count) {
    static const std::vector<std::string> sizes{"small", "medium", "large", "extra"};
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t model = n / 4;
        known.add({made_up_name(number(model) % 40 + 2000), made_up_name(model + 3000),
                   made_up_name(number(model + 1) % 6 + 4000), sizes[n % 4],
                   std::to_string(500 + number(model + 2) % 20'000),
                   made_up_name(number(model + 4) % 5 + 5000)},
                  n);
    }
    return known;
}

/// Which columns persons have.
using Columns = std::vector<std::string>;
const std::vector<Columns> few_columns{{"given", "surname", "email"},
                                       {"surname", "email", "city"},
                                       {"given", "surname", "email", "city"}};

Known persons_of(const Columns& columns, std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        std::map<std::string, std::string> values{
            {"given", made_up_name(number(n + 1) % 100)},
            {"surname", made_up_name(number(n + 2) % 64 + 1000)},
            {"email", "u" + std::to_string(number(n + 3) % 999'983) + "@example.com"},
            {"city", made_up_name(number(n + 4) % 4 + 5000)}};
        std::vector<std::string> row;
        for (const auto& column : columns) {
            row.push_back(values[column]);
        }
        known.add(std::move(row), n);
    }
    return known;
}

} // namespace

TEST_CASE("who shares a city, and so its postcode, county and state, is not one person") {
    Known known = townspeople(3000);
    known.repeat_each(20);
    require_right(quality_of(known));
}

TEST_CASE("a family of one address and telephone is not one person") {
    Known known = families(3000);
    known.repeat_each(20);
    require_right(quality_of(known));
}

TEST_CASE("of few rows, too, a family is not one person") {
    for (const std::uint32_t step : {100U, 10U, 2U}) {
        Known known = families(300);
        known.repeat_each(step);
        const Quality quality = quality_of(known);
        CAPTURE(step);
        CHECK(quality.precision() >= .97);
        CHECK(quality.recall() >= .6);
        CHECK(quality.predicted - quality.precision() <= .03);
    }
}

TEST_CASE("who is there twice with an error in the date of birth is found within a family") {
    Known known = families(1000);
    known.repeat_each(3);
    for (auto& row : known.rows) {
        row[4].insert(row[4].size() - 2, "-").insert(row[4].size() - 5, "-");
    }
    for (std::uint32_t n = 1000; n < known.rows.size(); n += 2) {
        known.rows[n][4].insert(number(n) % 10, "t");
    }
    const Quality quality = quality_of(known);
    CHECK(quality.precision() >= .98);
    CHECK(quality.recall() >= .95);
}

TEST_CASE("the sizes of a product, which differ in one column only, are not one thing") {
    for (const std::uint32_t count : {300U, 1000U, 5000U}) {
        Known known = sizes_of_products(count);
        known.repeat_each(10);
        const Quality quality = quality_of(known);
        CAPTURE(count);
        CHECK(quality.precision() >= .97);
        CHECK(quality.recall() >= .6);
        CHECK(quality.predicted - quality.precision() <= .03);
    }
    CHECK(quality_of(sizes_of_products(2500)).told == 0);
}

TEST_CASE("rows that were entered twice are found though each has another source") {
    Known known = townspeople(1000);
    known.repeat_each(5);
    for (std::uint32_t n = 0; n < known.rows.size(); ++n) {
        known.rows[n].push_back(n < 1000 ? "crm" : n % 20 == 0 ? "crm" : "shop");
    }
    require_right(quality_of(known));
}

TEST_CASE("persons are found though a third of those who are there twice have moved") {
    Known known = townspeople(1000);
    known.repeat_each(3);
    for (std::uint32_t n = 1000; n < known.rows.size(); n += 3) {
        const Rows others = townspeople(1000).rows;
        std::copy_n(others[number(n) % 1000].begin() + 2, 3, known.rows[n].begin() + 2);
    }
    const Quality quality = quality_of(known);
    CHECK(quality.precision() >= .98);
    CHECK(quality.recall() >= .6);
    CHECK(std::abs(quality.predicted - quality.precision()) <= .03);
}

TEST_CASE("colleagues, who share all that is their employer's, are not one person") {
    Known known = colleagues(3000);
    known.repeat_each(20);
    require_right(quality_of(known));
}

TEST_CASE("where nobody is there twice nobody is told, however much they share") {
    CHECK(quality_of(townspeople(2000)).told == 0);
    CHECK(quality_of(families(2000)).told == 0);
    CHECK(quality_of(colleagues(2000)).told == 0);
}

TEST_CASE("the few who share an office are not one person where nobody is there twice") {
    for (const std::uint32_t offices : {3U, 8U, 30U}) {
        CAPTURE(offices);
        CHECK(quality_of(persons_and_offices(1000, offices)).told == 0);
    }
}

TEST_CASE("persons of few columns are found though each has a typing error in one of them") {
    for (const auto& columns : few_columns) {
        for (const std::uint32_t step : {5U, 2U}) {
            CAPTURE(columns, step);
            Known known = persons_of(columns, 3000);
            for (std::uint32_t n = 0; n < 3000; n += step) {
                auto row = known.rows[n];
                row[n / step % row.size()].insert(1, "x");
                known.add(std::move(row), n);
            }
            require_right(quality_of(known));
        }
    }
}

TEST_CASE("persons of few columns are found though all lost the same letter") {
    for (const auto& columns : few_columns) {
        CAPTURE(columns);
        Known known = persons_of(columns, 3000);
        for (std::uint32_t n = 0; n < 3000; n += 5) {
            auto row = known.rows[n];
            row.front().pop_back();
            known.add(std::move(row), n);
        }
        require_right(quality_of(known));
    }
}

TEST_CASE("of few columns where nobody is there twice nobody is told") {
    for (const auto& columns : few_columns) {
        for (const std::uint32_t count : {1000U, 8000U}) {
            CAPTURE(columns, count);
            CHECK(quality_of(persons_of(columns, count)).told == 0);
        }
    }
}

TEST_CASE("of few columns, too, a family is not one person where everybody is there twice") {
    Known known;
    for (std::uint32_t n = 0; n < 2000; ++n) {
        const std::uint32_t family = n / 3;
        known.add({made_up_name(number(n + 1) % 90), made_up_name(number(family) % 300 + 1000),
                   std::to_string(1'000'000'000 + number(family + 9))},
                  n);
    }
    for (std::uint32_t n = 0; n < 2000; ++n) {
        auto row = known.rows[n];
        row[number(n) % 3].insert(1, "1");
        known.add(std::move(row), n);
    }
    const Quality quality = quality_of(known);
    CHECK(quality.precision() >= .9);
    CHECK(quality.recall() >= .85);
}

TEST_CASE("times of rows, which always differ, do not hide that the rest agrees") {
    Known known = townspeople(2000);
    known.repeat_each(10);
    for (std::uint32_t n = 0; n < known.rows.size(); ++n) {
        known.rows[n].push_back("2024-05-01 " + std::to_string(number(n) % 9'999'991));
    }
    require_right(quality_of(known));
}

TEST_CASE("what is learned of columns that follow from others depends on neither threads nor "
          "memory nor the order of rows") {
    Known known = families(1500);
    known.repeat_each(5);
    const Quality found = quality_of(known);
    CHECK(found.right > 0);
    const Quality spilled = quality_of(known, 1, 0);
    std::reverse(known.rows.begin(), known.rows.end());
    std::reverse(known.thing.begin(), known.thing.end());
    const Quality reversed = quality_of(known, 4);
    for (const Quality& again : {spilled, reversed}) {
        CHECK(again.told == found.told);
        CHECK(again.right == found.right);
        CHECK(again.predicted == found.predicted);
    }
}
