// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/hyperloglog.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using assay::HyperLogLog;

namespace {

std::uint64_t hash_of(std::uint64_t number) {
    std::array<char, 8> bytes{};
    for (char& byte : bytes) {
        byte = static_cast<char>(number & 0xff);
        number >>= 8;
    }
    return assay::hash64({bytes.data(), bytes.size()});
}

std::string digest(const HyperLogLog& sketch) {
    std::string bytes;
    for (const std::uint8_t rank : sketch.registers()) {
        bytes.push_back(static_cast<char>(rank));
    }
    return assay::hex64(assay::hash64(bytes));
}

HyperLogLog build(const std::vector<std::uint64_t>& hashes, unsigned precision) {
    HyperLogLog sketch(precision);
    for (const std::uint64_t hash : hashes) {
        sketch.add(hash);
    }
    return sketch;
}

bool same(const HyperLogLog& left, const HyperLogLog& right) {
    return left.precision() == right.precision() && digest(left) == digest(right);
}

struct KnownAnswer {
    std::uint64_t values;
    double coarse;
    std::string_view coarse_registers;
    double fine;
    std::string_view fine_registers;
};

// The values 0 to N-1 as 8 bytes, little endian; the registers by their XXH3-64.
constexpr std::array<KnownAnswer, 8> known_answers = {{
    {0, 0, "93d76fe148c689ba", 0, "b7ce04b81707a4d0"},
    {1, 1.000116, "dcd5a10714b02e65", 1.000024, "dc8407542e7db2f7"},
    {10, 10.012327, "f1b6b0fca758d26a", 10.003149, "7bfeea8d642a44a4"},
    {100, 101.240898, "56bea86ba9002cc2", 100.306183, "cf83db4ad8247b08"},
    {1'000, 996.442201, "ec0de7ffc856b301", 1000.949288, "f2204865ba23a1da"},
    {10'000, 9904.567917, "c33848a93f065146", 10024.631181, "4a621201b95e822a"},
    {100'000, 98734.241074, "5c993761be04b4fb", 99324.533746, "20f447defccc8824"},
    {1'000'000, 1016441.033181, "9506dbd5c652bd68", 996047.315361, "6b0f17335c61e265"},
}};

} // namespace

TEST_CASE("estimates and registers agree with the known answers") {
    HyperLogLog coarse(12);
    HyperLogLog fine(14);
    std::uint64_t next = 0;
    for (const KnownAnswer& known : known_answers) {
        for (; next < known.values; ++next) {
            const std::uint64_t hash = hash_of(next);
            coarse.add(hash);
            fine.add(hash);
        }
        CAPTURE(known.values);
        CHECK(digest(coarse) == known.coarse_registers);
        CHECK(digest(fine) == known.fine_registers);
        CHECK(coarse.estimate().value == Approx(known.coarse).epsilon(1e-9).margin(1e-6));
        CHECK(fine.estimate().value == Approx(known.fine).epsilon(1e-9).margin(1e-6));
        CHECK(same(fine.fold(12), coarse));
    }
}

TEST_CASE("an empty sketch estimates zero with an empty interval") {
    const auto estimate = HyperLogLog().estimate();
    CHECK(estimate.value == 0);
    CHECK(estimate.lower == 0);
    CHECK(estimate.upper == 0);
}

TEST_CASE("a precision outside 4 to 18 is our bug") {
    CHECK_THROWS_AS(HyperLogLog(3), assay::Error);
    CHECK_THROWS_AS(HyperLogLog(19), assay::Error);
    CHECK_THROWS_AS(HyperLogLog(12).fold(13), assay::Error);
    CHECK(HyperLogLog(18).registers().size() == 262'144);
}

TEST_CASE("a sketch with every register saturated still estimates a number") {
    HyperLogLog sketch(4);
    for (std::uint64_t i = 0; i < 16; ++i) {
        sketch.add(i << 60);
    }
    CHECK(std::isfinite(sketch.estimate().value));
    CHECK(sketch.estimate().value > 1e19);
}

TEST_CASE("the 95 % interval holds the truth in at least 90 of 100 streams") {
    int hits = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        HyperLogLog sketch;
        for (std::uint64_t i = 0; i < 3'000; ++i) {
            sketch.add(hash_of((seed << 32) + i));
        }
        const auto estimate = sketch.estimate();
        hits += estimate.lower <= 3'000 && 3'000 <= estimate.upper ? 1 : 0;
    }
    CHECK(hits >= 90);
}

TEST_CASE("merging two sketches equals building one over both inputs") {
    rc::prop("for every precision, and any overlap",
             [](const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
                 const auto precision = *rc::gen::inRange(4U, 13U);
                 HyperLogLog merged = build(a, precision);
                 merged.merge(build(b, precision));
                 std::vector<std::uint64_t> both = b;
                 both.insert(both.end(), a.begin(), a.end());
                 RC_ASSERT(same(merged, build(both, precision)));
                 const HyperLogLog once = merged;
                 merged.merge(once);
                 RC_ASSERT(same(merged, once));
             });
}

TEST_CASE("folding equals building at the lower precision") {
    rc::prop("also for hashes that begin with many zeros", [](std::vector<std::uint64_t> hashes) {
        for (std::uint64_t& hash : hashes) {
            hash >>= *rc::gen::inRange(0, 63);
        }
        const auto from = *rc::gen::inRange(5U, 13U);
        const auto to = *rc::gen::inRange(4U, from);
        RC_ASSERT(same(build(hashes, from).fold(to), build(hashes, to)));
    });
}

TEST_CASE("merging sketches of different precision folds to the coarser one") {
    const std::vector<std::uint64_t> hashes = {hash_of(1), hash_of(2), 0, ~std::uint64_t{0}};
    HyperLogLog fine = build(hashes, 14);
    fine.merge(build(hashes, 10));
    CHECK(same(fine, build(hashes, 10)));
    HyperLogLog coarse = build(hashes, 10);
    coarse.merge(build(hashes, 14));
    CHECK(same(coarse, build(hashes, 10)));
}

TEST_CASE("a saved HyperLogLog sketch is read whole or refused") {
    rc::prop("and written again as the same bytes", [](std::vector<std::uint64_t> hashes) {
        for (std::uint64_t& hash : hashes) {
            hash = *rc::gen::inRange(0, 2) == 0 ? hash : hash_of(hash);
        }
        const HyperLogLog sketch = build(hashes, *rc::gen::inRange(4U, 9U));
        const std::string bytes = assay::test::state_of(sketch);
        RC_ASSERT(same(assay::test::restored<HyperLogLog>(bytes), sketch));
        RC_ASSERT(assay::test::survives_round_trip(sketch));
        RC_ASSERT(assay::test::refuses_every_other_length<HyperLogLog>(bytes));
        RC_ASSERT(assay::test::is_refused_or_sound<HyperLogLog>(
            assay::test::damaged(bytes), [](HyperLogLog& damaged) {
                damaged.estimate();
                damaged.merge(HyperLogLog(14));
                damaged.fold(HyperLogLog::min_precision);
            }));
    });
}

TEST_CASE("a saved HyperLogLog sketch is small while it is empty and 16 KiB when full") {
    HyperLogLog sketch;
    CHECK(assay::test::state_of(sketch).size() == 4 + 1 + 10 + 1 + 4);
    for (std::uint64_t i = 0; i < 400'000; ++i) {
        sketch.add(hash_of(i));
    }
    CHECK(assay::test::state_of(sketch).size() == 4 + 1 + 10 + 1 + 16'384);
    CHECK(assay::test::survives_round_trip(sketch));
    CHECK(assay::test::survives_round_trip(HyperLogLog(18)));
}

TEST_CASE("a saved HyperLogLog sketch of other hashes is refused") {
    std::string bytes = assay::test::state_of(HyperLogLog(4));
    bytes[bytes.find("/1") + 1] = '2';
    CHECK_THROWS_WITH(assay::test::restored<HyperLogLog>(bytes),
                      Catch::Contains("hashes of the sort 'xxh3-64/2'"));
}
