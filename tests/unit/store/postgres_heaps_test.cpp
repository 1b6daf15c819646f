// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/heaps.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

using assay::postgres::Heaps;

TEST_CASE("a range of one heap has as many blocks as pages") {
    const Heaps one({100});
    CHECK(one.pages() == 100);
    CHECK(one.longest() == 100);
    CHECK(one.block_after(0, 16) == 16);
    CHECK(one.block_after(90, 16) == 106);
    CHECK(one.block_after(200, 16) == 216);
    CHECK(one.block_after(3, 0) == 4);
}

TEST_CASE("a range of several heaps ends where it has as many pages of all of them") {
    const Heaps heaps({1000, 0, 10, 10});
    CHECK(heaps.pages() == 1020);
    CHECK(heaps.longest() == 1000);
    CHECK(heaps.pages_before(5) == 15);
    CHECK(heaps.pages_before(50) == 70);
    CHECK(heaps.block_after(0, 9) == 3);
    CHECK(heaps.block_after(0, 1) == 1);
    CHECK(heaps.block_after(5, 30) == 25);
    CHECK(heaps.block_after(20, 30) == 50);
    CHECK(heaps.block_after(990, 30) == 1020);
    for (std::int64_t first = 0; first < heaps.longest();) {
        const std::int64_t end = heaps.block_after(first, 100);
        CHECK(heaps.pages_before(end) - heaps.pages_before(first) <= 100);
        CHECK(end > first);
        first = end;
    }
}

TEST_CASE("no heaps have no pages") {
    const Heaps none({});
    CHECK(none.pages() == 0);
    CHECK(none.longest() == 0);
    CHECK(none.block_after(0, 16) == 16);
}
