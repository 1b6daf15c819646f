// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/spill_list.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <numeric>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

std::vector<std::uint32_t> all_of(const SpillList<std::uint32_t>& list) {
    std::vector<std::uint32_t> things;
    list.for_each([&](std::uint32_t thing) { things.push_back(thing); });
    return things;
}

} // namespace

TEST_CASE("a list is read as it was written, any number of times, whatever memory there is") {
    const TempDir folder;
    TempFile file(folder.path());
    std::vector<std::uint32_t> expected(10'000);
    std::iota(expected.begin(), expected.end(), 0U);
    for (const std::size_t bytes : {0U, 10'000U, 1'000'000U}) {
        SpillList<std::uint32_t> list(bytes, file);
        CHECK(all_of(list).empty());
        for (const std::uint32_t thing : expected) {
            list.add(thing);
        }
        CHECK(list.size() == 10'000);
        CHECK((list.spilled_bytes() > 0) == (bytes < 40'000));
        CHECK(all_of(list) == expected);
        CHECK(all_of(list) == expected);
    }
}

TEST_CASE("two lists may share a file") {
    const TempDir folder;
    TempFile file(folder.path());
    SpillList<std::uint32_t> even(0, file);
    SpillList<std::uint32_t> odd(0, file);
    for (std::uint32_t i = 0; i < 5000; ++i) {
        (i % 2 == 0 ? even : odd).add(i);
    }
    CHECK(all_of(even)[2000] == 4000);
    CHECK(all_of(odd)[2000] == 4001);
}
