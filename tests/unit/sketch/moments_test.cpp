// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/moments.hpp"

#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

using assay::Moments;

namespace {

template <typename T>
Moments build(const std::vector<T>& values) {
    Moments moments;
    moments.add(std::span<const T>(values));
    return moments;
}

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();
constexpr double huge = std::numeric_limits<double>::max();

} // namespace

TEST_CASE("mean and standard deviation of a small sample") {
    const Moments moments = build<std::int64_t>({2, 4, 4, 4, 5, 5, 7, 9});
    CHECK(moments.count() == 8);
    CHECK(moments.mean() == 5.0);
    CHECK(*moments.stddev() == Approx(std::sqrt(32.0 / 7)).epsilon(1e-14));
    CHECK(build<double>({0.5, 1.5}).stddev() == std::sqrt(0.5));
}

TEST_CASE("no numbers have no mean and one number has no deviation") {
    CHECK_FALSE(Moments().mean());
    CHECK_FALSE(Moments().stddev());
    const Moments one = build<double>({3.25});
    CHECK(one.mean() == 3.25);
    CHECK_FALSE(one.stddev());
}

TEST_CASE("integer sums are exact where doubles and 64 bits are not enough") {
    std::vector<std::int64_t> values(1'000, highest);
    values.insert(values.end(), 1'000, -highest);
    values.push_back(2'001);
    CHECK(build(values).mean() == 1.0);
    CHECK(build<std::int64_t>({lowest, lowest}).mean() == static_cast<double>(lowest));
    CHECK(build<std::int64_t>({lowest, lowest}).stddev() == 0.0);
}

TEST_CASE("real sums do not lose small numbers between large ones") {
    CHECK(build<double>({1e100, 1.0, -1e100, 1.0}).mean() == 0.5);
    CHECK(build<double>(std::vector<double>(1'000, 0.1)).mean() == 0.1);
}

TEST_CASE("equal values have a deviation of exactly zero") {
    Moments moments;
    for (int i = 0; i < 10; ++i) {
        moments.merge(build<double>(std::vector<double>(97, 0.1)));
    }
    CHECK(moments.stddev() == 0.0);
}

TEST_CASE("a small spread far from zero keeps its deviation") {
    std::vector<std::int64_t> values;
    for (int i = 0; i < 1'000; ++i) {
        values.push_back(1'700'000'000'000'000 + i % 2);
    }
    CHECK(*build(values).stddev() == Approx(0.50025).epsilon(1e-4));
}

TEST_CASE("sums that overflow a double leave a mean that does not, and no infinity") {
    CHECK(*build<double>({huge, huge}).mean() == Approx(huge));
    Moments moments = build<double>({huge});
    moments.merge(build<double>({huge}));
    CHECK(*moments.mean() == Approx(huge));
    CHECK(build<double>({huge, -huge}).mean() == 0.0);
    CHECK(*build<double>({-1e300, 0, huge, huge}).mean() == Approx(huge / 2));
    CHECK_FALSE(build<double>({huge, -huge}).stddev());
}

TEST_CASE("a merge equals one pass over both") {
    rc::prop("integers and reals mixed", [](const std::vector<std::int32_t>& a,
                                            const std::vector<std::int32_t>& b) {
        const std::vector<std::int64_t> integers(a.begin(), a.end());
        std::vector<double> reals;
        for (const std::int32_t number : b) {
            reals.push_back(number / 7.0);
        }
        Moments once;
        once.add(std::span<const std::int64_t>(integers));
        once.add(std::span<const double>(reals));
        Moments merged = build(reals);
        merged.merge(build(integers));
        merged.merge(Moments());
        RC_ASSERT(merged.count() == once.count());
        RC_ASSERT(merged.mean().has_value() == once.mean().has_value());
        if (merged.mean()) {
            RC_ASSERT(*merged.mean() == Approx(*once.mean()).epsilon(1e-12).margin(1e-6));
        }
        RC_ASSERT(merged.stddev().has_value() == once.stddev().has_value());
        if (merged.stddev()) {
            RC_ASSERT(*merged.stddev() == Approx(*once.stddev()).epsilon(1e-9).margin(1e-6));
        }
    });
}

TEST_CASE("saved moments are read whole or refused") {
    rc::prop("and go on as the original would", [](const std::vector<std::int64_t>& integers) {
        Moments moments = build(integers);
        moments.add(std::span<const double>(*assay::test::finite_doubles()));
        const std::string bytes = assay::test::state_of(moments);
        auto back = assay::test::restored<Moments>(bytes);
        RC_ASSERT(back.count() == moments.count());
        RC_ASSERT(back.mean() == moments.mean());
        RC_ASSERT(back.stddev() == moments.stddev());
        RC_ASSERT(assay::test::state_of(back) == bytes);
        RC_ASSERT(assay::test::refuses_every_other_length<Moments>(bytes));
        RC_ASSERT(assay::test::is_refused_or_sound<Moments>(assay::test::damaged(bytes),
                                                            [&](Moments& damaged) {
                                                                damaged.mean();
                                                                damaged.stddev();
                                                                damaged.merge(moments);
                                                            }));
        auto merged = back;
        merged.merge(back);
        Moments twice = moments;
        twice.merge(moments);
        RC_ASSERT(assay::test::state_of(merged) == assay::test::state_of(twice));
        back.add(std::span<const std::int64_t>(integers));
        moments.add(std::span<const std::int64_t>(integers));
        RC_ASSERT(assay::test::state_of(back) == assay::test::state_of(moments));
    });
    CHECK(assay::test::survives_round_trip(Moments()));
    CHECK(assay::test::survives_round_trip(build<std::int64_t>({lowest, lowest})));
    CHECK(assay::test::survives_round_trip(build<std::int64_t>({highest, highest})));
    CHECK(assay::test::survives_round_trip(build<double>({huge, -huge, huge})));
}

TEST_CASE("saved moments that no numbers have are refused") {
    const auto forged = [](std::uint64_t count, std::uint64_t reals, std::int64_t sum,
                           double real_sum, double squares) {
        std::string bytes;
        assay::StateWriter writer(bytes);
        writer.begin(assay::StateTag("MOMT"), 1);
        writer.varint(count);
        writer.varint(reals);
        writer.i64(sum);
        writer.i64(sum < 0 ? -1 : 0);
        writer.real(real_sum);
        writer.real(0);
        writer.real(0);
        writer.real(squares);
        return assay::test::is_refused<Moments>(bytes);
    };
    CHECK_FALSE(forged(2, 1, -5, 1.5, 2));
    CHECK(forged(1, 2, 0, 0, 0));
    CHECK(forged(2, 2, 5, 0, 0));
    CHECK(forged(2, 0, 0, 1.5, 0));
    CHECK(forged(2, 1, 0, 0, -1));
    CHECK(forged(0, 0, 0, 0, 1));
}
