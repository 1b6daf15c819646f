// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/share.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <vector>

using namespace assay;

namespace {

SampleDesign clusters(std::int64_t count, double fraction = 0.1, double squares = 0) {
    return {SampleUnit::clusters, fraction, count, squares};
}

/// Groups of `rows` rows each, with these numbers of hits.
std::vector<GroupTally> groups_of(std::int64_t rows, const std::vector<std::int64_t>& hits) {
    std::vector<GroupTally> groups;
    for (const std::int64_t each : hits) {
        groups.push_back({rows, each});
    }
    return groups;
}

} // namespace

TEST_CASE("Wilson's interval has its known answers") {
    CHECK(wilson_interval(0.95, 1000).lower == Approx(0.934686).margin(5e-7));
    CHECK(wilson_interval(1.0, 100).lower == Approx(0.963005).margin(5e-7));
    CHECK(wilson_interval(0.999, 10'000).lower == Approx(0.998160).margin(5e-7));
    // 15 of 50: Newcombe (1998), table of methods, gives 0.1910 to 0.4375.
    CHECK(wilson_interval(0.3, 50).lower == Approx(0.1910).margin(5e-5));
    CHECK(wilson_interval(0.3, 50).upper == Approx(0.4375).margin(5e-5));
    CHECK(wilson_interval(0, 100).lower == 0);
    CHECK(wilson_interval(1, 100).upper == 1);
    CHECK(wilson_interval(0, 100).upper == Approx(1 - wilson_interval(1, 100).lower));
}

TEST_CASE("an interval holds its fraction and narrows with the draws") {
    for (const double fraction : {0.0, 1e-9, 0.1, 0.5, 0.999, 1.0}) {
        double width = 2;
        for (const double draws : {1.0, 1.5, 10.0, 1e3, 1e9}) {
            const Share share = wilson_interval(fraction, draws);
            CHECK(share.lower >= 0);
            CHECK(share.lower <= fraction);
            CHECK(share.upper >= fraction);
            CHECK(share.upper <= 1);
            CHECK(share.upper - share.lower < width);
            width = share.upper - share.lower;
        }
    }
}

TEST_CASE("rows that are alike within their groups count as one draw a group") {
    // 100 groups of 10 rows, every second one full: as good as 100 draws of one.
    std::vector<std::int64_t> hits;
    for (int i = 0; i < 100; ++i) {
        hits.push_back(i % 2 == 0 ? 10 : 0);
    }
    const auto effect = design_effect(groups_of(10, hits));
    REQUIRE(effect);
    CHECK(*effect == Approx(10.0 * 100 / 99));
    const auto share = estimate_share(groups_of(10, hits), clusters(100));
    REQUIRE(share);
    CHECK(share->upper == Approx(wilson_interval(0.5, 99).upper));
}

TEST_CASE("groups that are all the same are never worth more than their rows") {
    const auto groups = groups_of(10, std::vector<std::int64_t>(100, 5));
    CHECK(design_effect(groups) == 1.0);
    CHECK(estimate_share(groups, clusters(100)) == wilson_interval(0.5, 1000));
}

TEST_CASE("what no row of a cluster sample shows may still be in whole clusters") {
    const auto none = groups_of(1000, std::vector<std::int64_t>(100, 0));
    CHECK_FALSE(design_effect(none));
    CHECK(estimate_share(none, clusters(50)) == wilson_interval(0, 50));
    CHECK(estimate_share(none, {SampleUnit::rows, 0.1, 0}) == wilson_interval(0, 100'000));
    // Few groups tell nothing of how they differ, and clusters that nobody counted are the groups.
    CHECK(estimate_share(groups_of(10, {1, 2, 3}), clusters(7)) == wilson_interval(0.2, 7));
    CHECK(estimate_share(groups_of(10, {1, 2, 3}), clusters(0)) == wilson_interval(0.2, 3));
    // Clusters without rows tell nothing: 2 of 100 rows each and 998 empty ones are worth 2.
    CHECK(estimate_share(groups_of(100, {0, 0}), clusters(1'000, 0.1, 20'000)) ==
          wilson_interval(0, 2));
    CHECK_FALSE(estimate_share({}, clusters(7)));
    CHECK_FALSE(estimate_share(groups_of(0, {0}), clusters(7)));
}

TEST_CASE("the number of rows is extrapolated, never below what was seen") {
    const RowEstimate rows = estimate_rows(1'000, {SampleUnit::rows, 0.1, 0});
    CHECK(rows.value == 10'000);
    CHECK(rows.lower == Approx(10'000 * (1 - 1.96 * std::sqrt(0.9 / 1000))).margin(1));
    CHECK(rows.upper == Approx(10'000 * (1 + 1.96 * std::sqrt(0.9 / 1000))).margin(1));
    const RowEstimate pages = estimate_rows(1'000, clusters(20));
    CHECK(pages.upper - pages.lower > 5 * (rows.upper - rows.lower));
    CHECK(estimate_rows(3, {SampleUnit::rows, 0.9, 0}).lower == 3);
    // 180 empty clusters and 20 of 50 rows are worth 20.
    CHECK(estimate_rows(1'000, clusters(200, 0.1, 20 * 50 * 50)).upper == pages.upper);
    // Clusters of 10, 20 and 30 rows, each drawn with the chance 1/2: 120 rows, of a variance of
    // (1 - f) / f^2 * 1400 = 2800.
    const RowEstimate uneven = estimate_rows(60, clusters(3, 0.5, 1'400));
    CHECK(uneven.value == 120);
    CHECK(uneven.upper == Approx(120 + 1.959964 * std::sqrt(2'800)).margin(1));
    CHECK(uneven.lower == 60); // so many were seen
}

TEST_CASE("a sample without any row does not say that there are none") {
    const RowEstimate rows = estimate_rows(0, {SampleUnit::rows, 0.01, 0});
    CHECK(rows.value == 0);
    CHECK(rows.lower == 0);
    CHECK(rows.upper == 300);
}

TEST_CASE("intervals of shares hold the truth as often as they say, however rows lie together") {
    std::mt19937_64 random(7);
    for (const double alike : {0.0, 0.5, 0.95}) { // how much the rows of a page have in common
        for (const double truth : {0.02, 0.3, 0.9}) {
            int inside = 0;
            constexpr int runs = 400;
            for (int run = 0; run < runs; ++run) {
                std::vector<GroupTally> groups;
                std::uniform_real_distribution<double> unit;
                for (int group = 0; group < 60; ++group) {
                    GroupTally tally;
                    for (int page = 0; page < 5; ++page) {
                        const bool page_hit = unit(random) < truth;
                        for (int row = 0; row < 20; ++row) {
                            const bool hit = unit(random) < alike ? page_hit : unit(random) < truth;
                            ++tally.rows;
                            tally.hits += hit ? 1 : 0;
                        }
                    }
                    groups.push_back(tally);
                }
                const Share share = estimate_share(groups, clusters(300)).value();
                inside += share.lower <= truth && truth <= share.upper ? 1 : 0;
            }
            INFO("alike " << alike << ", truth " << truth << ", inside " << inside);
            CHECK(inside >= runs * 92 / 100); // 95 %, less what chance and few groups take
        }
    }
}

TEST_CASE("intervals of the number of rows hold the truth however unevenly clusters are filled") {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> unit;
    constexpr int runs = 1000;
    int inside = 0;
    for (int run = 0; run < runs; ++run) {
        std::int64_t truth = 0;
        ClusterCount drawn;
        for (int page = 0; page < 4'000; ++page) {
            const std::int64_t rows = page % 2 == 0 ? 50 : page % 20; // half of them mostly deleted
            truth += rows;
            if (unit(random) < 0.1) {
                drawn.add(rows);
            }
        }
        const RowEstimate rows = estimate_rows(static_cast<std::int64_t>(drawn.rows),
                                               clusters(drawn.clusters, 0.1, drawn.squares));
        inside += rows.lower <= truth && truth <= rows.upper ? 1 : 0;
    }
    CHECK(inside >= runs * 93 / 100);
    CHECK(inside <= runs * 97 / 100);
}

TEST_CASE("clusters are worth as many of one size as tell the same") {
    ClusterCount even;
    ClusterCount uneven;
    for (int i = 0; i < 50; ++i) {
        even.add(7);
        uneven.add(i == 0 ? 1'000'000 : i % 2);
    }
    CHECK(even.clusters == 50);
    CHECK(even.effective() == Approx(50));
    CHECK(uneven.effective() == Approx(1).margin(0.001));
    CHECK(ClusterCount{}.effective() == 0);
}

TEST_CASE("intervals of the number of rows hold the truth as often as they say") {
    std::mt19937_64 random(11);
    std::uniform_real_distribution<double> unit;
    constexpr int runs = 500;
    constexpr std::int64_t truth = 20'000;
    int inside_rows = 0;
    int inside_pages = 0;
    for (int run = 0; run < runs; ++run) {
        std::int64_t rows = 0;
        std::int64_t pages = 0;
        for (std::int64_t i = 0; i < truth; ++i) {
            rows += unit(random) < 0.05 ? 1 : 0;
            pages += i % 20 == 0 && unit(random) < 0.05 ? 1 : 0;
        }
        const RowEstimate by_row = estimate_rows(rows, {SampleUnit::rows, 0.05, 0});
        const RowEstimate by_page = estimate_rows(pages * 20, clusters(pages, 0.05));
        inside_rows += by_row.lower <= truth && truth <= by_row.upper ? 1 : 0;
        inside_pages += by_page.lower <= truth && truth <= by_page.upper ? 1 : 0;
    }
    CHECK(inside_rows >= runs * 92 / 100);
    CHECK(inside_pages >= runs * 92 / 100);
}
