// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/duplicates.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <vector>

using namespace assay;

TEST_CASE("sizes of groups are told in powers of two, 2 and 3 alone") {
    GroupSizes sizes;
    CHECK(sizes.ranges().empty());
    for (const std::int64_t rows : {2, 2, 3, 4, 7, 8, 15, 16}) {
        sizes.add(rows);
    }
    using Ranges = std::vector<GroupSizes::Range>;
    CHECK(sizes.ranges() == Ranges{{2, 2, 2}, {3, 3, 1}, {4, 7, 2}, {8, 15, 2}, {16, 31, 1}});
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    GroupSizes huge;
    huge.add(most);
    huge.add(2);
    sizes.merge(huge);
    CHECK(sizes.ranges().front() == GroupSizes::Range{2, 2, 3});
    CHECK(sizes.ranges().back().most == most);
}
