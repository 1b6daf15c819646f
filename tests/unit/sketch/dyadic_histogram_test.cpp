// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/dyadic_histogram.hpp"

#include "assay/base/error.hpp"
#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using assay::DyadicHistogram;
using assay::HistogramBin;
using assay::test::finite_doubles;
using assay::test::state_of;

namespace {

using Limits = std::numeric_limits<double>;
using Integers = std::numeric_limits<std::int64_t>;

template <typename Value>
DyadicHistogram build(const std::vector<Value>& values) {
    DyadicHistogram histogram;
    for (const Value value : values) {
        histogram.add(value);
    }
    return histogram;
}

/// The integers from first to last.
DyadicHistogram range(std::int64_t first, std::int64_t last) {
    DyadicHistogram histogram;
    for (std::int64_t value = first; value <= last; ++value) {
        histogram.add(value);
    }
    return histogram;
}

rc::Gen<std::vector<std::int64_t>> integers() {
    const auto any = rc::gen::arbitrary<std::int64_t>();
    const auto wide = rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
        return static_cast<std::int64_t>(bits);
    });
    const auto odd = rc::gen::element(Integers::min(), Integers::max(), std::int64_t{0});
    return rc::gen::container<std::vector<std::int64_t>>(rc::gen::oneOf(any, wide, odd));
}

/// Bins without a gap, that hold every value and no more than it says.
bool are_bins_of(const std::vector<HistogramBin>& bins, const std::vector<double>& values) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        std::int64_t within = 0;
        for (const double value : values) {
            within +=
                bins[i].lower <= value && (value < bins[i].upper || bins[i].upper == Limits::max())
                    ? 1
                    : 0;
        }
        if (within != bins[i].count || (i > 0 && bins[i].lower != bins[i - 1].upper)) {
            return false;
        }
        sum += within;
    }
    return sum == static_cast<std::int64_t>(values.size());
}

double width(const HistogramBin& bin) { return bin.upper - bin.lower; }

} // namespace

TEST_CASE("512 neighbouring integers have a bin each and one more joins them in pairs") {
    DyadicHistogram histogram = range(-100, 411);
    CHECK(histogram.exponent() == 0);
    CHECK(histogram.bins().size() == 512);
    CHECK(histogram.bins().front().lower == -100);
    CHECK(histogram.bins().back().upper == 412);

    histogram.add(std::int64_t{412});
    CHECK(histogram.exponent() == 1);
    CHECK(histogram.bins().size() == 257);
    CHECK(histogram.bins().front().lower == -100);
    CHECK(histogram.bins().front().count == 2);
    CHECK(histogram.bins().back().lower == 412);
    CHECK(histogram.bins().back().count == 1);
    CHECK(histogram.count() == 513);
}

TEST_CASE("bins of real numbers are as wide as the range asks for") {
    CHECK(build<double>({0, 1}).exponent() == -8);
    CHECK(build<double>({0, 0.999}).exponent() == -9);
    CHECK(build<double>({0.1, 0.2}).exponent() == -12);
    CHECK(build<double>({1e6, 1e6 + 1}).exponent() == -8);
    CHECK(build<double>({5}).exponent() == 3 - 53);
}

TEST_CASE("an empty histogram has no bins") {
    const DyadicHistogram histogram;
    CHECK(histogram.count() == 0);
    CHECK(histogram.bins().empty());
    CHECK(histogram.display_bins(20).empty());
    CHECK(assay::test::survives_round_trip(histogram));
}

TEST_CASE("equal values and zeros of both signs share a bin") {
    const DyadicHistogram zeros = build<double>({0.0, -0.0, 0.0});
    REQUIRE(zeros.bins().size() == 1);
    CHECK(zeros.bins().front().lower == 0);
    CHECK(zeros.bins().front().count == 3);
    const DyadicHistogram same = build<double>({0.1, 0.1});
    REQUIRE(same.display_bins(20).size() == 1);
    CHECK(same.bins().front().lower == 0.1);
    CHECK(same.bins().front().upper == std::nextafter(0.1, 1.0));
    CHECK(same.bins().front().count == 2);
}

TEST_CASE("the ends of the range of 64-bit integers fit") {
    const DyadicHistogram histogram = build<std::int64_t>({Integers::min(), Integers::max(), 0});
    CHECK(histogram.exponent() == 55);
    CHECK(histogram.bins().size() == 512);
    CHECK(histogram.bins().front().lower == -0x1p63);
    CHECK(histogram.bins().back().upper == 0x1p63);
    CHECK(histogram.display_bins(20).size() <= 20);
    CHECK(assay::test::survives_round_trip(histogram));
    const DyadicHistogram lone = build<std::int64_t>({Integers::max()});
    CHECK(lone.exponent() == 0);
    REQUIRE(lone.display_bins(20).size() == 1);
    CHECK(lone.bins().front().upper == 0x1p63);
    CHECK(assay::test::survives_round_trip(build<std::int64_t>({Integers::min()})));
}

TEST_CASE("the ends of the range of doubles fit") {
    const DyadicHistogram histogram = build<double>(
        {Limits::max(), -Limits::max(), Limits::denorm_min(), -Limits::denorm_min(), 1e308});
    CHECK(histogram.exponent() == 1016);
    CHECK(histogram.bins().size() == 512);
    CHECK(histogram.bins().back().upper == Limits::max());
    CHECK(histogram.bins().front().lower == -Limits::max());
    CHECK(histogram.bins()[255].count == 1); // the negative number next to 0
    CHECK(histogram.bins()[256].count == 1);
    CHECK(assay::test::survives_round_trip(histogram));
    CHECK(build<double>({-Limits::denorm_min()}).bins().front().lower == -Limits::denorm_min());
}

TEST_CASE("a histogram refuses NaN and infinities") {
    DyadicHistogram histogram;
    CHECK_THROWS_AS(histogram.add(Limits::quiet_NaN()), assay::Error);
    CHECK_THROWS_AS(histogram.add(Limits::infinity()), assay::Error);
    CHECK(histogram.count() == 0);
}

TEST_CASE("dyadic histograms are the same for any order and partition") {
    rc::prop("of real numbers", [] {
        RC_ASSERT(assay::test::is_same_for_any_partition(*finite_doubles(), DyadicHistogram()));
    });
    rc::prop("of integers", [] {
        RC_ASSERT(assay::test::is_same_for_any_partition(*integers(), DyadicHistogram()));
    });
    rc::prop("of both, and merging with itself doubles the counts", [] {
        const auto reals = *finite_doubles();
        const auto whole = *integers();
        DyadicHistogram one = build(reals);
        for (const std::int64_t value : whole) {
            one.add(value);
        }
        DyadicHistogram other = build(whole);
        for (const double value : reals) {
            other.add(value);
        }
        RC_ASSERT(state_of(one) == state_of(other));
        other.merge(other);
        one.merge(build(reals));
        one.merge(build(whole));
        RC_ASSERT(state_of(one) == state_of(other));
    });
}

TEST_CASE("bins hold what lies between their edges") {
    rc::prop("plain and for display", [] {
        const auto values = *finite_doubles();
        const DyadicHistogram histogram = build(values);
        const auto most = *rc::gen::inRange<std::size_t>(0, 30);
        RC_ASSERT(histogram.bins().size() <= DyadicHistogram::max_bins);
        RC_ASSERT(are_bins_of(histogram.bins(), values));
        RC_ASSERT(are_bins_of(histogram.display_bins(most), values));
        RC_ASSERT(histogram.display_bins(most).size() <= std::max<std::size_t>(most, 2));
    });
}

TEST_CASE("the exponent is the lowest where all values fit") {
    rc::prop("for real numbers of one magnitude", [] {
        const auto low = *rc::gen::inRange(1'000'000, 1'500'000);
        const auto high = *rc::gen::inRange(low + 1, 2'000'000);
        const auto histogram = build<double>({low * 1.0, high * 1.0});
        const auto bins_at = [&](int exponent) {
            return std::floor(std::ldexp(high, -exponent)) -
                   std::floor(std::ldexp(low, -exponent)) + 1;
        };
        RC_ASSERT(bins_at(histogram.exponent()) <= 512);
        RC_ASSERT(bins_at(histogram.exponent() - 1) > 512);
    });
}

TEST_CASE("small integers are displayed in bins of 1, 2 or 5 times a power of ten") {
    const auto hundred = range(0, 99).display_bins(20);
    REQUIRE(hundred.size() == 20);
    CHECK(hundred[3].lower == 15);
    CHECK(hundred[3].upper == 20);
    CHECK(hundred[3].count == 5);
    CHECK(range(1, 3).display_bins(20).size() == 3);
    const auto negative = range(-7, 300).display_bins(20);
    CHECK(negative.size() == 17);
    CHECK(negative.front().lower == -20);
    CHECK(negative.front().count == 7);
    CHECK(width(range(0, 500).display_bins(20).front()) == 50);
    CHECK(width(range(0, 2'000).display_bins(20).front()) == 200);
    CHECK(width(build<double>({0, 9.9}).display_bins(20).front()) == 0.5);
}

TEST_CASE("bins that no nice width can be made of are displayed a power of two wide") {
    const auto unit = build<double>({0, 0.3, 0.99}).display_bins(20);
    REQUIRE(unit.size() == 16);
    CHECK(unit[1].lower == 0.0625);
    const auto large = build<std::int64_t>({0, 1'000'000}).display_bins(20);
    REQUIRE(large.size() == 16);
    CHECK(width(large.front()) == 65'536);
}

TEST_CASE("a saved dyadic histogram is read whole or refused") {
    rc::prop("and written again as the same bytes", [] {
        DyadicHistogram histogram = build(*finite_doubles());
        histogram.merge(build(*integers()));
        RC_ASSERT(assay::test::survives_round_trip(histogram));
        const std::string bytes = state_of(histogram);
        RC_ASSERT(assay::test::refuses_every_other_length<DyadicHistogram>(bytes));
        RC_ASSERT(assay::test::is_refused_or_sound<DyadicHistogram>(
            assay::test::damaged(bytes), [](DyadicHistogram& damaged) {
                damaged.display_bins(20);
                damaged.merge(damaged);
                damaged.merge(build<std::int64_t>({Integers::min(), Integers::max()}));
                damaged.merge(build<double>({1, -1, Limits::max(), Limits::denorm_min()}));
                damaged.display_bins(20);
            }));
    });
}
