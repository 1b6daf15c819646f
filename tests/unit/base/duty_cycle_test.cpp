// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/duty_cycle.hpp"

#include <catch2/catch.hpp>

using namespace assay;
using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST_CASE("half of the time is as much rest as work, a tenth is nine times as much") {
    CHECK(DutyCycle(50).rest_after(milliseconds(300)) == milliseconds(300));
    CHECK(DutyCycle(10).rest_after(milliseconds(300)) == milliseconds(2700));
    CHECK(DutyCycle(99).rest_after(milliseconds(9900)) == milliseconds(100));
    CHECK(DutyCycle(1).rest_after(milliseconds(1)) == milliseconds(99));
}

TEST_CASE("all of the time is no rest") {
    DutyCycle always(100);
    for (int i = 0; i < 100; ++i) {
        CHECK(always.rest_after(milliseconds(900)) == microseconds(0));
    }
}

TEST_CASE("short pieces of work are rested for together") {
    DutyCycle half(50);
    microseconds rested{0};
    int rests = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto rest = half.rest_after(milliseconds(3));
        rested += rest;
        rests += rest.count() > 0 ? 1 : 0;
    }
    CHECK(rested >= milliseconds(2980));
    CHECK(rested <= milliseconds(3000));
    CHECK(rests <= 150);
}
