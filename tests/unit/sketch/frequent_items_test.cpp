// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/frequent_items.hpp"

#include "assay/base/hash.hpp"
#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using assay::FrequencyBounds;
using assay::FrequentItem;
using assay::FrequentItems;
using assay::Tracking;

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

constexpr std::size_t stream_size = 1'000'000;

/// Numbers below stream_size, each an item.
using Stream = std::vector<std::size_t>;

Stream make_stream(const std::string& sort) {
    std::mt19937_64 random(7);
    Stream stream(stream_size);
    for (std::size_t i = 0; i < stream.size(); ++i) {
        const double uniform = std::generate_canonical<double, 53>(random);
        stream[i] = sort == "zipf"      ? static_cast<std::size_t>(std::pow(999'999.0, uniform))
                    : sort == "uniform" ? random() % 20'000
                                        : i;
    }
    return stream;
}

FrequentItems count_part(const Stream& stream, std::size_t from, std::size_t to) {
    FrequentItems items;
    for (std::size_t i = from; i < to; ++i) {
        add(items, std::to_string(stream[i]));
    }
    return items;
}

/// What holds of a stream that was counted in the default number of slots.
void check_promises(const FrequentItems& items, const Stream& stream) {
    std::vector<std::int64_t> truth(stream_size);
    for (const std::size_t number : stream) {
        ++truth[number];
    }
    std::set<std::string> top;
    for (const FrequentItem& item : items.top(FrequentItems::default_slots)) {
        top.emplace(item.bytes);
    }
    std::size_t outside = 0;
    std::size_t missing = 0;
    const auto frequent =
        static_cast<std::int64_t>(4 * stream.size() / FrequentItems::default_slots);
    for (std::size_t number = 0; number < truth.size(); ++number) {
        const std::string word = std::to_string(number);
        const FrequencyBounds bounds = items.bounds(assay::hash64(word));
        outside += truth[number] < bounds.lower || truth[number] > bounds.upper ? 1U : 0U;
        missing += truth[number] > frequent && top.count(word) == 0 ? 1U : 0U;
    }
    CHECK(items.total() == static_cast<std::int64_t>(stream.size()));
    CHECK(outside == 0);
    CHECK(missing == 0);
    CHECK(static_cast<double>(items.offset()) <=
          3.5 * static_cast<double>(stream.size()) / FrequentItems::default_slots);
}

/// Some words of few letters, in 8 to 32 slots.
FrequentItems any_items() {
    FrequentItems items(*rc::gen::element<std::size_t>(8, 16, 32));
    const auto size = *rc::gen::inRange(0, 600);
    const auto distinct = *rc::gen::inRange(1U, 200U);
    std::mt19937_64 random(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000)));
    for (int i = 0; i < size; ++i) {
        add(items, std::to_string(random() % (1 + random() % distinct)));
    }
    return items;
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

TEST_CASE("items that are counted together count as they do one by one") {
    rc::prop("in any table, cut in any way", [] {
        const auto slots = *rc::gen::element<std::size_t>(8, 64, FrequentItems::default_slots);
        FrequentItems together(slots);
        FrequentItems alone(slots);
        std::mt19937_64 random(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000)));
        for (int spans = *rc::gen::inRange(0, 40); spans > 0; --spans) {
            std::vector<std::uint64_t> hashes(random() % 300);
            for (std::uint64_t& hash : hashes) {
                hash = assay::hash64(std::to_string(random() % (1 + random() % 2'000)));
            }
            std::vector<Tracking> seen;
            together.count_each(hashes, [&](std::size_t i, Tracking tracking) {
                RC_ASSERT(i == seen.size());
                seen.push_back(tracking);
                if (tracking == Tracking::admitted) {
                    together.name(hashes[i], 0, "name");
                }
            });
            for (std::size_t i = 0; i < hashes.size(); ++i) {
                const Tracking tracking = alone.count(hashes[i]);
                RC_ASSERT(tracking == seen[i]);
                if (tracking == Tracking::admitted) {
                    alone.name(hashes[i], 0, "name");
                }
            }
        }
        RC_ASSERT(assay::test::state_of(together) == assay::test::state_of(alone));
    });
}

TEST_CASE("items with long names merge into a full table of items with short ones") {
    FrequentItems merged(8);
    FrequentItems other(8);
    for (std::uint64_t i = 1; i <= 6; ++i) {
        merged.add(i, 0, "");
        other.add(10 + i, 0, "name" + std::to_string(i), 100);
    }
    merged.merge(other);
    const auto top = merged.top(8);
    REQUIRE_FALSE(top.empty());
    CHECK(top.front().bytes.substr(0, 4) == "name");
}

TEST_CASE("promises hold for a million items, whole and merged from four shards") {
    for (const std::string sort : {"zipf", "uniform", "unique"}) {
        CAPTURE(sort);
        const Stream stream = make_stream(sort);
        check_promises(count_part(stream, 0, stream_size), stream);
        FrequentItems merged;
        for (std::size_t shard = 0; shard < 4; ++shard) {
            merged.merge(
                count_part(stream, shard * stream_size / 4, (shard + 1) * stream_size / 4));
        }
        check_promises(merged, stream);
    }
}

TEST_CASE("saved frequent items are read whole or refused") {
    rc::prop("and go on as the original would, also in a merge", [] {
        FrequentItems items = any_items();
        if (*rc::gen::inRange(0, 2) == 0) {
            items.merge(any_items());
        }
        const std::string bytes = assay::test::state_of(items);
        auto back = assay::test::restored<FrequentItems>(bytes);
        RC_ASSERT(assay::test::state_of(back) == bytes);
        RC_ASSERT(back.size() == items.size());
        RC_ASSERT(back.offset() == items.offset());
        RC_ASSERT(back.is_exact() == items.is_exact());
        RC_ASSERT(assay::test::refuses_every_other_length<FrequentItems>(bytes));

        const FrequentItems other = any_items();
        auto merged = items;
        merged.merge(other);
        auto merged_back = back;
        merged_back.merge(assay::test::restored<FrequentItems>(assay::test::state_of(other)));
        RC_ASSERT(assay::test::state_of(merged_back) == assay::test::state_of(merged));

        for (int i = 0; i < 300; ++i) {
            add(items, std::to_string(i % 70));
            add(back, std::to_string(i % 70));
        }
        RC_ASSERT(assay::test::state_of(back) == assay::test::state_of(items));
    });
    rc::prop("or damaged and sound", [] {
        const FrequentItems items = any_items();
        const auto bytes = assay::test::damaged(assay::test::state_of(items));
        RC_ASSERT(
            assay::test::is_refused_or_sound<FrequentItems>(bytes, [&](FrequentItems& damaged) {
                damaged.merge(items);
                for (int i = 0; i < 100; ++i) {
                    add(damaged, std::to_string(i));
                }
                damaged.top(10);
            }));
    });
}

TEST_CASE("frequent items in fewer slots keep their promises") {
    rc::prop("bounds hold for any stream, and what is folded is saved and goes on", [] {
        FrequentItems items(64);
        Truth truth;
        const auto distinct = *rc::gen::inRange(1U, 300U);
        std::mt19937_64 random(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000)));
        for (int i = 0; i < 2'000; ++i) {
            const std::string word = std::to_string(random() % (1 + random() % distinct));
            add(items, word);
            ++truth[word];
        }
        FrequentItems folded = items.fold(*rc::gen::element<std::size_t>(8, 16, 64, 128), 1);
        RC_ASSERT(folded.total() == items.total());
        RC_ASSERT(folded.size() <= items.size());
        RC_ASSERT(folded.is_exact() == (items.is_exact() && folded.size() == items.size()));
        RC_ASSERT(bounds_hold(folded, truth));
        const auto bytes = assay::test::state_of(folded);
        RC_ASSERT(assay::test::state_of(assay::test::restored<FrequentItems>(bytes)) == bytes);
        for (int i = 0; i < 300; ++i) {
            add(folded, std::to_string(i));
            ++truth[std::to_string(i)];
        }
        RC_ASSERT(bounds_hold(folded, truth));
    });
}

TEST_CASE("the most frequent items stay when slots become fewer, rare ones lose their names") {
    FrequentItems items;
    add(items, "most", 10);
    add(items, "many", 9);
    for (int i = 0; i < 100; ++i) {
        add(items, "rare " + std::to_string(i), 1 + i % 2);
    }
    const FrequentItems folded = items.fold(8, 9);
    REQUIRE(folded.size() == 6);
    const auto top = folded.top(6);
    CHECK(top[0].bytes == "most");
    CHECK(top[0].count == FrequencyBounds{10, 10});
    CHECK(top[1].bytes == "many");
    for (std::size_t i = 2; i < top.size(); ++i) {
        CHECK(top[i].bytes.empty());
        CHECK(top[i].count == FrequencyBounds{2, 2});
    }
    CHECK(folded.bounds(assay::hash64("never seen")).upper <= 2);
}

TEST_CASE("saved exact counts are the same bytes for any order of the items") {
    FrequentItems up(1'024);
    FrequentItems down(1'024);
    for (int i = 0; i < 700; ++i) {
        add(up, std::to_string(i), 1 + i % 3);
        add(down, std::to_string(699 - i), 1 + (699 - i) % 3);
    }
    CHECK(assay::test::state_of(up) == assay::test::state_of(down));
    CHECK(assay::test::restored<FrequentItems>(assay::test::state_of(up)).is_exact());
}

TEST_CASE("saved frequent items that count more than there was are refused") {
    const auto forged = [](std::uint64_t slots, std::uint64_t total, std::uint64_t count,
                           std::uint64_t before, std::size_t name) {
        std::string bytes;
        assay::StateWriter writer(bytes);
        writer.begin(assay::StateTag("FRQI"), 1);
        writer.hashes();
        writer.varint(slots);
        writer.varint(total);
        writer.varint(0); // threshold
        writer.varint(1);
        writer.u64(42);
        writer.varint(count);
        writer.varint(before);
        writer.u8(0);
        writer.bytes(std::string(name, 'x'));
        writer.varint(0); // filter
        return assay::test::is_refused<FrequentItems>(bytes);
    };
    CHECK_FALSE(forged(8, 5, 5, 0, 256));
    CHECK(forged(8, 5, 5, 0, 257));
    CHECK(forged(8, 5, 6, 0, 1));
    CHECK(forged(8, 5, 4, 0, 1));
    CHECK(forged(8, 5, 5, 1, 1));
    CHECK(forged(9, 5, 5, 0, 1));
    CHECK(forged(4, 5, 5, 0, 1));
    CHECK(forged(std::uint64_t{1} << 40, 5, 5, 0, 1));
}
