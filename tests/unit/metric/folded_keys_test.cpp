// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/folded_keys.hpp"

#include "assay/base/error.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::size_t kib = 1024;

/// Rows by what they are folded to, and by what they are.
using Rows = std::vector<std::pair<int, int>>;

Fingerprint key_of(std::uint64_t folded, std::uint64_t exact) {
    const std::uint64_t words[]{folded, exact};
    return fingerprint({reinterpret_cast<const char*>(words), sizeof words});
}
Fingerprint folded_key(int folded) { return key_of(static_cast<std::uint64_t>(folded), 1U << 31U); }
Fingerprint exact_key(int folded, int exact) {
    return key_of(static_cast<std::uint64_t>(folded), static_cast<std::uint64_t>(exact));
}

/// @param collectors that share the rows
std::vector<PairPartitions> collect(const Rows& rows, const KeyMemory& memory, TempFile& file,
                                    std::size_t collectors) {
    std::vector<PairPartitions> keys;
    for (std::size_t i = 0; i < collectors; ++i) {
        keys.emplace_back(memory, file);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto [folded, exact] = rows[i];
        keys[i % collectors].add({folded_key(folded), exact_key(folded, exact)});
    }
    return keys;
}

FoldedResult count(const std::vector<PairPartitions>& keys, std::size_t table_bytes,
                   std::size_t most, const TempFile& file) {
    std::vector<FoldedResult> counted;
    for (std::size_t first = 0; first < 3; ++first) {
        FoldedCounter counter(keys, table_bytes, most, file.folder(), nullptr);
        for (std::size_t i = first; i < keys.front().partitions(); i += 3) {
            counter.count(i);
        }
        counted.push_back(counter.result());
    }
    return sum_of(counted, most);
}

using Map = std::map<int, std::map<int, std::int64_t>>;

FoldedCounts expected(const Map& groups) {
    FoldedCounts counts;
    for (const auto& [folded, variants] : groups) {
        std::int64_t rows = 0;
        for (const auto& [exact, number] : variants) {
            rows += number;
            counts.exact_surplus += number - 1;
        }
        counts.rows += rows;
        counts.folded_surplus += rows - 1;
        if (variants.size() > 1) {
            ++counts.missed_groups;
            counts.rows_in_them += rows;
        }
    }
    return counts;
}

auto as_tuple(const FoldedCounts& counts) {
    return std::tuple(counts.rows, counts.exact_surplus, counts.folded_surplus,
                      counts.missed_groups, counts.rows_in_them);
}

Map map_of(const Rows& rows) {
    Map groups;
    for (const auto& [folded, exact] : rows) {
        ++groups[folded][exact];
    }
    return groups;
}

} // namespace

TEST_CASE("folded keys are counted as a map of maps does, whatever the memory") {
    TempDir folder;
    rc::prop("", [&](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& some) {
        Rows rows;
        for (int round = 0; round < 20; ++round) {
            for (const auto& [folded, exact] : some) {
                rows.emplace_back(folded + round, exact % 4 + round % 3);
            }
        }
        const Map groups = map_of(rows);
        const KeyMemory memory =
            KeyMemory::of(64 * kib, *rc::gen::inRange<std::size_t>(1, 4), sizeof(KeyPair));
        TempFile file(folder.path());
        const auto keys = collect(rows, memory, file, *rc::gen::inRange<std::size_t>(1, 4));
        const FoldedResult result = count(keys, memory.table_bytes, groups.size(), file);
        RC_ASSERT(as_tuple(result.counts) == as_tuple(expected(groups)));
        RC_ASSERT(result.missed.size() == static_cast<std::size_t>(result.counts.missed_groups));
        const auto variants =
            largest_variants(keys, memory.table_bytes, result.missed, 100, file.folder(), nullptr);
        std::int64_t found = 0;
        for (std::size_t i = 0; i < variants.of_groups.size(); ++i) {
            std::int64_t in_group = 0;
            for (const auto& variant : variants.of_groups[i]) {
                in_group += variant.rows;
            }
            RC_ASSERT(in_group == result.missed[i].rows);
            found += in_group;
        }
        RC_ASSERT(found == result.counts.rows_in_them);
    });
}

TEST_CASE("a group of more keys than memory holds is counted, and its largest ones are named") {
    TempDir folder;
    Rows rows;
    for (int i = 0; i < 20'000; ++i) {
        rows.emplace_back(7, i);
    }
    rows.emplace_back(7, 19'999);
    rows.emplace_back(8, 1);
    const KeyMemory memory = KeyMemory::of(64 * kib, 1, sizeof(KeyPair));
    TempFile file(folder.path());
    const auto keys = collect(rows, memory, file, 1);
    CHECK(keys.front().spilled_bytes() > 0);
    const FoldedResult result = count(keys, memory.table_bytes, 5, file);
    CHECK(as_tuple(result.counts) == std::tuple(20'002, 1, 20'000, 1, 20'001));
    REQUIRE(result.missed.size() == 1);
    CHECK(result.missed.front().key == folded_key(7));
    const auto variants =
        largest_variants(keys, memory.table_bytes, result.missed, 20, file.folder(), nullptr);
    const auto& largest = variants.of_groups.front();
    REQUIRE(largest.size() == 20);
    CHECK(largest.front().key == exact_key(7, 19'999));
    CHECK(largest.front().rows == 2);
    CHECK(largest.back().rows == 1);
    CHECK(variants.spilled_bytes >= std::int64_t{20'000} * 32); // they are sorted in a file
}

TEST_CASE("several counters sort what their tables do not hold at the same time") {
    TempDir folder;
    Rows rows;
    for (int i = 0; i < 60'000; ++i) {
        rows.emplace_back(i % 20'000, i % 40'000);
    }
    const KeyMemory memory = KeyMemory::of(64 * kib, 2, sizeof(KeyPair));
    TempFile file(folder.path());
    const auto keys = collect(rows, memory, file, 2);
    std::vector<FoldedResult> counted(2);
    {
        std::vector<std::jthread> team;
        for (std::size_t i = 0; i < 2; ++i) {
            team.emplace_back([&, i] {
                FoldedCounter counter(keys, memory.table_bytes, 5, folder.path(), nullptr);
                for (std::size_t partition = i; partition < memory.partitions; partition += 2) {
                    counter.count(partition);
                }
                counted[i] = counter.result();
            });
        }
    }
    const FoldedResult result = sum_of(counted, 5);
    CHECK(as_tuple(result.counts) == as_tuple(expected(map_of(rows))));
    // Every pair once, and again for each of the levels of merging: not for each slice of a table.
    CHECK(result.spilled_bytes > 60'000 * 32);
    CHECK(result.spilled_bytes < 60'000 * 32 * 8);
}

TEST_CASE("whoever stops the work is heard while pairs are sorted") {
    TempDir folder;
    Rows rows;
    for (int i = 0; i < 200'000; ++i) {
        rows.emplace_back(7, i);
    }
    const KeyMemory memory = KeyMemory::of(64 * kib, 1, sizeof(KeyPair));
    TempFile file(folder.path());
    const auto keys = collect(rows, memory, file, 1);
    Cancellation cancellation;
    cancellation.request(SIGINT);
    FoldedCounter counter(keys, memory.table_bytes, 5, folder.path(), &cancellation);
    CHECK_THROWS_AS(counter.count(keys.front().partition_of(folded_key(7))), Error);
}

TEST_CASE("no rows have no folded keys") {
    TempDir folder;
    const KeyMemory memory = KeyMemory::of(64 * kib, 1, sizeof(KeyPair));
    TempFile file(folder.path());
    const auto keys = collect({}, memory, file, 1);
    CHECK(as_tuple(count(keys, memory.table_bytes, 5, file).counts) == std::tuple(0, 0, 0, 0, 0));
    CHECK(largest_variants(keys, memory.table_bytes, {}, 20, file.folder(), nullptr)
              .of_groups.empty());
}
