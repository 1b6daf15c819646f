// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/distinct_counter.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

using assay::DistinctCount;
using assay::DistinctCounter;

namespace {

std::vector<std::uint64_t> hashes_of(int first, int last) {
    std::vector<std::uint64_t> hashes;
    for (int i = first; i < last; ++i) {
        hashes.push_back(assay::hash64(std::to_string(i)));
    }
    return hashes;
}

DistinctCounter build(const std::vector<std::uint64_t>& hashes, std::size_t limit) {
    DistinctCounter counter(limit);
    counter.add(hashes);
    return counter;
}

bool same(const DistinctCount& a, const DistinctCount& b) {
    return a.value == b.value && a.lower == b.lower && a.upper == b.upper && a.exact == b.exact;
}

} // namespace

TEST_CASE("the count is exact up to the limit and an estimate with bounds beyond it") {
    DistinctCounter counter = build(hashes_of(0, 1'000), 1'000);
    counter.add(hashes_of(0, 1'000));
    CHECK(counter.count().exact);
    CHECK(counter.count().value == 1'000);
    CHECK(counter.count().lower == 1'000);
    CHECK(counter.count().upper == 1'000);

    counter.add(hashes_of(1'000, 1'001));
    const DistinctCount estimate = counter.count();
    CHECK_FALSE(estimate.exact);
    CHECK(estimate.value >= 1'001);
    CHECK(estimate.lower >= 1'001);
    CHECK(estimate.value <= estimate.upper);
    CHECK(estimate.upper <= 1'040);
}

TEST_CASE("the sketch after the set was dropped knows everything from the first value on") {
    const auto hashes = hashes_of(0, 5'000);
    const auto dropped = build(hashes, 100).sketch();
    const auto exact = build(hashes, 10'000).sketch();
    CHECK(std::equal(dropped.registers().begin(), dropped.registers().end(),
                     exact.registers().begin(), exact.registers().end()));
}

TEST_CASE("nothing was counted in an empty counter, and the hash 0 is a value") {
    DistinctCounter counter(10);
    CHECK(counter.count().value == 0);
    counter.add(0);
    counter.add(0);
    CHECK(counter.count().value == 1);
    DistinctCounter other(10);
    other.merge(counter);
    CHECK(other.count().value == 1);
}

TEST_CASE("a limit of zero is an estimate from the first value on") {
    DistinctCounter counter(0);
    CHECK(counter.count().exact);
    counter.add(5);
    CHECK_FALSE(counter.count().exact);
    CHECK(counter.count().value == 1);
}

TEST_CASE("merging counters equals one counter over everything") {
    rc::prop("exact and estimated, in both orders", [] {
        const auto hash = rc::gen::map(rc::gen::inRange(0, 300), [](int number) {
            return number == 0 ? 0 : assay::hash64(std::to_string(number));
        });
        const auto a = *rc::gen::container<std::vector<std::uint64_t>>(hash);
        const auto b = *rc::gen::container<std::vector<std::uint64_t>>(hash);
        const auto limit = *rc::gen::inRange<std::size_t>(0, 80);
        DistinctCounter merged = build(a, limit);
        merged.merge(build(b, limit));
        DistinctCounter reversed = build(b, limit);
        reversed.merge(build(a, limit));
        std::vector<std::uint64_t> both = a;
        both.insert(both.end(), b.begin(), b.end());
        RC_ASSERT(same(merged.count(), build(both, limit).count()));
        RC_ASSERT(same(merged.count(), reversed.count()));
        const std::set<std::uint64_t> truth(both.begin(), both.end());
        RC_ASSERT(merged.is_exact() == (truth.size() <= limit));
        if (merged.is_exact()) {
            RC_ASSERT(merged.count().value == static_cast<std::int64_t>(truth.size()));
        }
    });
}

TEST_CASE("the count does not depend on when hashes are sorted in") {
    rc::prop("more of them than are collected at a time, in pieces of any size", [] {
        const auto all = hashes_of(0, *rc::gen::inRange(1, 20'000));
        const auto limit = *rc::gen::inRange<std::size_t>(1, 20'000);
        const auto step = *rc::gen::inRange<std::size_t>(1, 7'000);
        DistinctCounter counter(limit);
        for (int round = 0; round < 2; ++round) {
            for (std::size_t at = 0; at < all.size(); at += step) {
                counter.add(std::span(all).subspan(at, std::min(step, all.size() - at)));
            }
        }
        RC_ASSERT(counter.is_exact() == (all.size() <= limit));
        RC_ASSERT(same(counter.count(), build(all, limit).count()));
        if (counter.is_exact()) {
            RC_ASSERT(counter.count().value == static_cast<std::int64_t>(all.size()));
        }
    });
}

TEST_CASE("hashes that share their highest bits are counted like others") {
    DistinctCounter counter(100'000);
    for (std::uint64_t hash = 0; hash < 50'000; ++hash) {
        counter.add(hash % 30'000);
    }
    CHECK(counter.count().value == 30'000);
}

TEST_CASE("large sets merge without clustering and stay exact") {
    DistinctCounter merged = build(hashes_of(0, 40'000), 1'000'000);
    merged.merge(build(hashes_of(20'000, 60'000), 1'000'000));
    CHECK(merged.count().value == 60'000);
    CHECK(merged.count().exact);
}

TEST_CASE("a saved counter of distinct values is read whole or refused") {
    rc::prop("and goes on as the original would", [] {
        const auto limit = *rc::gen::inRange<std::size_t>(0, 120);
        const auto from = *rc::gen::inRange(0, 1'000);
        auto hashes = hashes_of(from, from + *rc::gen::inRange(0, 200));
        if (*rc::gen::inRange(0, 2) == 0) {
            hashes.push_back(0);
        }
        DistinctCounter counter = build(hashes, limit);
        const std::string bytes = assay::test::state_of(counter);
        auto back = assay::test::restored<DistinctCounter>(bytes);
        RC_ASSERT(same(back.count(), counter.count()));
        RC_ASSERT(assay::test::state_of(back) == bytes);
        RC_ASSERT(assay::test::refuses_some_other_lengths<DistinctCounter>(bytes));
        RC_ASSERT(assay::test::is_refused_or_sound<DistinctCounter>(assay::test::damaged(bytes),
                                                                    [&](DistinctCounter& damaged) {
                                                                        damaged.merge(counter);
                                                                        damaged.count();
                                                                    }));

        const auto more = hashes_of(from + 100, from + 300);
        auto merged = back;
        merged.merge(build(more, limit));
        back.add(more);
        counter.add(more);
        RC_ASSERT(assay::test::state_of(back) == assay::test::state_of(counter));
        RC_ASSERT(assay::test::state_of(merged) == assay::test::state_of(counter));
    });
}

TEST_CASE("4096 distinct values are saved exactly, more as a counter of that limit") {
    using assay::test::state_of;
    DistinctCounter counter = build(hashes_of(0, 4'096), 1'000'000);
    CHECK(assay::test::restored<DistinctCounter>(state_of(counter)).is_exact());
    counter.add(hashes_of(4'096, 50'000));
    CHECK(counter.is_exact());
    CHECK(state_of(counter) == state_of(build(hashes_of(0, 50'000), 4'096)));
    const DistinctCount estimate =
        assay::test::restored<DistinctCounter>(state_of(counter)).count();
    CHECK_FALSE(estimate.exact);
    CHECK(estimate.value == Approx(50'000).epsilon(0.03));
}

TEST_CASE("a saved counter with a limit beyond all numbers of values is refused") {
    const DistinctCounter counter(std::size_t{1} << 63U);
    CHECK_THROWS_AS(assay::test::restored<DistinctCounter>(assay::test::state_of(counter)),
                    assay::Error);
}
