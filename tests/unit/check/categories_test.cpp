// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/categories.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cstdint>
#include <numeric>
#include <vector>

using namespace assay;

namespace {

using Numbers = std::vector<std::int64_t>;

std::int64_t sum(const Numbers& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
}

/// Counts of the same categories, all of them exact, in tables of so many rows.
CategoryCounts counts_of(const Numbers& a, const Numbers& b, std::int64_t rows_a,
                         std::int64_t rows_b) {
    CategoryCounts counts{rows_a, rows_b, {}};
    for (std::size_t i = 0; i < a.size(); ++i) {
        counts.categories.push_back({{a[i], a[i]}, {b[i], b[i]}});
    }
    return counts;
}

CategoryCounts counts_of(const Numbers& a, const Numbers& b) {
    return counts_of(a, b, sum(a), sum(b));
}

CheckResult judge(const CategoryCounts& counts) {
    CategoryFacts facts;
    facts.table = {"main", "t"};
    facts.column = "v";
    facts.counts = counts;
    return check_categories(facts);
}

} // namespace

TEST_CASE("shares of categories have their known distances") {
    const CategoryShift shift =
        category_shift(counts_of({100, 200, 300, 400}, {250, 250, 250, 250}));
    CHECK(shift.psi == Approx(0.228217410).epsilon(1e-8));
    CHECK(shift.psi_at_least == Approx(shift.psi));
    CHECK(shift.jensen_shannon == Approx(0.200503323).epsilon(1e-8));
    CHECK(shift.largest_change == Approx(0.15));
    CHECK(shift.largest_change_at_least == Approx(0.15));
    CHECK(shift.psi_by_chance == Approx(0.002 * 16.266).epsilon(1e-4));
    // 1,000 times the sum of (p - q)^2 / (p + q) is 109.0
    CHECK(shift.probability > 0);
    CHECK(shift.probability < 1e-20);
    CHECK(shift.covered_a == Approx(1));
}

TEST_CASE("chi square of two shares has its known answer") {
    // Of 100 rows each, 60 and 45: 4.511 with one degree of freedom.
    const CategoryShift shift = category_shift(counts_of({60, 40}, {45, 55}));
    CHECK(shift.probability == Approx(0.03367).margin(0.00005));
}

TEST_CASE("what has no category is one of its own") {
    const CategoryCounts whole = counts_of({600, 300, 100}, {400, 300, 300});
    CategoryCounts part = counts_of({600, 300}, {400, 300}, 1'000, 1'000);
    CHECK(category_shift(part).psi == Approx(category_shift(whole).psi));
    CHECK(category_shift(part).probability == Approx(category_shift(whole).probability));
    CHECK(category_shift(part).covered_a == Approx(0.9));
    CHECK(category_shift(part).covered_b == Approx(0.7));
}

TEST_CASE("shares that changed are a finding, and a large change is critical") {
    const CheckResult large = judge(counts_of({500, 500}, {250, 750}));
    CHECK(large.status == Status::fail);
    CHECK(large.severity == Severity::critical);
    CHECK(large.message ==
          "spread in another way: PSI 0.2747, shares changed by up to 25 %, of 1,000 and 1,000 "
          "values");
    const CheckResult some = judge(counts_of({5'000, 5'000}, {4'400, 5'600}));
    CHECK(some.status == Status::fail);
    CHECK(some.severity == Severity::warning);
    CHECK(judge(counts_of({5'000, 5'000}, {4'800, 5'200})).status == Status::pass);
    CHECK(judge(counts_of({500, 500}, {500, 500})).message ==
          "spread alike: PSI 0, shares changed by up to 0 %, of 1,000 and 1,000 values");
}

TEST_CASE("a value that is new counts with half a row on the side that lacks it") {
    const CheckResult result = judge(counts_of({1'000, 0}, {900, 100}));
    CHECK(result.status == Status::fail);
    CHECK(std::get<std::int64_t>(find_fact(result.evidence, "categories_only_b")->value) == 1);
    CHECK(std::get<std::int64_t>(find_fact(result.evidence, "categories_only_a")->value) == 0);
    CHECK(judge(counts_of({1'000, 0}, {995, 5})).status == Status::pass);
}

TEST_CASE("shares of few rows are never a pass") {
    CHECK(judge(counts_of({10, 10}, {10, 10})).status == Status::skipped);
    CHECK(judge(counts_of({20}, {20})).status == Status::skipped);
    CHECK(judge(counts_of({25, 25}, {25, 25})).status == Status::skipped);
    CHECK(judge(counts_of({25, 25}, {50, 0})).status == Status::fail);
    CHECK(judge({0, 0, {}}).status == Status::skipped);
    CHECK(judge({5'000, 0, {}}).message ==
          "not enough rows, 5,000 and 0 with a value, to tell a shift from chance");
}

TEST_CASE("values that are nearly all different say nothing about shares") {
    CHECK(judge({5'000, 5'000, {}}).message == "no value is frequent enough to compare its shares");
    const CheckResult half = judge(counts_of({2'000, 500}, {2'000, 450}, 5'000, 5'000));
    CHECK(half.status == Status::skipped);
    CHECK(half.message ==
          "the 2 most frequent values hold 50 % of the rows in A and 49 % in B, less than 80 %");
    CHECK(judge(counts_of({1'000}, {990}, 5'000, 5'000)).message ==
          "the most frequent value holds 20 % of the rows in A and 19.8 % in B, less than 80 %");
    CHECK(judge(counts_of({2'000}, {200}, 5'000, 5'000)).status == Status::fail);
    CHECK(judge(counts_of({5'000}, {500}, 5'000, 5'000)).status == Status::fail);
}

TEST_CASE("a column of one value is compared too") {
    CHECK(judge(counts_of({1'000}, {1'000})).status == Status::pass);
    CHECK(judge(counts_of({1'000, 0}, {0, 1'000})).status == Status::fail);
}

TEST_CASE("values are compared where five rows of the smaller side are to be expected") {
    CHECK(is_frequent_enough({{5, 5}, {5, 5}}, 100, 100));
    CHECK_FALSE(is_frequent_enough({{5, 5}, {4, 9}}, 100, 100));
    CHECK(is_frequent_enough({{0, 0}, {10, 10}}, 100, 100));
    CHECK_FALSE(is_frequent_enough({{40, 40}, {0, 0}}, 900, 100));
    CHECK(is_frequent_enough({{50, 50}, {0, 0}}, 900, 100));
}

TEST_CASE("what the counts of a sketch may have got wrong is no shift") {
    CategoryCounts counts{1'000, 1'000, {{{500, 500}, {350, 550}}, {{500, 500}, {450, 650}}}};
    const CategoryShift shift = category_shift(counts);
    CHECK(shift.psi > 0);
    CHECK(shift.psi_at_least == 0);
    CHECK(shift.largest_change == Approx(0.05)); // 500 against 450
    CHECK(shift.largest_change_at_least == 0);
    CHECK(shift.probability == 1);
    counts.categories[0].b = {200, 300};
    CHECK(category_shift(counts).largest_change_at_least == Approx(0.2));
}

TEST_CASE("whatever the true counts are, their distances are at least so large") {
    rc::prop("within the bounds", [] {
        const auto size = *rc::gen::inRange<std::size_t>(1, 6);
        CategoryCounts exact;
        CategoryCounts blurred;
        const auto a_count = [] { return *rc::gen::inRange<std::int64_t>(0, 200); };
        for (std::size_t i = 0; i < size; ++i) {
            const std::int64_t a = a_count();
            const std::int64_t b = a_count();
            exact.categories.push_back({{a, a}, {b, b}});
            const auto blur = [](std::int64_t count) {
                const auto less = *rc::gen::inRange<std::int64_t>(0, count + 1);
                return FrequencyBounds{count - less, count + *rc::gen::inRange(0, 50)};
            };
            blurred.categories.push_back({blur(a), blur(b)});
            exact.rows_a += a;
            exact.rows_b += b;
        }
        const auto rest_a = 1 + a_count();
        const auto rest_b = 1 + a_count();
        exact.rows_a = blurred.rows_a = exact.rows_a + rest_a;
        exact.rows_b = blurred.rows_b = exact.rows_b + rest_b;
        const CategoryShift truth = category_shift(exact);
        const CategoryShift known = category_shift(blurred);
        RC_ASSERT(known.psi_at_least <= truth.psi + 1e-9);
        RC_ASSERT(known.largest_change_at_least <= truth.largest_change + 1e-9);
        RC_ASSERT(known.covered_a <= truth.covered_a + 1e-9);
    });
}
