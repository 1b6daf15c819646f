// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/frequent_keys.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;

/// Count a key of which only its own bytes are known.
bool count(FrequentKeys& keys, const std::string& bytes, std::int64_t place = 0) {
    return keys.count(fingerprint(bytes), bytes, place);
}

} // namespace

TEST_CASE("of two keys with the same fingerprint only the first one is counted") {
    const Fingerprint same{7, 7};
    FrequentKeys keys(mib, 1);
    CHECK_FALSE(keys.count(same, "a", 1));
    CHECK(keys.count(same, "a", 2));
    CHECK_FALSE(keys.count(same, "b", 3));
    CHECK_FALSE(keys.count(same, "ab", 4));
    CHECK(keys.count(same, "a", 5));
    const auto compared = FrequentKeys::merge({keys});
    REQUIRE(compared.size() == 1);
    CHECK(compared[0].key == same);
    CHECK(compared[0].rows == 3); // fewer than five rows with this fingerprint
    CHECK(compared[0].unrecorded == 2);
}

TEST_CASE("two workers that have other keys with the same fingerprint have compared nothing") {
    const Fingerprint same{7, 7};
    FrequentKeys left(mib, 1);
    FrequentKeys right(mib, 1);
    for (std::int64_t place = 0; place < 4; ++place) {
        left.count(same, "a", place);
        right.count(same, "b", place);
    }
    const auto compared = FrequentKeys::merge({left, right});
    REQUIRE(compared.size() == 1);
    CHECK(compared[0].rows == 0);
    CHECK(compared[0].unrecorded == 6);
}

TEST_CASE("the rows of several workers are put together") {
    FrequentKeys left(mib, 2);
    FrequentKeys right(mib, 2);
    for (std::int64_t place = 0; place < 5; ++place) {
        count(left, "a", place);
        count(right, "a", place + 5);
        count(right, "b", place + 5);
    }
    const auto compared = FrequentKeys::merge({left, right});
    REQUIRE(compared.size() == 2);
    CHECK(compared[0].key < compared[1].key);
    const auto& a = compared[compared[0].key == fingerprint("a") ? 0 : 1];
    CHECK(a.rows == 10);
    CHECK(a.unrecorded == 6);
}

TEST_CASE("the first rows of a key have records, in whichever order they come") {
    rc::prop("for any order", [] {
        std::vector<std::int64_t> places(*rc::gen::inRange<std::size_t>(1, 60));
        std::iota(places.begin(), places.end(), -20);
        auto seed = *rc::gen::arbitrary<std::uint64_t>();
        for (std::size_t i = places.size(); i > 1; --i) {
            seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
            std::swap(places[i - 1], places[(seed >> 33U) % i]);
        }
        const auto wanted = *rc::gen::inRange<std::size_t>(1, 70);
        FrequentKeys keys(mib, static_cast<std::int64_t>(wanted));
        std::vector<std::int64_t> recorded;
        for (const std::int64_t place : places) {
            if (!count(keys, "a", place)) {
                recorded.push_back(place);
            }
        }
        const auto compared = FrequentKeys::merge({keys});
        RC_ASSERT(compared.at(0).rows == static_cast<std::int64_t>(places.size()));
        RC_ASSERT(compared.at(0).unrecorded ==
                  static_cast<std::int64_t>(places.size() - recorded.size()));
        std::sort(places.begin(), places.end());
        std::sort(recorded.begin(), recorded.end());
        const std::size_t first = std::min(wanted, places.size());
        RC_ASSERT(std::equal(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(first),
                             recorded.begin()));
    });
}

TEST_CASE("a key that is long or comes late has a record for every row") {
    FrequentKeys keys(2048, 1); // of 8 keys, or of 1,024 bytes
    const std::string two_rows(most_key_bytes + 1, 'x');
    CHECK_FALSE(count(keys, two_rows));
    CHECK_FALSE(count(keys, two_rows));
    for (char letter = 'a'; letter < 'a' + 8; ++letter) {
        CHECK_FALSE(count(keys, {letter}));
    }
    CHECK_FALSE(count(keys, "late"));
    CHECK_FALSE(count(keys, "late"));
    CHECK(count(keys, "a"));
    CHECK(FrequentKeys::merge({keys}).size() == 8);

    FrequentKeys wide(2048, 1);
    for (char letter = 'a'; letter < 'a' + 3; ++letter) {
        wide.count(fingerprint({&letter, 1}), std::string(most_key_bytes, letter), 0);
    }
    CHECK(FrequentKeys::merge({wide}).size() == 2);
    CHECK_FALSE(FrequentKeys(0, 1).is_open());
}

TEST_CASE("nobody goes on looking for keys where most rows have one of their own") {
    FrequentKeys keys(mib, 1);
    FrequentKeys few(mib, 1);
    for (int row = 0; row < 5'000 && keys.is_open(); ++row) {
        count(keys, std::to_string(row));
    }
    for (int row = 0; row < 50'000; ++row) {
        count(few, std::to_string(row % 3'000));
    }
    CHECK_FALSE(keys.is_open());
    CHECK(few.is_open());
}
