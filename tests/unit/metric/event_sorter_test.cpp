// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/metric/event_sorter.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::size_t kib = 1024;

/// Events of so many payloads at so many times, in no order.
std::vector<Event> events_of(std::size_t count, std::uint64_t payloads, std::uint64_t times) {
    std::vector<Event> events;
    std::uint64_t state = 42;
    for (std::size_t i = 0; i < count; ++i) {
        state = hash64_word(1, state);
        const std::uint64_t said = state % payloads;
        state = hash64_word(2, state);
        events.push_back({{hash64_word(3, said), said},
                          static_cast<Micros>(state % times) - static_cast<Micros>(times / 2)});
    }
    return events;
}

struct Sorted {
    std::vector<Event> events;
    std::int64_t spilled_bytes = 0;
};

Sorted sort_in(std::size_t bytes, const std::vector<Event>& events) {
    const TempDir folder;
    TempFile file(folder.path());
    EventSorter sorter(bytes, file, nullptr);
    for (const Event& event : events) {
        sorter.add(event);
    }
    Sorted sorted;
    sorter.for_sorted([&](const Event& event) { sorted.events.push_back(event); });
    sorted.spilled_bytes = sorter.spilled_bytes();
    CHECK(file.size() == sorted.spilled_bytes);
    return sorted;
}

} // namespace

TEST_CASE("events come in order, whatever memory there is") {
    rc::prop("of few payloads and of many", [] {
        const auto events = events_of(*rc::gen::inRange<std::size_t>(0, 5000),
                                      *rc::gen::inRange(1, 300), *rc::gen::inRange(1, 1000));
        auto expected = events;
        std::sort(expected.begin(), expected.end());
        for (const std::size_t bytes : {std::size_t{0}, 16 * kib, 64 * kib, 1024 * kib}) {
            RC_ASSERT(sort_in(bytes, events).events == expected);
        }
    });
}

TEST_CASE("more runs than can be read at once are merged into longer ones first") {
    const auto events = events_of(200'000, 1000, 50);
    auto expected = events;
    std::sort(expected.begin(), expected.end());
    const auto once = static_cast<std::int64_t>(events.size() * sizeof(Event));
    const Sorted sorted = sort_in(64 * kib, events);
    CHECK(sorted.events == expected);
    CHECK(sorted.spilled_bytes > once);
    CHECK(sort_in(1024 * kib, events).spilled_bytes == once);
    CHECK(sort_in(64 * kib * kib, events).spilled_bytes == 0);
}

TEST_CASE("events that are all alike take no more memory than others") {
    const auto events = events_of(50'000, 1, 1);
    CHECK(sort_in(64 * kib, events).events == events);
}

TEST_CASE("sorting ends when the run is to end, and where no file can be written") {
    const TempDir folder;
    TempFile file(folder.path());
    Cancellation cancellation;
    EventSorter sorter(64 * kib, file, &cancellation);
    for (const Event& event : events_of(100'000, 10, 10)) {
        sorter.add(event);
    }
    cancellation.request(SIGINT);
    CHECK_THROWS_AS(sorter.for_sorted([](const Event&) {}), Error);

    TempFile nowhere(folder.file("missing"));
    EventSorter homeless(64 * kib, nowhere, nullptr);
    CHECK_THROWS_AS(([&] {
                        for (const Event& event : events_of(10'000, 10, 10)) {
                            homeless.add(event);
                        }
                    }()),
                    Error);
}
