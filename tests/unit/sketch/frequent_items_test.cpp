// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/frequent_items.hpp"

#include "assay/base/hash.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

using assay::FrequencyBounds;
using assay::FrequentItem;
using assay::FrequentItems;

namespace {

using Truth = std::map<std::string, std::int64_t>;

void add(FrequentItems& items, const std::string& word, std::int64_t weight = 1) {
    items.add(assay::hash64(word), 0, word, weight);
}

bool bounds_hold(const FrequentItems& items, const Truth& truth) {
    for (const auto& [word, count] : truth) {
        const FrequencyBounds bounds = items.bounds(assay::hash64(word));
        if (count < bounds.lower || count > bounds.upper) {
            return false;
        }
    }
    return true;
}

/// Words of a Zipf law with exponent 1.
std::string zipf_word(std::mt19937_64& random) {
    const double uniform = std::generate_canonical<double, 53>(random);
    return "w" + std::to_string(static_cast<int>(std::pow(20'000.0, uniform)));
}

} // namespace

TEST_CASE("few items are counted exactly") {
    FrequentItems items(4);
    for (const char letter : std::string("ABACABADABC")) {
        add(items, std::string(1, letter));
    }
    CHECK(items.offset() == 0);
    CHECK(items.total() == 11);
    const auto top = items.top(10);
    REQUIRE(top.size() == 4);
    CHECK(top[0].bytes == "A");
    CHECK(top[0].count == FrequencyBounds{5, 5});
    CHECK(top[1].bytes == "B");
    CHECK(top[1].count == FrequencyBounds{3, 3});
    CHECK(top[2].bytes == "C");
    CHECK(top[2].count == FrequencyBounds{2, 2});
    CHECK(top[3].bytes == "D");
    CHECK(top[3].count == FrequencyBounds{1, 1});
    CHECK(items.bounds(assay::hash64("E")) == FrequencyBounds{0, 0});
}

TEST_CASE("3072 items are exact in 4096 slots and one more is not") {
    FrequentItems items;
    for (int i = 0; i < 3'072; ++i) {
        add(items, std::to_string(i));
    }
    CHECK(items.is_exact());
    CHECK(items.size() == 3'072);
    add(items, "one more");
    CHECK_FALSE(items.is_exact());
    CHECK(items.offset() == 1);
}

TEST_CASE("long items are cut, and told apart by their hash") {
    FrequentItems items;
    const std::string start(300, 'x');
    add(items, start + "a");
    add(items, start + "b");
    const auto top = items.top(5);
    REQUIRE(top.size() == 2);
    CHECK(top[0].bytes == std::string(256, 'x'));
    CHECK(top[1].bytes == std::string(256, 'x'));
}

TEST_CASE("the tag and the bytes of the first sight are kept through growth and purges") {
    FrequentItems items(64);
    items.add(assay::hash64("heavy"), 3, "heavy", 1'000'000);
    for (int i = 0; i < 5'000; ++i) {
        add(items, "light" + std::to_string(i));
    }
    const auto top = items.top(1);
    REQUIRE(top.size() == 1);
    CHECK(top[0].bytes == "heavy");
    CHECK(top[0].tag == 3);
    CHECK(top[0].count.lower <= 1'000'000);
    CHECK(top[0].count.upper >= 1'000'000);
}

TEST_CASE("ties are ordered by tag and bytes") {
    FrequentItems items;
    items.add(1, 2, "a");
    items.add(2, 1, "b");
    items.add(3, 1, "a");
    const auto top = items.top(2);
    REQUIRE(top.size() == 2);
    CHECK(top[0].tag == 1);
    CHECK(top[0].bytes == "a");
    CHECK(top[1].bytes == "b");
}

TEST_CASE("on a skewed stream the heavy items come out in order and the offset keeps its bound") {
    std::mt19937_64 random(42);
    FrequentItems items(1'024);
    Truth truth;
    for (int i = 0; i < 100'000; ++i) {
        const std::string word = zipf_word(random);
        add(items, word);
        ++truth[word];
    }
    CHECK(bounds_hold(items, truth));
    CHECK(static_cast<double>(items.offset()) <= 3.5 * 100'000 / 1'024);
    CHECK(items.top(1).front().bytes == "w1");
}

TEST_CASE("bounds hold for any stream, split in any way") {
    rc::prop("and a merge is exact exactly when all items fit", [] {
        const auto word = rc::gen::map(rc::gen::inRange(0, 60),
                                       [](int number) { return std::to_string(number); });
        const auto parts = *rc::gen::container<std::vector<std::vector<std::string>>>(
            rc::gen::container<std::vector<std::string>>(word));
        FrequentItems merged(16);
        Truth truth;
        std::int64_t total = 0;
        for (const auto& part : parts) {
            FrequentItems items(16);
            for (const std::string& item : part) {
                add(items, item);
                ++truth[item];
                ++total;
            }
            merged.merge(items);
        }
        RC_ASSERT(merged.total() == total);
        RC_ASSERT(bounds_hold(merged, truth));
        RC_ASSERT(merged.is_exact() == (truth.size() <= 12));
        if (merged.is_exact()) {
            RC_ASSERT(merged.top(100).size() == truth.size());
        }
    });
}

TEST_CASE("random streams keep the promised offset") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        std::mt19937_64 random(seed);
        FrequentItems items(256);
        Truth truth;
        const auto distinct = 200 + 300 * seed;
        for (int i = 0; i < 10'000; ++i) {
            const std::string word = std::to_string(random() % distinct);
            add(items, word);
            ++truth[word];
        }
        CHECK(bounds_hold(items, truth));
        CHECK(static_cast<double>(items.offset()) <= 3.5 * 10'000 / 256);
    }
}
