// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/extremes.hpp"

#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

using assay::Extremes;
using assay::FirstValues;
using assay::test::restored;
using assay::test::state_of;

namespace {

template <typename T>
Extremes<T> build(const std::vector<T>& values) {
    Extremes<T> extremes;
    extremes.add(values);
    return extremes;
}

/// Few values or many, with repeats.
std::vector<std::int64_t> any_values() {
    const auto size = *rc::gen::inRange<std::size_t>(0, 3'000);
    const auto range = *rc::gen::inRange<std::uint64_t>(1, 5'000);
    auto state = *rc::gen::arbitrary<std::uint64_t>();
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < size; ++i) {
        state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        values.push_back(static_cast<std::int64_t>((state >> 33U) % range) - 1'000);
    }
    return values;
}

template <typename Before>
std::vector<std::int64_t> first_of(std::vector<std::int64_t> values) {
    std::sort(values.begin(), values.end(), Before{});
    values.resize(std::min<std::size_t>(values.size(), 64));
    return values;
}

bool same(const Extremes<std::int64_t>& a, const Extremes<std::int64_t>& b) {
    return a.smallest() == b.smallest() && a.largest() == b.largest();
}

} // namespace

TEST_CASE("the first values of ascending and descending input are found either way") {
    std::vector<std::int64_t> up(100'000);
    std::iota(up.begin(), up.end(), std::int64_t{0});
    const std::vector<std::int64_t> down(up.rbegin(), up.rend());
    for (const auto& values : {up, down}) {
        FirstValues<std::int64_t, std::less<>> smallest;
        FirstValues<std::int64_t, std::greater<>> largest;
        for (const std::int64_t value : values) {
            smallest.add({&value, 1});
            largest.add({&value, 1});
        }
        CHECK(smallest.sorted() == std::vector(up.begin(), up.begin() + 64));
        CHECK(largest.sorted() == std::vector(down.begin(), down.begin() + 64));
    }
}

TEST_CASE("extremes equal the ends of the sorted values, however they were split") {
    rc::prop("and however often they repeat", [] {
        auto values = any_values();
        Extremes<std::int64_t> merged = build(values);
        const auto more = any_values();
        merged.merge(build(more));
        values.insert(values.end(), more.begin(), more.end());
        RC_ASSERT(merged.smallest() == first_of<std::less<>>(values));
        RC_ASSERT(merged.largest() == first_of<std::greater<>>(values));
    });
}

TEST_CASE("saved extremes are read whole or refused") {
    rc::prop("and go on as the original would, also in a merge", [] {
        auto extremes = build(any_values());
        const std::string bytes = state_of(extremes);
        auto back = restored<Extremes<std::int64_t>>(bytes);
        RC_ASSERT(same(back, extremes));
        RC_ASSERT(state_of(back) == bytes);
        RC_ASSERT(assay::test::refuses_every_other_length<Extremes<std::int64_t>>(bytes));

        const auto more = any_values();
        auto merged = back;
        merged.merge(restored<Extremes<std::int64_t>>(state_of(build(more))));
        extremes.add(more);
        back.add(more);
        RC_ASSERT(state_of(back) == state_of(extremes));
        RC_ASSERT(state_of(merged) == state_of(extremes));
    });
    rc::prop("or damaged and sound", [] {
        const auto bytes = assay::test::damaged(state_of(build(any_values())));
        RC_ASSERT(assay::test::is_refused_or_sound<Extremes<std::int64_t>>(
            bytes, [](Extremes<std::int64_t>& damaged) {
                damaged.add(any_values());
                damaged.merge(build(any_values()));
            }));
    });
}

TEST_CASE("saved extremes of reals are the same bytes for the same values in any order") {
    rc::prop("zeros of both signs included", [] {
        auto values = *assay::test::finite_doubles();
        values.resize(std::min<std::size_t>(values.size(), 64));
        const auto bytes = state_of(build(values));
        RC_ASSERT(assay::test::survives_round_trip(build(values)));
        std::reverse(values.begin(), values.end());
        RC_ASSERT(state_of(build(values)) == bytes);
        RC_ASSERT(assay::test::is_refused_or_sound<Extremes<double>>(
            assay::test::damaged(bytes), [](Extremes<double>& damaged) { damaged.smallest(); }));
    });
    std::vector<double> zeros;
    for (int i = 0; i < 500; ++i) {
        zeros.push_back(i % 3 == 0 ? -0.0 : 0.0);
    }
    CHECK(assay::test::survives_round_trip(build(zeros)));
}

TEST_CASE("extremes tell how many values they can be of") {
    std::vector<std::int64_t> values(200);
    std::iota(values.begin(), values.end(), std::int64_t{0});
    for (const std::size_t size : {0, 1, 63, 64, 65, 127, 128, 200}) {
        const auto extremes =
            build(std::vector(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size)));
        CAPTURE(size);
        CHECK(extremes.can_be_of(size));
        CHECK(extremes.can_be_of(size + 1) == (size >= 127));
        CHECK(restored<Extremes<std::int64_t>>(state_of(extremes)).can_be_of(size));
    }
}

TEST_CASE("extremes that no stream has are refused") {
    const auto forged = [](const std::vector<std::int64_t>& smallest,
                           const std::vector<std::int64_t>& largest) {
        std::string bytes;
        assay::StateWriter writer(bytes);
        writer.begin(assay::StateTag("EXTR"), 1);
        assay::SavedValues<std::int64_t>::write_sort(writer);
        assay::SavedValues<std::int64_t>::write_ascending(writer, smallest);
        assay::SavedValues<std::int64_t>::write_ascending(writer, largest);
        return assay::test::is_refused<Extremes<std::int64_t>>(bytes);
    };
    const std::vector<std::int64_t> ones(64, 1);
    const std::vector<std::int64_t> twos(64, 2);
    CHECK_FALSE(forged({}, {}));
    CHECK_FALSE(forged({1, 2}, {1, 2}));
    CHECK(forged({1, 2}, {1, 3}));
    CHECK(forged({1, 2}, {1}));
    CHECK_FALSE(forged(ones, twos));
    CHECK(forged(twos, ones));
    CHECK(forged(std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1)));
}
