// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/duplicates.hpp"
#include "assay/metric/key_partitions.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::size_t kib = 1024;

Fingerprint key_of_number(std::uint64_t number) {
    return fingerprint({reinterpret_cast<const char*>(&number), sizeof number});
}

std::vector<Fingerprint> keys_of(const KeyPartitions& partitions, std::size_t partition) {
    std::vector<Fingerprint> keys;
    partitions.for_keys(partition, [&](std::span<const Fingerprint> some) {
        keys.insert(keys.end(), some.begin(), some.end());
        return true;
    });
    return keys;
}

/// What collectors have, and what a map finds of the same rows.
struct Collected {
    std::vector<PlacedKeys> records = {};
    std::vector<ComparedKey> compared = {};
    std::map<Fingerprint, std::int64_t> expected = {};
};

/// What a map of keys finds, and what counting all partitions does.
void check_counts(const Collected& collected, std::size_t table_bytes, const TempDir& folder) {
    const auto& expected = collected.expected;
    const auto& partitions = collected.records;
    PartitionCounter counter(partitions, collected.compared, table_bytes, expected.size(),
                             folder.path(), nullptr);
    for (std::size_t i = 0; i < partitions.front().partitions(); ++i) {
        counter.count(i);
    }
    std::int64_t rows = 0;
    std::int64_t surplus = 0;
    std::map<Fingerprint, std::int64_t> groups;
    for (const auto& [key, count] : expected) {
        rows += count;
        surplus += count - 1;
        if (count > 1) {
            groups[key] = count;
        }
    }
    const DuplicateResult& result = counter.result();
    RC_ASSERT(result.counts.rows == rows);
    RC_ASSERT(result.counts.surplus_rows == surplus);
    RC_ASSERT(result.counts.distinct_keys == static_cast<std::int64_t>(expected.size()));
    std::map<Fingerprint, std::int64_t> found;
    for (const auto& group : result.largest) {
        found[group.key] = group.rows;
    }
    RC_ASSERT(found == groups);
}

} // namespace

TEST_CASE("keys come back from memory and from the file, each in its partition") {
    const TempDir folder;
    TempFile file(folder.path().string());
    const KeyMemory memory = KeyMemory::of(64 * kib, 1);
    KeyPartitions partitions(memory, file);
    constexpr std::uint64_t count = 20'000;
    for (std::uint64_t i = 0; i < count; ++i) {
        partitions.add(key_of_number(i));
    }
    CHECK(partitions.size() == count);
    CHECK(partitions.spilled_bytes() == file.size());
    // What stays is less than the memory for keys.
    CHECK(count * 16 - static_cast<std::uint64_t>(partitions.spilled_bytes()) <= 40 * kib);
    std::vector<Fingerprint> all;
    for (std::size_t i = 0; i < partitions.partitions(); ++i) {
        const auto keys = keys_of(partitions, i);
        CHECK(static_cast<std::int64_t>(keys.size()) == partitions.keys_in(i));
        CHECK(std::all_of(keys.begin(), keys.end(),
                          [&](const auto& key) { return key.high >> 60U == i; }));
        all.insert(all.end(), keys.begin(), keys.end());
    }
    std::sort(all.begin(), all.end());
    std::vector<Fingerprint> expected;
    for (std::uint64_t i = 0; i < count; ++i) {
        expected.push_back(key_of_number(i));
    }
    std::sort(expected.begin(), expected.end());
    CHECK(all == expected);
}

TEST_CASE("keys that fit leave the file alone") {
    TempFile file("/nowhere/at/all");
    KeyPartitions partitions(KeyMemory::of(64 * kib, 2), file);
    CHECK(partitions.size() == 0);
    for (std::uint64_t i = 0; i < 500; ++i) {
        partitions.add(key_of_number(i));
    }
    CHECK(partitions.size() == 500);
    CHECK(partitions.spilled_bytes() == 0);
}

TEST_CASE("memory is divided so that nobody has more than the share") {
    for (const std::size_t bytes : {64 * kib, 1024 * kib, 256 * 1024 * kib, 4096 * 1024 * kib}) {
        for (const std::size_t workers : {1U, 2U, 4U}) {
            INFO(bytes << " bytes, " << workers << " workers");
            for (const std::size_t size : {16U, 24U, 32U}) {
                const KeyMemory memory = KeyMemory::of(bytes, workers, size);
                CHECK(memory.most_chunks >= memory.partitions);
                CHECK(workers *
                          (memory.most_chunks * memory.chunk_keys * size + memory.table_bytes +
                           memory.read_keys * size + memory.frequent_bytes) <=
                      bytes + bytes / 16);
                CHECK(KeyTable::capacity(memory.table_bytes) > 0);
            }
        }
    }
}

TEST_CASE("a table takes as many keys as it says, and no more") {
    for (const std::size_t bytes : {std::size_t{0}, kib, 100 * kib}) {
        const std::size_t capacity = KeyTable::capacity(bytes);
        KeyTable table;
        table.reset(capacity);
        CHECK(
            (table.slots().size() * sizeof(KeyTable::Slot) <= bytes || table.slots().size() == 64));
        for (std::uint64_t i = 0; i < capacity; ++i) {
            std::int64_t* number = table.find_or_add(key_of_number(i));
            REQUIRE(number != nullptr);
            *number = static_cast<std::int64_t>(i) + 1;
        }
        CHECK(table.find_or_add(key_of_number(capacity)) == nullptr);
        CHECK(table.find_or_add(key_of_number(0)) != nullptr);
        CHECK(table.number_of(key_of_number(capacity - 1)) == static_cast<std::int64_t>(capacity));
        CHECK(table.number_of(key_of_number(capacity)) == 0);
    }
}

TEST_CASE("groups are counted the same in any memory, by any number of collectors") {
    rc::prop("for any keys", [] {
        const TempDir folder;
        TempFile file(folder.path().string());
        const auto workers = *rc::gen::inRange<std::size_t>(1, 5);
        const auto memory = KeyMemory::of(*rc::gen::element(64 * kib, 256 * kib, 4096 * kib),
                                          workers, sizeof(PlacedKey));
        const auto range = *rc::gen::element<std::uint64_t>(1, 40, 5'000, 1'000'000'000);
        const auto count = *rc::gen::inRange<std::uint64_t>(0, 20'000);
        auto seed = *rc::gen::arbitrary<std::uint64_t>();
        Collected collected;
        std::vector<FrequentKeys> frequent;
        const auto recorded = *rc::gen::inRange<std::int64_t>(1, 5);
        for (std::size_t i = 0; i < workers; ++i) {
            collected.records.emplace_back(memory, file);
            frequent.emplace_back(memory.frequent_bytes, recorded);
        }
        for (std::uint64_t i = 0; i < count; ++i) {
            seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
            const std::uint64_t number = (seed >> 20U) % range;
            const Fingerprint key = key_of_number(number);
            const std::size_t worker = (seed >> 40U) % workers;
            const auto place = static_cast<std::int64_t>(i);
            if (!frequent[worker].is_open() ||
                !frequent[worker].count(key, std::to_string(number), place)) {
                collected.records[worker].add({key, place});
            }
            ++collected.expected[key];
        }
        collected.compared = FrequentKeys::merge(frequent);
        check_counts(collected, memory.table_bytes, folder);
        check_counts(collected, 0, folder);
    });
}

TEST_CASE("keys that were made to collide in the table are counted all the same") {
    const TempDir folder;
    TempFile file("/nowhere/at/all");
    Collected collected;
    collected.records.emplace_back(KeyMemory::of(1024 * kib, 1, sizeof(PlacedKey)), file);
    for (std::uint64_t i = 0; i < 300; ++i) {
        const Fingerprint key{i, 7}; // the same last word
        collected.records.front().add({key});
        collected.records.front().add({key});
        collected.expected[key] = 2;
    }
    check_counts(collected, 0, folder);
}

TEST_CASE("the places of the rows of groups are found again, also in the file") {
    const TempDir folder;
    TempFile file(folder.path().string());
    std::vector<PlacedKeys> partitions;
    partitions.emplace_back(KeyMemory::of(64 * kib, 2, sizeof(PlacedKey)), file);
    partitions.emplace_back(KeyMemory::of(64 * kib, 2, sizeof(PlacedKey)), file);
    constexpr std::uint64_t count = 9'000;
    constexpr std::uint64_t step = 300;
    KeyTable wanted;
    wanted.reset(count / step);
    std::vector<std::int64_t> expected;
    for (std::uint64_t i = 0; i < count; ++i) {
        for (std::size_t copy = 0; copy < 2; ++copy) {
            const auto place = static_cast<std::int64_t>(2 * i + copy) - 70;
            partitions[copy].add({key_of_number(i), place});
            if (i % step == 0) {
                const auto number = static_cast<std::int64_t>(i / step) + 1;
                *wanted.find_or_add(key_of_number(i)) = number;
                if (copy == 0 || number % 2 == 0) {
                    expected.push_back(place);
                }
            }
        }
    }
    CHECK(partitions.front().spilled_bytes() > 0);
    std::vector<std::size_t> most(count / step, 2);
    for (std::size_t group = 0; group < most.size(); group += 2) {
        most[group] = 1; // only the first row
    }
    PlaceFinder finder(partitions, wanted, most);
    for (std::size_t i = 0; i < partitions.front().partitions(); ++i) {
        finder.count(i);
    }
    std::vector<std::int64_t> found;
    for (const auto& group : finder.result()) {
        found.insert(found.end(), group.begin(), group.end());
    }
    std::sort(found.begin(), found.end());
    CHECK(found == expected);
}
