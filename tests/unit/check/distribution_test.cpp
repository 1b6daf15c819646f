// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/distribution.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>

using namespace assay;

namespace {

/// 1, 2, ..., rows, each times `factor`.
Spread even(std::int64_t rows, double factor = 1) {
    Spread spread{rows, {}, 0};
    for (std::int64_t i = 1; i <= rows; ++i) {
        spread.values.push_back(static_cast<double>(i) * factor);
    }
    return spread;
}

Spread constant(std::int64_t rows, double value) {
    return {rows, std::vector<double>(static_cast<std::size_t>(rows), value), 0};
}

CheckResult judge(const Spread& a, const Spread& b) {
    DistributionFacts facts;
    facts.table = {"main", "t"};
    facts.column = "v";
    facts.rows_a = a.rows;
    facts.rows_b = b.rows;
    if (a.rows > 0 && b.rows > 0) {
        facts.shift = shift_between(a, b);
    }
    return check_distribution(facts);
}

} // namespace

TEST_CASE("the stability index has its known answer") {
    const std::array p{0.1, 0.2, 0.3, 0.4};
    const std::array q{0.25, 0.25, 0.25, 0.25};
    CHECK(population_stability(p, q) == Approx(0.228217410).epsilon(1e-8));
    CHECK(population_stability(p, p) == 0);
}

TEST_CASE("the Kolmogorov probability has its known answers") {
    CHECK(kolmogorov_probability(0.05, 1'000, 1'000) == Approx(0.1596).margin(0.00005));
    CHECK(kolmogorov_probability(0.0607, 1'000, 1'000) == Approx(0.0482).margin(0.00005));
    CHECK(kolmogorov_probability(0.01, 100'000, 100'000) == Approx(9.0e-5).margin(0.05e-5));
    CHECK(kolmogorov_probability(0, 1'000, 1'000) == 1);
    CHECK(kolmogorov_probability(1, 1'000'000, 1'000'000) == 0);
}

TEST_CASE("equal distributions are no distance apart") {
    const DistributionShift shift = shift_between(even(5'000), even(1'000, 5));
    CHECK(shift.psi < 0.001);
    CHECK(shift.ks <= 0.0011);
    CHECK(judge(even(5'000), even(5'000)).status == Status::pass);
}

TEST_CASE("what chance makes is the quantile of chi square over both numbers of rows") {
    CHECK(shift_between(even(100), even(100)).psi_by_chance == Approx(0.02 * 27.877));
    CHECK(shift_between(even(1'000), even(1'000)).psi_by_chance == Approx(0.002 * 27.877));
}

TEST_CASE("a shift that matters is a finding, and a large one is critical") {
    const CheckResult half_more = judge(even(5'000), even(5'000, 1.5));
    CHECK(half_more.status == Status::fail);
    CHECK(half_more.severity == Severity::critical);
    const CheckResult tenth_more = judge(even(5'000), even(5'000, 1.1));
    CHECK(tenth_more.status == Status::fail);
    CHECK(tenth_more.severity == Severity::warning);
    CHECK(judge(even(5'000), even(5'000, 1.01)).status == Status::pass);
}

TEST_CASE("few rows are never a pass") {
    CHECK(judge(even(20), even(20)).status == Status::skipped);
    CHECK(judge(even(20), even(20, 100)).status == Status::skipped);
    CHECK(judge(even(100), even(100)).status == Status::skipped);
    CHECK(judge(even(100), even(100, 10)).status == Status::fail);
    CHECK(judge({}, even(5'000)).status == Status::skipped);
    CHECK(judge({}, {}).status == Status::skipped);
    CHECK(judge(even(20), even(20)).message ==
          "not enough rows, 20 and 20 with a value, to tell a shift from chance");
}

TEST_CASE("a column of one value is left to both sides") {
    CHECK(judge(constant(1'000, 7), constant(1'000, 7)).status == Status::pass);
    CHECK(judge(constant(1'000, 7), constant(1'000, 6)).status == Status::fail);
    CHECK(judge(constant(1'000, 7), constant(1'000, 8)).status == Status::fail);
    CHECK(std::isfinite(shift_between(constant(1'000, 7), constant(1'000, 6)).psi));
}

TEST_CASE("what the sketches may have got wrong is no shift") {
    Spread rough = even(1'000, 1.1);
    rough.rows = 1'000'000;
    Spread reference = even(1'000);
    reference.rows = 1'000'000;
    const DistributionShift sharp = shift_between(reference, rough);
    rough.rank_error = 0.02;
    reference.rank_error = 0.02;
    const DistributionShift blurred = shift_between(reference, rough);
    CHECK(blurred.psi == sharp.psi);
    CHECK(blurred.psi_at_least < sharp.psi_at_least);
    CHECK(blurred.ks_at_least == Approx(sharp.ks_at_least - 0.04));
    CHECK(judge(reference, rough).status == Status::pass);
}
