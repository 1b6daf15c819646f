// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/log_histogram.hpp"

#include "assay/base/error.hpp"
#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

using assay::LogHistogram;
using assay::test::finite_doubles;
using assay::test::state_of;

namespace {

using Limits = std::numeric_limits<double>;

/// What rounding may add to an error that is reached exactly, as at powers of two.
constexpr double rounding = 1 + 1e-9;

LogHistogram build(const std::vector<double>& values) {
    LogHistogram histogram;
    for (const double value : values) {
        histogram.add(value);
    }
    return histogram;
}

/// Values over all orders of magnitude, so that the scale gives way.
std::vector<double> spread(std::size_t count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        const double exponent =
            static_cast<double>(i * 7'919 % count) * 2'000 / static_cast<double>(count);
        values.push_back(std::exp2(exponent - 1'000) * (i % 2 == 0 ? 1 : -1));
    }
    return values;
}

double exact_quantile(std::vector<double> values, double rank) {
    std::sort(values.begin(), values.end());
    const double position = std::ceil(rank * static_cast<double>(values.size()));
    return values[static_cast<std::size_t>(std::max(position, 1.0)) - 1];
}

/// The number of a bucket at a scale, by the logarithm.
double key_of(const LogHistogram& histogram) {
    return std::log2(histogram.buckets().front().upper) * std::exp2(histogram.scale());
}

} // namespace

TEST_CASE("a value is in the bucket ceil(log2(value) * 2^scale)") {
    struct KnownAnswer {
        double value;
        int scale;
        double key;
    };
    for (const KnownAnswer known : std::vector<KnownAnswer>{{1, 10, 0},
                                                            {100, 10, 6'804},
                                                            {1e6, 10, 20'410},
                                                            {0.001, 10, -10'204},
                                                            {1, 5, 0},
                                                            {100, 5, 213},
                                                            {1e6, 5, 638},
                                                            {0.001, 5, -318},
                                                            {100, 0, 7},
                                                            {100, -2, 2}}) {
        LogHistogram histogram = build({known.value});
        histogram.coarsen(known.scale);
        CAPTURE(known.value, known.scale);
        CHECK(histogram.scale() == known.scale);
        CHECK(key_of(histogram) == Approx(known.key).margin(1e-6));
        CHECK(histogram.buckets().front().count == 1);
    }
}

TEST_CASE("the relative error follows from the scale") {
    LogHistogram histogram;
    CHECK(histogram.relative_error() == Approx(0.000338451).epsilon(1e-6));
    histogram.coarsen(5);
    CHECK(histogram.relative_error() == Approx(0.010830001).epsilon(1e-6));
    histogram.coarsen(7);
    CHECK(histogram.scale() == 5);
    histogram.coarsen(-100);
    CHECK(histogram.scale() == LogHistogram::coarsest_scale);
    CHECK(histogram.relative_error() == Approx(15.0 / 17));
}

TEST_CASE("powers of two are at the upper edge of their buckets, exactly") {
    for (int exponent = -1'022; exponent <= 1'023; ++exponent) {
        const double power = std::ldexp(1.0, exponent);
        CHECK(build({power}).buckets().front().upper == power);
        CHECK(build({std::nextafter(power, Limits::max())}).buckets().front().lower == power);
    }
}

TEST_CASE("the percentiles of 1 to 100 are right within the error") {
    LogHistogram histogram;
    for (int i = 1; i <= 100; ++i) {
        histogram.add(i);
    }
    const double error = histogram.relative_error() * rounding;
    CHECK(error < 0.0004);
    CHECK(histogram.quantile(0.5).value() == Approx(50).epsilon(error));
    CHECK(histogram.quantile(0.95).value() == Approx(95).epsilon(error));
    CHECK(histogram.quantile(0.99).value() == Approx(99).epsilon(error));
    CHECK(histogram.quantile(0).value() == Approx(1).epsilon(error));
    CHECK(histogram.quantile(1).value() == Approx(100).epsilon(error));
}

TEST_CASE("lognormal values get quantiles within 1 percent") {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> lognormal(3, 2);
    std::vector<double> values(20'000);
    for (double& value : values) {
        value = lognormal(random);
    }
    const LogHistogram histogram = build(values);
    CHECK(histogram.relative_error() < 0.01);
    for (const double rank : {.001, .01, .05, .25, .5, .75, .95, .99, .999, .9999}) {
        const double truth = exact_quantile(values, rank);
        CHECK(std::abs(histogram.quantile(rank).value() - truth) <=
              truth * histogram.relative_error() * rounding);
    }
}

TEST_CASE("an empty logarithmic histogram has no quantile and no bucket") {
    const LogHistogram histogram;
    CHECK(histogram.count() == 0);
    CHECK_FALSE(histogram.quantile(0.5).has_value());
    CHECK(histogram.buckets().empty());
    CHECK(assay::test::survives_round_trip(histogram));
}

TEST_CASE("equal values and zeros of both signs share one bucket each") {
    LogHistogram histogram;
    histogram.add(42, 1'000);
    histogram.add(0.0);
    histogram.add(-0.0);
    CHECK(histogram.count() == 1'002);
    REQUIRE(histogram.buckets().size() == 2);
    CHECK(histogram.buckets()[0].upper == 0);
    CHECK(histogram.buckets()[0].count == 2);
    CHECK(histogram.quantile(0).value() == 0);
    CHECK(histogram.quantile(0.5).value() == Approx(42).epsilon(histogram.relative_error()));
    CHECK(assay::test::survives_round_trip(histogram));
}

TEST_CASE("negative values mirror positive ones") {
    const LogHistogram histogram = build({-8, -3, 3, 8});
    const double error = histogram.relative_error() * rounding;
    CHECK(histogram.quantile(0.25).value() == Approx(-8).epsilon(error));
    CHECK(histogram.quantile(0.5).value() == Approx(-3).epsilon(error));
    CHECK(histogram.quantile(0.5).value() == -histogram.quantile(0.75).value());
    CHECK(histogram.buckets().front().lower == -8);
    CHECK(histogram.buckets().back().upper == 8);
}

TEST_CASE("the ends of the range of doubles are counted and come back finite") {
    const LogHistogram histogram = build({Limits::max(), -Limits::max(), Limits::denorm_min(),
                                          -Limits::denorm_min(), 1e308, Limits::min()});
    CHECK(histogram.count() == 6);
    CHECK(histogram.buckets().size() == 6);
    const double error = histogram.relative_error() * rounding;
    CHECK(histogram.quantile(1).value() / 2 == Approx(Limits::max() / 2).epsilon(error));
    CHECK(histogram.quantile(0).value() / 2 == Approx(-Limits::max() / 2).epsilon(error));
    CHECK(assay::test::survives_round_trip(histogram));
    LogHistogram coarse = histogram;
    coarse.coarsen(LogHistogram::coarsest_scale);
    CHECK(std::isfinite(coarse.quantile(1).value()));
    CHECK(assay::test::survives_round_trip(coarse));
}

TEST_CASE("NaN and infinities are the business of the caller") {
    LogHistogram histogram;
    CHECK_THROWS_AS(histogram.add(Limits::quiet_NaN()), assay::Error);
    CHECK_THROWS_AS(histogram.add(Limits::infinity()), assay::Error);
    CHECK_THROWS_AS(histogram.add(-Limits::infinity()), assay::Error);
    CHECK_THROWS_AS(histogram.add(1, 0), assay::Error);
    CHECK(histogram.count() == 0);
}

TEST_CASE("the scale gives way when there are more than 2048 buckets") {
    const auto values = spread(50'000);
    const LogHistogram histogram = build(values);
    CHECK(histogram.buckets().size() <= LogHistogram::max_buckets);
    CHECK(histogram.scale() < 1);
    CHECK(histogram.scale() >= LogHistogram::coarsest_scale);
    for (const double rank : {0.01, 0.3, 0.7, 0.99}) {
        const double truth = exact_quantile(values, rank);
        CHECK(std::abs(histogram.quantile(rank).value() - truth) <=
              std::abs(truth) * histogram.relative_error() * rounding);
    }
    LogHistogram first = build({values.begin(), values.begin() + 10});
    first.merge(build({values.begin() + 10, values.end()}));
    CHECK(state_of(first) == state_of(histogram));
}

TEST_CASE("logarithmic histograms are the same for any order and partition") {
    rc::prop("and merging with itself doubles the counts", [] {
        const auto values = *finite_doubles();
        RC_ASSERT(assay::test::is_same_for_any_partition(values, LogHistogram()));
        LogHistogram twice = build(values);
        twice.merge(twice);
        std::vector<double> both = values;
        both.insert(both.end(), values.begin(), values.end());
        RC_ASSERT(state_of(twice) == state_of(build(both)));
    });
    rc::prop("also where the scale gives way", [] {
        auto values = spread(*rc::gen::inRange<std::size_t>(2'000, 6'000));
        values.resize(values.size() - *rc::gen::inRange<std::size_t>(0, 1'000));
        const auto cut = *rc::gen::inRange<std::ptrdiff_t>(0, 1'000);
        LogHistogram merged = build({values.begin() + cut, values.end()});
        merged.merge(build({values.begin(), values.begin() + cut}));
        std::reverse(values.begin(), values.end());
        RC_ASSERT(state_of(merged) == state_of(build(values)));
    });
}

TEST_CASE("quantiles keep the error that the histogram reports") {
    rc::prop("for normal numbers of any sign and magnitude", [] {
        auto values = *finite_doubles();
        std::erase_if(values, [](double value) {
            return value != 0 && std::abs(value) < Limits::min() * 16;
        });
        RC_PRE(!values.empty());
        const LogHistogram histogram = build(values);
        const double rank = *rc::gen::element(0.0, 0.1, 0.5, 0.75, 1.0);
        const double truth = exact_quantile(values, rank);
        const double error = std::abs(histogram.quantile(rank).value() - truth);
        RC_ASSERT(error <= std::abs(truth) * histogram.relative_error() * rounding);
    });
}

TEST_CASE("subtracting what was added leaves the rest") {
    rc::prop("at the scale of the sum", [] {
        const auto a = *finite_doubles();
        const auto b = *finite_doubles();
        LogHistogram sum = build(a);
        sum.merge(build(b));
        LogHistogram rest = build(a);
        rest.coarsen(sum.scale());
        RC_ASSERT(sum.subtract(build(b)));
        RC_ASSERT(state_of(sum) == state_of(rest));
        RC_ASSERT(sum.count() == static_cast<std::int64_t>(a.size()));
        RC_ASSERT(sum.subtract(sum));
        RC_ASSERT(sum.count() == 0);
        RC_ASSERT(sum.buckets().empty());
    });
    const auto values = spread(9'000);
    LogHistogram sum = build({1, 2, 3});
    sum.merge(build(values));
    CHECK(sum.subtract(build({1, 2, 3})));
    CHECK(state_of(sum) == state_of(build(values)));
}

TEST_CASE("a state that is no part of the total is not subtracted") {
    LogHistogram histogram = build({1, 2, 2, -5});
    const std::string before = state_of(histogram);
    CHECK_FALSE(histogram.subtract(build({1, 1})));
    CHECK_FALSE(histogram.subtract(build({7})));
    CHECK_FALSE(histogram.subtract(build({5})));
    CHECK_FALSE(histogram.subtract(build(spread(9'000))));
    CHECK(state_of(histogram) == before);
    CHECK(histogram.subtract(build({2, -5})));
    CHECK(state_of(histogram) == state_of(build({1, 2})));
}

TEST_CASE("a saved logarithmic histogram is read whole or refused") {
    rc::prop("and written again as the same bytes", [] {
        const LogHistogram histogram = build(*finite_doubles());
        RC_ASSERT(assay::test::survives_round_trip(histogram));
        const std::string bytes = state_of(histogram);
        RC_ASSERT(assay::test::refuses_every_other_length<LogHistogram>(bytes));
        RC_ASSERT(assay::test::is_refused_or_sound<LogHistogram>(
            assay::test::damaged(bytes), [](LogHistogram& damaged) {
                damaged.quantile(0.5);
                damaged.buckets();
                damaged.merge(build({1, -1, 0, Limits::max(), Limits::denorm_min()}));
                damaged.coarsen(LogHistogram::coarsest_scale);
            }));
    });
    const LogHistogram wide = build(spread(9'000));
    CHECK(assay::test::survives_round_trip(wide));
    CHECK(state_of(wide).size() < 3 * LogHistogram::max_buckets);
}
