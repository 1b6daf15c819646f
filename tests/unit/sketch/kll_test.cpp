// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/kll.hpp"

#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

using assay::Kll;
using assay::StateWriter;
using assay::test::restored;
using assay::test::state_of;

namespace {

using Integers = Kll<std::int64_t>;

constexpr std::array<double, 9> ranks = {0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};
constexpr std::int64_t many = 3'000'000;

std::vector<std::int64_t> ascending(std::int64_t n) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(n));
    std::iota(values.begin(), values.end(), std::int64_t{0});
    return values;
}

std::vector<std::int64_t> shuffled(std::int64_t n, std::uint64_t seed) {
    auto values = ascending(n);
    std::shuffle(values.begin(), values.end(), std::mt19937_64(seed));
    return values;
}

template <typename T>
Kll<T> build(const std::vector<T>& values) {
    Kll<T> sketch;
    sketch.add(std::span<const T>(values));
    return sketch;
}

template <typename T>
std::int64_t weight_of(const Kll<T>& sketch) {
    std::int64_t weight = 0;
    for (const auto& item : sketch.sorted()) {
        weight += item.weight;
    }
    return weight;
}

/// Of a sketch of 0 to n-1: how far the rank of a value is off at the worst of nine ranks.
double worst_rank_error(const Integers& sketch) {
    const auto values = sketch.sorted();
    const auto n = static_cast<double>(sketch.count());
    double worst = 0;
    for (const double rank : ranks) {
        const auto value = static_cast<std::int64_t>(rank * n);
        std::int64_t seen = 0;
        for (const auto& item : values) {
            seen += item.value <= value ? item.weight : 0;
        }
        worst = std::max(worst, std::fabs(static_cast<double>(seen - value - 1) / n));
    }
    return worst;
}

bool is_bounded(const Integers& sketch) { return sketch.sorted().size() <= 3 * Integers::k + 200; }

/// A sketch of few values, or of so many that the sampler is at work, merged or not.
Integers any_sketch() {
    const auto size = *rc::gen::inRange(0, 20) == 0 ? *rc::gen::inRange(131'000, 600'000)
                                                    : *rc::gen::inRange(0, 5'000);
    const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000));
    Integers sketch = build(shuffled(size, seed));
    if (*rc::gen::inRange(0, 2) == 0) {
        const auto more =
            *rc::gen::container<std::vector<std::int64_t>>(rc::gen::arbitrary<std::int64_t>());
        sketch.merge(build(more));
    }
    return sketch;
}

/// What a state says, to be made impossible.
struct Parts {
    std::uint8_t sort = 1;
    std::uint64_t count = 3, base = 0, entries = 3, flips = 0;
    double variance = 0;
    std::uint64_t block_size = 0, block_draw = 0;
    std::vector<std::vector<std::int64_t>> levels = {{7, 5, 6}};
};

std::string forged(const Parts& parts) {
    std::string bytes;
    StateWriter writer(bytes);
    writer.begin(assay::StateTag("KLLQ"), 1);
    writer.u8(parts.sort);
    writer.varint(parts.count);
    writer.varint(parts.base);
    writer.varint(parts.entries);
    writer.varint(parts.flips);
    writer.real(parts.variance);
    writer.varint(parts.block_size);
    if (parts.block_size != 0) {
        writer.varint(parts.block_draw);
        writer.signed_varint(0);
    }
    writer.varint(parts.levels.size());
    for (std::size_t h = 0; h < parts.levels.size(); ++h) {
        if (h == parts.base) {
            assay::SavedValues<std::int64_t>::write_all(writer, parts.levels[h]);
        } else {
            assay::SavedValues<std::int64_t>::write_ascending(writer, parts.levels[h]);
        }
    }
    return bytes;
}

bool is_forgery(const Parts& parts) { return assay::test::is_refused<Integers>(forged(parts)); }

} // namespace

TEST_CASE("KLL with the sampler keeps ranks within its error, and its size bounded") {
    const auto values = shuffled(many, 21);
    Integers sketch;
    std::span<const std::int64_t> rest = values;
    while (!rest.empty()) {
        const auto part = rest.first(std::min<std::size_t>(rest.size(), 99'991));
        sketch.add(part);
        rest = rest.subspan(part.size());
        REQUIRE(weight_of(sketch) == sketch.count());
        REQUIRE(is_bounded(sketch));
    }
    CHECK(sketch.count() == many);
    CHECK(sketch.rank_error() < 0.01);
    CHECK(worst_rank_error(sketch) <= sketch.rank_error());
}

TEST_CASE("KLL with the sampler keeps ranks of sorted, reversed and merged streams") {
    auto values = ascending(many);
    const Integers up = build(values);
    CHECK(worst_rank_error(up) <= up.rank_error());
    std::reverse(values.begin(), values.end());
    const Integers down = build(values);
    CHECK(worst_rank_error(down) <= down.rank_error());

    values = shuffled(many, 22);
    const auto half = static_cast<std::ptrdiff_t>(many / 2 + 12'345);
    Integers merged = build(std::vector(values.begin(), values.begin() + half));
    merged.merge(build(std::vector(values.begin() + half, values.end())));
    CHECK(merged.count() == many);
    CHECK(weight_of(merged) == many);
    CHECK(is_bounded(merged));
    CHECK(worst_rank_error(merged) <= merged.rank_error());
}

TEST_CASE("KLL sketches of different bases merge in both directions") {
    const auto values = shuffled(1'000'000, 23);
    const auto cut = values.begin() + 900'000;
    const Integers large = build(std::vector(values.begin(), cut));
    const Integers small = build(std::vector(cut, values.end()));
    Integers upward = small;
    upward.merge(large);
    Integers downward = large;
    downward.merge(small);
    for (const Integers& merged : {upward, downward}) {
        CHECK(weight_of(merged) == 1'000'000);
        CHECK(is_bounded(merged));
        CHECK(worst_rank_error(merged) <= merged.rank_error());
    }
}

TEST_CASE("a saved KLL sketch is read whole or refused") {
    rc::prop("and goes on as the original would, also in a merge", [] {
        Integers sketch = any_sketch();
        const std::string bytes = state_of(sketch);
        auto back = restored<Integers>(bytes);
        RC_ASSERT(state_of(back) == bytes);
        RC_ASSERT(back.count() == sketch.count());
        RC_ASSERT(assay::test::refuses_some_other_lengths<Integers>(bytes));

        Integers other = any_sketch();
        Integers merged = sketch;
        merged.merge(other);
        Integers merged_back = back;
        merged_back.merge(restored<Integers>(state_of(other)));
        RC_ASSERT(state_of(merged_back) == state_of(merged));

        const auto more = shuffled(*rc::gen::inRange(0, 20'000), 5);
        sketch.add(more);
        back.add(more);
        RC_ASSERT(state_of(back) == state_of(sketch));
    });
}

TEST_CASE("a damaged KLL sketch is refused or sound") {
    rc::prop("whatever was damaged", [] {
        const Integers sketch = any_sketch();
        const std::string bytes = assay::test::damaged(state_of(sketch));
        RC_ASSERT(assay::test::is_refused_or_sound<Integers>(bytes, [&](Integers& damaged) {
            damaged.merge(sketch);
            damaged.add(std::span<const std::int64_t>(ascending(5'000)));
            damaged.sorted();
        }));
    });
}

TEST_CASE("every beginning of a small saved KLL sketch is refused") {
    CHECK(assay::test::refuses_every_other_length<Integers>(state_of(Integers())));
    CHECK(assay::test::refuses_every_other_length<Integers>(state_of(build(shuffled(300, 1)))));
    const Kll<double> reals = build<double>({0.5, -0.0, 0.0, 1e300});
    CHECK(assay::test::refuses_every_other_length<Kll<double>>(state_of(reals)));
}

TEST_CASE("a saved KLL sketch of reals keeps every bit and holds no NaN") {
    rc::prop("of any finite numbers, often enough to fill levels", [] {
        const auto values = *assay::test::finite_doubles();
        Kll<double> sketch;
        const auto times = *rc::gen::inRange(0, 60);
        for (int i = 0; i < times; ++i) {
            sketch.add(values);
        }
        const std::string bytes = state_of(sketch);
        RC_ASSERT(state_of(restored<Kll<double>>(bytes)) == bytes);
        RC_ASSERT(assay::test::is_refused_or_sound<Kll<double>>(
            assay::test::damaged(bytes), [](Kll<double>& damaged) {
                for (int i = 0; i < 2'000; ++i) {
                    damaged.add(i / 3.0);
                }
                damaged.sorted();
            }));
    });
    std::string nan = state_of(build<double>({1.0}));
    nan.replace(nan.size() - 8, 8, "\0\0\0\0\0\0\xf8\x7f", 8);
    CHECK_THROWS_WITH(restored<Kll<double>>(nan), Catch::Contains("NaN"));
}

TEST_CASE("a saved KLL sketch is small") {
    CHECK(state_of(Integers()).size() < 32);
    CHECK(state_of(build(shuffled(many, 24))).size() < 10'000);
}

TEST_CASE("a KLL state that contradicts itself is refused") {
    REQUIRE_FALSE(is_forgery({}));
    CHECK(is_forgery({.sort = 2}));
    CHECK(is_forgery({.count = 4}));
    CHECK(is_forgery({.count = 2, .entries = 2}));
    CHECK(is_forgery({.count = std::uint64_t{1} << 60}));
    CHECK(is_forgery({.entries = 4}));
    CHECK(is_forgery({.base = 1}));
    CHECK(is_forgery({.base = 64}));
    CHECK(is_forgery({.variance = 1}));
    CHECK(is_forgery({.variance = -1}));
    CHECK(is_forgery({.variance = std::numeric_limits<double>::quiet_NaN()}));
    CHECK(is_forgery({.variance = std::numeric_limits<double>::infinity()}));
    CHECK(is_forgery({.count = 4, .block_size = 1}));
    CHECK(is_forgery({.levels = {}}));
    CHECK(is_forgery({.levels = {{1}, {5, 3}}}));
    CHECK_FALSE(is_forgery({.levels = {{1}, {3}}}));
}

TEST_CASE("a KLL state beyond its levels or its room is refused") {
    Parts parts;
    parts.levels.resize(62);
    CHECK_FALSE(is_forgery(parts));
    parts.levels.resize(63);
    CHECK(is_forgery(parts));
    Parts full;
    full.levels = {ascending(Integers::k)};
    full.count = full.entries = Integers::k;
    CHECK_FALSE(is_forgery(full));
    full.levels = {ascending(Integers::k + 1)};
    full.count = full.entries = Integers::k + 1;
    CHECK(is_forgery(full));
}

TEST_CASE("a KLL state keeps the block that is drawn from") {
    Integers sketch = build(shuffled((std::int64_t{1} << 17) * 3 + 3, 3)); // base 2, 3 of 4 values
    const std::string bytes = state_of(sketch);
    auto back = restored<Integers>(bytes);
    CHECK(weight_of(back) == sketch.count());
    for (std::int64_t i = 0; i < 10; ++i) {
        sketch.add(i);
        back.add(i);
        CHECK(state_of(back) == state_of(sketch));
    }
}

TEST_CASE("it does not matter in which spans values come") {
    const auto values = shuffled(400'000, 9);
    Integers one_by_one;
    for (const std::int64_t value : values) {
        one_by_one.add(value);
    }
    CHECK(state_of(one_by_one) == state_of(build(values)));
    Integers uneven;
    for (std::size_t first = 0; first < values.size(); first += 7'001) {
        uneven.add(
            std::span(values).subspan(first, std::min<std::size_t>(7'001, values.size() - first)));
    }
    CHECK(state_of(uneven) == state_of(one_by_one));
}
