// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/quantiles.hpp"

#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

using assay::Kll;
using assay::Quantiles;

namespace {

constexpr std::array<double, 9> ranks = {0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};

/// 0 to n-1 in a random order: the value is its own rank.
std::vector<std::int64_t> shuffled(std::int64_t n, std::uint64_t seed) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(n));
    std::iota(values.begin(), values.end(), std::int64_t{0});
    std::shuffle(values.begin(), values.end(), std::mt19937_64(seed));
    return values;
}

/// The largest distance of an answer from its rank, as a fraction.
double worst_rank_error(const Quantiles<std::int64_t>& quantiles) {
    const auto answers = quantiles.at(ranks);
    const auto n = static_cast<double>(quantiles.count());
    double worst = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        worst = std::max(worst, std::fabs((static_cast<double>(answers[i]) + 1) / n - ranks[i]));
    }
    return worst;
}

std::int64_t brute_force(std::vector<std::int64_t> values, double rank) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(
        assay::nearest_rank(rank, static_cast<std::int64_t>(values.size())) - 1)];
}

} // namespace

TEST_CASE("nearest rank of 1 to 100 is the percentile itself") {
    Quantiles<std::int64_t> quantiles(100);
    for (std::int64_t i = 100; i >= 1; --i) {
        quantiles.add(i);
    }
    for (int percent = 1; percent <= 100; ++percent) {
        const double rank = percent / 100.0;
        CHECK(quantiles.at(std::array{rank}) == std::vector<std::int64_t>{percent});
    }
    CHECK(quantiles.at(std::array{0.0}) == std::vector<std::int64_t>{1});
    CHECK(quantiles.at(std::array{0.001}) == std::vector<std::int64_t>{1});
    CHECK(quantiles.is_exact());
    CHECK(quantiles.rank_error() == 0);
}

TEST_CASE("no values have no quantiles, one value is all of them") {
    Quantiles<double> quantiles(10);
    CHECK(quantiles.at(ranks).empty());
    quantiles.add(2.5);
    CHECK(quantiles.at(ranks) == std::vector<double>(ranks.size(), 2.5));
}

TEST_CASE("ranks may come in any order") {
    Quantiles<std::int64_t> quantiles(1'000);
    quantiles.add(shuffled(1'000, 4));
    CHECK(quantiles.at(std::array{0.9, 0.1, 0.5, 0.5, 1.0, 0.0}) ==
          std::vector<std::int64_t>{899, 99, 499, 499, 999, 0});
}

TEST_CASE("the rank error is the one of the formula") {
    CHECK(Kll<double>().rank_error() == Approx(0.003454).margin(1e-6));
}

TEST_CASE("KLL keeps everything up to k values") {
    Kll<std::int64_t> sketch;
    for (const std::int64_t value : shuffled(800, 1)) {
        sketch.add(value);
    }
    const auto values = sketch.sorted();
    REQUIRE(values.size() == 800);
    for (std::size_t i = 0; i < values.size(); ++i) {
        REQUIRE(values[i].value == static_cast<std::int64_t>(i));
        REQUIRE(values[i].weight == 1);
    }
}

TEST_CASE("KLL weights add up to the number of values and its size stays bounded") {
    Kll<std::int64_t> sketch;
    std::int64_t n = 0;
    for (const std::int64_t value : shuffled(100'000, 2)) {
        sketch.add(value);
        if (++n % 9'973 == 0) {
            std::int64_t weight = 0;
            for (const auto& item : sketch.sorted()) {
                weight += item.weight;
            }
            REQUIRE(weight == n);
            REQUIRE(sketch.sorted().size() <= 3 * Kll<std::int64_t>::k + 200);
        }
    }
}

TEST_CASE("rank errors stay within the 99 % bound in at least 97 of 100 streams") {
    // Nine ranks each: the bound is one for a single rank.
    int hits = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Quantiles<std::int64_t> quantiles(0);
        quantiles.add(shuffled(10'000, seed));
        hits += worst_rank_error(quantiles) <= quantiles.rank_error() ? 1 : 0;
    }
    CHECK(hits >= 97);
}

TEST_CASE("sorted, reversed and merged streams keep the bound too") {
    Quantiles<std::int64_t> ascending(1'000);
    Quantiles<std::int64_t> descending(1'000);
    for (std::int64_t i = 0; i < 100'000; ++i) {
        ascending.add(i);
        descending.add(99'999 - i);
    }
    CHECK(worst_rank_error(ascending) <= ascending.rank_error());
    CHECK(worst_rank_error(descending) <= descending.rank_error());

    const auto values = shuffled(100'000, 7);
    Quantiles<std::int64_t> merged(1'000);
    for (std::size_t part = 0; part < 100; ++part) {
        Quantiles<std::int64_t> shard(1'000);
        shard.add(std::span(values).subspan(part * 1'000, 1'000));
        merged.merge(shard);
    }
    CHECK(merged.count() == 100'000);
    CHECK_FALSE(merged.is_exact());
    CHECK(worst_rank_error(merged) <= 1.5 * merged.rank_error());
}

TEST_CASE("the 64 values at either end are exact beyond the limit") {
    Quantiles<std::int64_t> quantiles(100);
    quantiles.add(shuffled(50'000, 3));
    for (int i = 0; i < 64; ++i) {
        const double low = (i + 1) / 50'000.0;
        const double high = (50'000 - i) / 50'000.0;
        CHECK(quantiles.at(std::array{low}).front() == i);
        CHECK(quantiles.at(std::array{high}).front() == 49'999 - i);
    }
}

TEST_CASE("equal input in equal order gives equal estimates") {
    const auto values = shuffled(20'000, 5);
    Quantiles<std::int64_t> a(10);
    Quantiles<std::int64_t> b(10);
    a.add(values);
    b.add(values);
    CHECK(a.at(ranks) == b.at(ranks));
}

TEST_CASE("exact quantiles equal the sorted data, however it was split") {
    rc::prop("and exactness depends on the number of values alone",
             [](const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
                 const auto limit = *rc::gen::inRange<std::size_t>(0, 150);
                 Quantiles<std::int64_t> merged(limit);
                 merged.add(a);
                 Quantiles<std::int64_t> other(limit);
                 other.add(b);
                 merged.merge(other);
                 std::vector<std::int64_t> both = a;
                 both.insert(both.end(), b.begin(), b.end());
                 RC_ASSERT(merged.is_exact() == (both.size() <= limit));
                 RC_ASSERT(merged.count() == static_cast<std::int64_t>(both.size()));
                 if (both.empty()) {
                     return;
                 }
                 const auto answers = merged.at(ranks);
                 for (std::size_t i = 0; i < ranks.size(); ++i) {
                     // Below 800 values the sketch is exact as well.
                     RC_ASSERT(answers[i] == brute_force(both, ranks[i]));
                 }
             });
}

TEST_CASE("conversion to double keeps every answer") {
    for (const std::size_t limit : {std::size_t{100'000}, std::size_t{10}}) {
        Quantiles<std::int64_t> integers(limit);
        integers.add(shuffled(30'000, 11));
        Quantiles<double> reals = integers.converted<double>();
        CHECK(reals.count() == integers.count());
        CHECK(reals.is_exact() == integers.is_exact());
        const auto before = integers.at(ranks);
        const auto after = reals.at(ranks);
        for (std::size_t i = 0; i < ranks.size(); ++i) {
            CHECK(after[i] == static_cast<double>(before[i]));
        }
        reals.add(0.5);
        CHECK(reals.count() == 30'001);
    }
}

TEST_CASE("the ends of the range are ordinary values") {
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    Quantiles<std::int64_t> quantiles(0);
    for (int i = 0; i < 2'000; ++i) {
        quantiles.add(lowest);
        quantiles.add(highest);
    }
    CHECK(quantiles.at(std::array{0.25, 0.75}) == std::vector<std::int64_t>{lowest, highest});
}

TEST_CASE("a quota that two threads share is exceeded by the total alone") {
    const auto values = shuffled(20'000, 31);
    for (const std::size_t limit : {19'999, 20'000}) {
        for (const std::size_t cut : {0, 1, 9'000, 19'999}) {
            const auto quota = std::make_shared<assay::Quota>(limit);
            Quantiles<std::int64_t> left(quota);
            Quantiles<std::int64_t> right(quota);
            const auto feed = [&values](Quantiles<std::int64_t>& part, std::size_t from,
                                        std::size_t to) {
                for (std::size_t i = from; i < to; i += 100) {
                    part.add(std::span(values).subspan(i, std::min<std::size_t>(100, to - i)));
                }
            };
            std::thread other([&] { feed(right, cut, values.size()); });
            feed(left, 0, cut);
            other.join();
            left.merge(right);
            CAPTURE(limit, cut);
            CHECK(left.count() == 20'000);
            CHECK(left.is_exact() == (limit == 20'000));
            CHECK(worst_rank_error(left) <= left.rank_error() + 1e-4);
        }
    }
}

TEST_CASE("saved quantiles are read whole or refused") {
    rc::prop("and answer as the original does, exact or estimated", [] {
        const auto limit = *rc::gen::inRange<std::size_t>(0, 3'000);
        Quantiles<std::int64_t> quantiles(limit);
        quantiles.add(shuffled(*rc::gen::inRange(0, 6'000), limit));
        const std::string bytes = assay::test::state_of(quantiles);
        const auto back = assay::test::restored<Quantiles<std::int64_t>>(bytes);
        RC_ASSERT(assay::test::state_of(back) == bytes);
        RC_ASSERT(back.at(ranks) == quantiles.at(ranks));
        RC_ASSERT(back.is_exact() == quantiles.is_exact());
        RC_ASSERT(back.count() == quantiles.count());
        RC_ASSERT(assay::test::refuses_some_other_lengths<Quantiles<std::int64_t>>(bytes));

        Quantiles<std::int64_t> other(limit);
        other.add(shuffled(*rc::gen::inRange(0, 3'000), limit + 1));
        auto merged = back;
        merged.merge(other);
        quantiles.merge(other);
        RC_ASSERT(merged.is_exact() == quantiles.is_exact());
        RC_ASSERT(merged.count() == quantiles.count());
        if (quantiles.is_exact() || !back.is_exact()) {
            RC_ASSERT(merged.at(ranks) == quantiles.at(ranks));
        }
    });
    rc::prop("or damaged and sound", [] {
        Quantiles<double> quantiles(*rc::gen::inRange<std::size_t>(0, 200));
        quantiles.add(*assay::test::finite_doubles());
        quantiles.add(*assay::test::finite_doubles());
        const auto bytes = assay::test::damaged(assay::test::state_of(quantiles));
        RC_ASSERT(assay::test::is_refused_or_sound<Quantiles<double>>(
            bytes, [&](Quantiles<double>& damaged) {
                damaged.at(ranks);
                damaged.merge(quantiles);
                damaged.at(ranks);
            }));
    });
}

TEST_CASE("quantiles of 4096 values are saved exactly, of more as the estimates they become") {
    Quantiles<std::int64_t> quantiles(100'000);
    const auto values = shuffled(4'097, 32);
    quantiles.add(std::span(values).first(4'096));
    CHECK(assay::test::restored<Quantiles<std::int64_t>>(assay::test::state_of(quantiles))
              .is_exact());
    quantiles.add(values.back());
    auto back = assay::test::restored<Quantiles<std::int64_t>>(assay::test::state_of(quantiles));
    CHECK(quantiles.is_exact());
    CHECK_FALSE(back.is_exact());
    CHECK(back.count() == 4'097);
    CHECK(worst_rank_error(back) <= back.rank_error());
    const auto more = shuffled(100'000, 33);
    back.add(more);
    quantiles.add(more);
    CHECK(back.at(ranks) == quantiles.at(ranks));
}
