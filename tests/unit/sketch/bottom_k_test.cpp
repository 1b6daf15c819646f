// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/bottom_k.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

using assay::BottomK;
using assay::test::state_of;

namespace {

constexpr auto largest_hash = std::numeric_limits<std::uint64_t>::max();

BottomK build(const std::vector<std::uint64_t>& hashes, std::size_t k = BottomK::default_k) {
    BottomK sketch(k);
    for (const std::uint64_t hash : hashes) {
        sketch.add(hash);
    }
    return sketch;
}

/// The hashes of the numbers from first to last - 1.
BottomK numbers(int first, int last, std::size_t k = BottomK::default_k) {
    BottomK sketch(k);
    for (int i = first; i < last; ++i) {
        sketch.add(assay::hash64(std::to_string(i)));
    }
    return sketch;
}

rc::Gen<std::vector<std::uint64_t>> some_hashes() {
    const auto few = rc::gen::inRange<std::uint64_t>(0, 60);
    const auto spread = rc::gen::map(
        rc::gen::inRange(0, 200), [](int number) { return assay::hash64(std::to_string(number)); });
    const auto odd = rc::gen::element(std::uint64_t{0}, largest_hash, largest_hash - 1);
    return rc::gen::container<std::vector<std::uint64_t>>(rc::gen::oneOf(few, spread, odd));
}

} // namespace

TEST_CASE("the sample is the k smallest distinct hashes") {
    rc::prop("for any input", [] {
        const auto hashes = *some_hashes();
        const BottomK sketch = build(hashes, 16);
        std::set<std::uint64_t> truth(hashes.begin(), hashes.end());
        RC_ASSERT(sketch.is_complete() == (truth.size() < 16));
        while (truth.size() > 16) {
            truth.erase(std::prev(truth.end()));
        }
        RC_ASSERT(std::set(sketch.hashes().begin(), sketch.hashes().end()) == truth);
        RC_ASSERT(sketch.hashes().size() == truth.size());
    });
}

TEST_CASE("fewer than k distinct hashes are counted exactly") {
    CHECK(BottomK().distinct().value == 0);
    BottomK sketch = numbers(0, 255);
    sketch.merge(numbers(100, 255));
    CHECK(sketch.distinct().value == 255);
    CHECK(sketch.distinct().lower == 255);
    CHECK(sketch.distinct().upper == 255);
    CHECK(build({0, 0, largest_hash}).distinct().value == 2);
}

TEST_CASE("from k on the count is (k-1)/U with its interval") {
    BottomK sketch(16);
    for (std::uint64_t i = 1; i <= 1'000; ++i) {
        sketch.add(i << 50);
    }
    // The 16th smallest is 2^54, a fraction of 2^-10.
    CHECK(sketch.distinct().value == 15 * 1024);
    CHECK(sketch.distinct().lower == Approx(15 * 1024 / (1 + 1.96 / std::sqrt(14.0))));
    CHECK(sketch.distinct().upper == Approx(15 * 1024 / (1 - 1.96 / std::sqrt(14.0))));
    std::vector<std::uint64_t> smallest;
    for (std::uint64_t i = 0; i < 16; ++i) {
        smallest.push_back(i);
    }
    CHECK(std::isfinite(build(smallest, 16).distinct().upper));
}

TEST_CASE("the 95 % interval of the bottom-k count holds the truth in 90 of 100 streams") {
    int hits = 0;
    for (int seed = 0; seed < 100; ++seed) {
        const auto estimate = numbers(seed * 100'000, seed * 100'000 + 3'000).distinct();
        hits += estimate.lower <= 3'000 && 3'000 <= estimate.upper ? 1 : 0;
    }
    CHECK(hits >= 90);
}

TEST_CASE("a k outside 16 to 65536 is our bug") {
    CHECK_THROWS_AS(BottomK(15), assay::Error);
    CHECK_THROWS_AS(BottomK(65'537), assay::Error);
    CHECK(BottomK(65'536).k() == 65'536);
}

TEST_CASE("overlaps of small sets are exact") {
    const auto similarity = assay::jaccard(numbers(0, 100), numbers(50, 200));
    REQUIRE(similarity.has_value());
    CHECK(similarity->exact);
    CHECK(similarity->value == 0.25);
    CHECK(similarity->lower == 0.25);
    CHECK(similarity->upper == 0.25);
    CHECK(similarity->sample == 200);
    CHECK(assay::containment(numbers(0, 100), numbers(50, 200))->value == 0.5);
    CHECK(assay::containment(numbers(50, 100), numbers(0, 200))->value == 1);
    CHECK(assay::containment(numbers(0, 10), BottomK())->value == 0);
}

TEST_CASE("overlaps of large sets are estimated with an interval") {
    const BottomK a = numbers(0, 30'000, 1'024);
    const BottomK b = numbers(20'000, 60'000, 1'024);
    const auto similarity = assay::jaccard(a, b);
    REQUIRE(similarity.has_value());
    CHECK_FALSE(similarity->exact);
    CHECK(similarity->sample >= 1'024);
    CHECK(similarity->lower <= 1.0 / 6);
    CHECK(similarity->upper >= 1.0 / 6);
    CHECK(similarity->value == Approx(1.0 / 6).margin(0.05));
    const auto part = assay::containment(a, b);
    REQUIRE(part.has_value());
    CHECK(part->value == Approx(1.0 / 3).margin(0.06));
    CHECK(part->lower < part->value);
    CHECK(part->value < part->upper);
    const auto within = assay::containment(numbers(0, 5'000), numbers(0, 10'000));
    CHECK(within->value == 1);
    CHECK(within->upper == 1);
    CHECK(within->lower < 1);
}

TEST_CASE("without a common sample there is no overlap to speak of") {
    CHECK_FALSE(assay::jaccard(BottomK(), BottomK()).has_value());
    CHECK_FALSE(assay::containment(BottomK(), numbers(0, 10)).has_value());
    CHECK_FALSE(assay::containment(build({largest_hash}), numbers(0, 10'000)).has_value());
    CHECK(assay::jaccard(BottomK(), numbers(0, 10'000))->value == 0);
}

TEST_CASE("shares lie within their intervals and similarity is symmetric") {
    rc::prop("for any two sketches", [] {
        const BottomK a = build(*some_hashes(), *rc::gen::element<std::size_t>(16, 20, 64));
        const BottomK b = build(*some_hashes(), *rc::gen::element<std::size_t>(16, 20, 64));
        const auto forth = assay::jaccard(a, b);
        const auto back = assay::jaccard(b, a);
        RC_ASSERT(forth.has_value() == back.has_value());
        if (forth) {
            RC_ASSERT(forth->value == back->value);
        }
        for (const auto& share : {forth, assay::containment(a, b), assay::containment(a, a)}) {
            if (share) {
                RC_ASSERT(0 <= share->lower);
                RC_ASSERT(share->lower <= share->value);
                RC_ASSERT(share->value <= share->upper);
                RC_ASSERT(share->upper <= 1);
            }
        }
    });
}

TEST_CASE("bottom-k sketches are the same for any order and partition") {
    rc::prop("and merging with itself changes nothing", [] {
        const auto hashes = *some_hashes();
        RC_ASSERT(assay::test::is_same_for_any_partition(hashes, BottomK(16)));
        BottomK sketch = build(hashes, 16);
        sketch.merge(sketch);
        RC_ASSERT(state_of(sketch) == state_of(build(hashes, 16)));
    });
    rc::prop("also where k differs: the lower one holds", [] {
        const auto a = *some_hashes();
        const auto b = *some_hashes();
        BottomK merged = build(a, 64);
        merged.merge(build(b, 16));
        BottomK reversed = build(b, 16);
        reversed.merge(build(a, 64));
        std::vector<std::uint64_t> both = a;
        both.insert(both.end(), b.begin(), b.end());
        RC_ASSERT(state_of(merged) == state_of(build(both, 16)));
        RC_ASSERT(state_of(merged) == state_of(reversed));
    });
}

TEST_CASE("a saved bottom-k sketch is read whole or refused") {
    rc::prop("and written again as the same bytes", [] {
        const BottomK sketch = build(*some_hashes(), *rc::gen::element<std::size_t>(16, 256));
        RC_ASSERT(assay::test::survives_round_trip(sketch));
        const std::string bytes = state_of(sketch);
        RC_ASSERT(assay::test::refuses_every_other_length<BottomK>(bytes));
        RC_ASSERT(assay::test::is_refused_or_sound<BottomK>(
            assay::test::damaged(bytes), [](BottomK& damaged) {
                damaged.distinct();
                assay::jaccard(damaged, numbers(0, 100));
                damaged.merge(numbers(0, 1'000));
                damaged.add(0);
            }));
    });
    CHECK(assay::test::survives_round_trip(build({0, 1, largest_hash - 1, largest_hash})));
}
